"""An erasure that dies between any two of its steps is gone on with, and ends the same."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import event, insert

from events.sourcing.clock import LEGAL_ZONE, SimulatedClock
from events.sourcing.erasure import Eraser
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.settings import Settings
from events.sourcing.types import Context, Receipt
from services.concierge.farewell import forget_tickets
from services.concierge.projection import card, entry, mine, queue
from tests.support.concierge import Desk, open_desk, own_settings, staff, talent
from tests.support.kernel import connected, context

NIGHT = datetime(2026, 4, 8, 22, 0, tzinfo=LEGAL_ZONE).astimezone(UTC)
MINUTE = timedelta(minutes=1)
HOUSING = {"topic": "housing", "subject": "key", "message": "in the dark"}
FACTS = "talent.facts"
ENOUGH = 12


class Crash(Exception):
    """The process died here."""


@dataclass(slots=True)
class Fault:
    """Dies before the n-th thing that is done, if there is an n-th."""

    after: int | None
    done: int = 0

    def tick(self) -> None:
        if self.done == self.after:
            raise Crash
        self.done += 1


_fault: ContextVar[Fault | None] = ContextVar("fault", default=None)


def _dies(*_: object) -> None:
    if (fault := _fault.get()) is not None:
        fault.tick()


@dataclass(frozen=True, slots=True)
class Mortal:
    """A kernel that may die before and after each command."""

    kernel: Kernel

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kernel, name)

    async def handle(self, *asked: Any) -> Receipt:
        _dies()
        receipt = await self.kernel.handle(*asked)
        _dies()
        return receipt


@dataclass(slots=True, kw_only=True)
class Office:
    """A concierge that runs, and processes of it that die at their work."""

    desk: Desk
    settings: Settings
    asked: dict[str, Context] = field(default_factory=dict)

    async def forget(self, talent_id: str, *, after: int | None = None) -> int:
        """Carry the erasure out in a process of its own; how many things it did."""
        kernel = Kernel(self.settings)
        await connected(kernel.engine)
        event.listen(kernel.engine.sync_engine, "before_cursor_execute", _dies)
        asked = self.asked.setdefault(talent_id, context(f"erasure-of-{talent_id}"))
        purge = partial(forget_tickets, cast("Kernel", Mortal(kernel)), talent_id, asked)
        fault = Fault(after)
        token = _fault.set(fault)
        try:
            eraser = Eraser(kernel, whole_states=(FACTS,), believed_seconds=0)
            await eraser.forget(talent_id, purge)
        finally:
            _fault.reset(token)
            await kernel.close()
        return fault.done

    async def somebody(self) -> str:
        """A talent with two requests, one of them answered, and facts that nobody could take."""
        talent_id = f"p-{uuid4().hex[:8]}"
        async with self.desk.asks(talent(talent_id)) as asker, self.desk.asks(staff("s-1")) as s:
            await asker.done("/tickets", HOUSING)
            opened = await asker.done("/tickets", HOUSING)
            await s.done(f"/tickets/{opened['ticket_id']}/answer", {"answer": "on our way"})
        await self._park(talent_id)
        await self.come_along()
        return talent_id

    async def _park(self, talent_id: str) -> None:
        value = msgspec.json.encode({"talent_id": talent_id, "facts": "in clear"})
        record = msgspec.json.encode([[["ce_subject", f"talent-{talent_id}".encode()]], value])
        places = [f"talent-{talent_id}", talent_id, f"unknown/{uuid4()}"]
        rows = [
            {
                "reader": "profile",
                "topic": FACTS,
                "stream": stream,
                "version": 1,
                "record": record,
                "class_": "poison",
                "reason": "KeyError",
                "parked_at": NIGHT,
            }
            for stream in places
        ]
        async with self.desk.kernel.engine.begin() as connection:
            await connection.execute(insert(parked), rows)

    async def come_along(self) -> None:
        """Every read model has seen everything."""
        last = await self.desk.kernel.journal.last_position()
        for name in ("queue", "mine", "ticket"):
            reader = cast("Any", self.desk.kernel.readers[name])
            assert await reader.reached(last, timeout=10)

    async def left_of(self, talent_id: str) -> dict[str, object]:
        """What the service still holds, and what it wrote down about forgetting."""
        await self.come_along()
        async with self.desk.kernel.engine.connect() as connection:
            rows = {
                table.name: len(
                    (
                        await connection.execute(
                            table.select().where(table.c.talent_id == talent_id)
                        )
                    ).all()
                )
                for table in (queue, mine, card, entry)
            }
            held = (await connection.execute(parked.select())).all()
        steps = await self._steps(talent_id)
        return {
            **rows,
            "parked": sum(talent_id.encode() in _value(row.record) for row in held),
            "keys": await self._keys(talent_id),
            "steps": steps,
            "said": await self._said(talent_id),
        }

    async def _keys(self, talent_id: str) -> int:
        """As a process finds them that remembers nothing."""
        kernel = Kernel(self.settings)
        try:
            return len(await kernel.keyring.find([talent_id]))
        finally:
            await kernel.close()

    async def _steps(self, talent_id: str) -> Sequence[bool]:
        async with self.desk.kernel.engine.connect() as connection:
            found = await connection.exec_driver_sql(
                "SELECT wrapped IS NULL, purged_at IS NOT NULL, completed_at IS NOT NULL"
                " FROM subject_key JOIN erasure USING (subject) WHERE subject = $1",
                (talent_id,),
            )
            return tuple(found.first() or ())

    async def _said(self, talent_id: str) -> list[str]:
        rows = await self.desk.kernel.journal.read_after(0, limit=10_000)
        return sorted(row.name for row in rows if talent_id.encode() in row.payload)


def _value(record: bytes) -> bytes:
    _, value = msgspec.json.decode(record, type=tuple[Any, bytes])
    return value


@pytest.fixture
async def office(postgres_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    settings = await own_settings(postgres_url, tmp_path, SimulatedClock(NIGHT))
    async with open_desk(settings, NIGHT) as desk:
        yield Office(desk=desk, settings=settings)


async def test_before_an_erasure_everything_is_there(office: Office) -> None:
    """The control: what the other tests miss afterwards was found before."""
    left = await office.left_of(await office.somebody())
    assert (left["queue"], left["mine"], left["card"], left["entry"]) == (2, 2, 2, 4)
    assert (left["parked"], left["keys"], left["steps"]) == (3, 1, ())


async def test_an_erasure_leaves_nothing_but_the_record_that_it_was_done(office: Office) -> None:
    talent_id, other = await office.somebody(), await office.somebody()
    await office.forget(talent_id)
    left = await office.left_of(talent_id)
    assert {left[name] for name in ("queue", "mine", "card", "entry", "parked", "keys")} == {0}
    assert left["steps"] == (True, True, True)
    assert cast("list[str]", left["said"]).count("ticket.forgotten.v1") == 2
    assert (await office.left_of(other))["keys"] == 1


async def test_a_crash_between_any_two_steps_ends_the_same(office: Office) -> None:
    calm = await office.somebody()
    steps = await office.forget(calm)
    ended = await office.left_of(calm)
    half_done = 0
    for after in count():
        talent_id = await office.somebody()
        try:
            await office.forget(talent_id, after=after)
        except Crash:
            half_done += await office.left_of(talent_id) != ended
            await office.forget(talent_id)
        else:
            break
        assert await office.left_of(talent_id) == ended, f"after {after} steps"
    assert after == steps >= ENOUGH
    assert half_done >= steps - 1


async def test_an_erasure_that_dies_again_and_again_comes_to_its_end(office: Office) -> None:
    calm, talent_id = await office.somebody(), await office.somebody()
    steps = await office.forget(calm)
    for after in range(steps):
        # The later it dies the less is left to do, so the last ones come to the end.
        with suppress(Crash):
            await office.forget(talent_id, after=after)
    assert await office.left_of(talent_id) == await office.left_of(calm)


async def test_nothing_new_is_sealed_once_an_erasure_has_begun(office: Office) -> None:
    talent_id = await office.somebody()
    with pytest.raises(Crash):
        await office.forget(talent_id, after=1)
    async with (
        open_desk(office.settings, NIGHT + MINUTE) as desk,
        desk.asks(talent(talent_id)) as asker,
    ):
        refused = await asker.post("/tickets", HOUSING)
        assert (refused.status_code, refused.json()["type"]) == (422, "person-forgotten")
