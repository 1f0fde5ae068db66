"""An erasure that dies anywhere leaves a number either held or free to claim, never in between."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import pytest
from sqlalchemy import event

from events.sourcing.erasure import Eraser
from events.sourcing.forgetting import ForgetPerson
from events.sourcing.handle import Part
from events.sourcing.kernel import Kernel
from events.sourcing.projector import create_tables
from events.sourcing.types import Context, Receipt
from services.registry.identity.domain import ClaimIdentity, identity
from services.registry.identity.numbers import ResidentId
from services.registry.talent.commands import EraseTalent, RegisterTalent, RequestErasure
from services.registry.talent.domain import talent
from services.registry.talent.farewell import dispatcher
from services.registry.talent.projection import directory_tables, profile_tables
from services.registry.talent.standing import standing_tables
from tests.support.kernel import Workplace, connected, context, workplace
from tests.support.registry import NOON

DOCUMENT = ResidentId(number="000001199005170029", birth_date=NOON.date(), sex="female")
DONE, FREE = "talent.erasure-completed.v1", "identity.released.v1"
ENOUGH = 8


class Crash(Exception):
    """The process died here."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """Dies before the n-th thing that is done, if there is an n-th."""

    after: int
    done: int = field(default=0)

    def tick(self, *_: object) -> None:
        if self.done == self.after:
            raise Crash
        self.done += 1


@dataclass(frozen=True, slots=True)
class Mortal:
    """A kernel that may die before and after each append."""

    kernel: Kernel
    fault: Fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kernel, name)

    async def handle_together(self, asked: Context, *parts: Part) -> Receipt:
        self.fault.tick()
        receipt = await self.kernel.handle_together(asked, *parts)
        self.fault.tick()
        return receipt


class OneByOne(Mortal):
    """What the control breaks: the end and the release are two appends."""

    async def handle_together(self, asked: Context, *parts: Part) -> Receipt:
        first, *others = parts
        receipt = await super().handle_together(asked, first)
        for n, part in enumerate(others):
            await super().handle_together(context(f"{asked.idempotency_key}-{n}"), part)
        return receipt


MakeMortal = Callable[[Kernel, Fault], Mortal]


@dataclass(frozen=True, slots=True)
class Hall:
    """A registry in which nobody but the test carries an erasure out."""

    place: Workplace
    kernel: Kernel

    async def register(self, talent_id: str, number: str) -> Receipt:
        return await self.kernel.handle_together(
            context(),
            Part(
                decider=talent,
                stream=f"talent-{talent_id}",
                command=RegisterTalent(
                    talent_id=talent_id,
                    full_name="王样例",
                    document=DOCUMENT,
                    registered_by="staff-1",
                    at=NOON,
                ),
            ),
            Part(
                decider=identity,
                stream=f"identity-{number}",
                command=ClaimIdentity(identity_hash=number, talent_id=talent_id, at=NOON),
            ),
        )

    async def erased(self, n: int) -> str:
        """Somebody who is to be forgotten; others registered before and behind them."""
        for one in ("before", "leaver", "behind"):
            await self.register(f"{one}-{n}", f"number-of-{one}-{n}")
        leaver = f"leaver-{n}"
        asked = RequestErasure(
            talent_id=leaver, reason="consent-withdrawn", requested_by=leaver, at=NOON
        )
        for command in (asked, EraseTalent(talent_id=leaver, at=NOON)):
            await self.kernel.handle(talent, f"talent-{leaver}", command, context())
        return leaver

    async def forget(self, talent_id: str, fault: Fault, mortal: MakeMortal = Mortal) -> None:
        """Carry it out in a process of its own, which may die."""
        kernel = self.place.kernel()
        await connected(kernel.engine)
        event.listen(kernel.engine.sync_engine, "before_cursor_execute", fault.tick)
        eraser = Eraser(kernel, believed_seconds=0)
        dispatch = dispatcher(cast("Kernel", mortal(kernel, fault)), eraser)
        command = ForgetPerson(talent_id=talent_id, stream=f"talent-{talent_id}", version=5)
        try:
            await dispatch(command, context(f"erasure-of-{talent_id}"))
        finally:
            await kernel.close()

    async def said(self, talent_id: str) -> list[str]:
        """How an erasure ended, as the journal has it."""
        rows = await self.kernel.journal.read_after(0, limit=10_000)
        about = f'"talent_id":"{talent_id}"'.encode()
        return [row.name for row in rows if row.name in {DONE, FREE} and about in row.payload]


@asynccontextmanager
async def a_hall(postgres_url: str) -> AsyncIterator[Hall]:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        for tables in (profile_tables, directory_tables, standing_tables):
            await create_tables(kernel.engine, tables)
        yield Hall(place, kernel)


@pytest.fixture
async def hall(postgres_url: str) -> AsyncIterator[Hall]:
    async with a_hall(postgres_url) as opened:
        yield opened


async def each_crash(
    hall: Hall, seen: Callable[[str], Awaitable[None]], mortal: MakeMortal = Mortal
) -> int:
    """Let an erasure die before each of its steps, look, and go on; how many steps there are."""
    for after in count():
        leaver = await hall.erased(after)
        try:
            await hall.forget(leaver, Fault(after=after), mortal)
        except Crash:
            await seen(leaver)
            await hall.forget(leaver, Fault(after=1_000), mortal)
        else:
            return after
        assert await hall.said(leaver) == [DONE, FREE], f"after {after} steps"
        await hall.register(f"again-{after}", f"number-of-leaver-{after}")
    raise AssertionError("it has no end")


async def test_a_crash_at_any_step_ends_with_the_number_released_once(hall: Hall) -> None:
    async def all_or_nothing(leaver: str) -> None:
        assert await hall.said(leaver) in ([], [DONE, FREE])

    assert await each_crash(hall, all_or_nothing) >= ENOUGH


async def test_two_appends_would_leave_somebody_forgotten_whose_number_is_held(hall: Hall) -> None:
    """The control: between them a crash shows what the one append rules out."""
    between: list[list[str]] = []

    async def looked_at(leaver: str) -> None:
        between.append(await hall.said(leaver))

    await each_crash(hall, looked_at, OneByOne)
    assert [DONE] in between


async def test_an_erasure_carried_out_again_does_not_take_the_number_back(hall: Hall) -> None:
    leaver = await hall.erased(0)
    await hall.forget(leaver, Fault(after=1_000))
    await hall.register("again", "number-of-leaver-0")
    with suppress(Crash):
        await hall.forget(leaver, Fault(after=5))
    await hall.forget(leaver, Fault(after=1_000))
    assert await hall.said("again") == []
    assert await hall.said(leaver) == [DONE, FREE]
