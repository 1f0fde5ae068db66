"""One process of a service does its duty at a time; who was paused past it records nothing.

Two kernels of one service on a real PostgreSQL. The negative control is a duty that trusts itself.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.sourcing import database, duty, lease
from events.sourcing.duty import Duty
from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch, Process
from events.sourcing.types import Context, OnDuty, Recorded, Relieved
from tests.support.kernel import (
    BODY,
    Note,
    Workplace,
    context,
    in_background,
    note,
    until,
    workplace,
)

NUMBERING = "numbering"
ARRIVALS, BOOK = "note-arrivals", "note-book"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveNumber:
    """To whoever has just arrived."""


def react(recorded: Recorded[Any]) -> Iterable[GiveNumber]:
    if recorded.stream == ARRIVALS:
        yield GiveNumber()


class TrustsItself(Duty):
    """Once on duty, it never asks whether it still is."""

    def carrying(self, dispatch: Dispatch) -> Dispatch:
        return dispatch


@dataclass(slots=True)
class Clerk:
    """One process: it gives each arrival the next number and remembers the last one.

    It looks into the book only when its turn begins, so two clerks at once give numbers twice.
    """

    kernel: Kernel
    duty: Duty
    last: int = 0
    read_in: OnDuty | None = None
    asleep: asyncio.Event = field(default_factory=asyncio.Event)
    awake: asyncio.Event = field(default_factory=asyncio.Event)

    async def dispatch(self, _: GiveNumber, context: Context) -> None:
        if self.read_in != context.on_duty:
            self.last = len(await self.kernel.journal.read_stream(BOOK))
            self.read_in = context.on_duty
        self.asleep.set()
        await self.awake.wait()
        number = sample(BodyEstablished, body_id=str(self.last + 1))
        receipt = await self.kernel.handle(note, BOOK, Note(events=(number,)), context)
        if not receipt.repeated:
            self.last += 1

    def working(self) -> AbstractAsyncContextManager[None]:
        return in_background(self.duty.run())

    async def says(self) -> object:
        """What its `/health` says of the duty."""
        return (await self.kernel.health())["duties"]

    async def is_active(self) -> bool:
        return await self.says() == {NUMBERING: {"status": "active"}}


@dataclass(slots=True)
class Office:
    """The service, and whoever writes its arrivals down."""

    place: Workplace
    kind: type[Duty] = Duty

    def clerk(self, *, asleep: bool = False) -> Clerk:
        kernel = self.place.kernel()
        kernel.duties[NUMBERING] = self.kind(NUMBERING, kernel.engine)
        clerk = Clerk(kernel, kernel.duty(NUMBERING))
        if not asleep:
            clerk.awake.set()
        kernel.react(Process(name=NUMBERING, react=react), clerk.dispatch, duty=clerk.duty)
        return clerk

    async def arrive(self, people: int) -> None:
        kernel = self.place.kernels[0]
        for _ in range(people):
            await kernel.handle(note, ARRIVALS, Note(events=(BODY,)), context())

    async def numbers(self) -> list[int]:
        kernel = self.place.kernels[0]
        recorded = await kernel.desk.open(await kernel.journal.read_stream(BOOK))
        return [int(one.event.body_id) for one in recorded]

    async def has_given(self, numbers: int) -> bool:
        return len(await self.numbers()) == numbers

    async def each_number_was_given_once(self, numbers: int) -> None:
        assert await self.numbers() == list(range(1, numbers + 1))

    async def let_the_lease_run_out(self) -> None:
        await self.place.fetch("UPDATE duty SET leased_until = '-infinity'")


@pytest.fixture
async def office(postgres_url: str) -> AsyncIterator[Office]:
    async with workplace(postgres_url) as place:
        yield Office(place)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(database, "IDLE_SECONDS", 2)


async def test_one_process_is_active_and_the_other_stands_by(office: Office) -> None:
    first, second = office.clerk(), office.clerk()
    async with first.working():
        await until(first.is_active)
        async with second.working():
            await office.arrive(3)
            await until(lambda: office.has_given(3))
            assert await second.says() == {NUMBERING: {"status": "standing-by"}}
    assert (first.last, second.last) == (3, 0)


async def test_who_stands_by_knows_how_far_the_other_has_come(office: Office) -> None:
    first, second = office.clerk(), office.clerk()
    async with first.working():
        await until(first.is_active)
        async with second.working():
            await office.arrive(2)
            await until(lambda: office.has_given(2))
            reader: Any = second.kernel.readers[NUMBERING]
            last = await second.kernel.journal.last_position()
            assert await reader.reached(last, timeout=30)
            assert not reader.progress.running


async def test_when_the_active_one_ends_the_other_goes_on_where_it_stopped(office: Office) -> None:
    first, second = office.clerk(), office.clerk()
    async with first.working():
        await until(first.is_active)
        await office.arrive(2)
        await until(lambda: office.has_given(2))
    async with second.working():
        await until(second.is_active)
        await office.arrive(2)
        await until(lambda: office.has_given(4))
    await office.each_number_was_given_once(4)


async def test_what_was_kept_at_hand_is_let_go_of_when_a_turn_is_over(office: Office) -> None:
    over = list[str]()

    async def let_go(name: str) -> None:
        over.append(name)

    first, second = office.clerk(), office.clerk()
    for name, clerk in (("first", first), ("second", second)):
        clerk.duty.when_over(partial(let_go, name))
    async with first.working():
        await until(first.is_active)
        async with second.working():
            await office.arrive(1)
            await until(lambda: office.has_given(1))
            assert over == []
    assert over == ["first"]


async def test_a_lease_that_nobody_renews_passes_on_by_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that held it is gone without a word."""
    monkeypatch.setattr(lease, "LEASE", lease.LEASE / 10)
    gone, heir = office.clerk(), office.clerk()
    assert await gone.duty._claim() is not None
    assert await heir.duty._claim() is None
    async with heir.working():
        await until(heir.is_active)


async def test_who_renews_it_stays_active(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.02)
    first, second = office.clerk(), office.clerk()
    async with first.working():
        await until(first.is_active)
        for _ in range(3):
            before = await _leased_until(office)
            await until(lambda before=before: _is_later(office, before))  # type: ignore[misc]
        assert await second.duty._claim() is None


async def _leased_until(office: Office) -> object:
    return (await office.place.fetch("SELECT leased_until FROM duty"))[0]["leased_until"]


async def _is_later(office: Office, before: object) -> bool:
    return await _leased_until(office) != before


@asynccontextmanager
async def haunted(office: Office) -> AsyncIterator[None]:
    """A clerk falls asleep past the lease; another one works and leaves; then the first wakes."""
    sleeper, heir = office.clerk(asleep=True), office.clerk()
    async with sleeper.working():
        await until(sleeper.is_active)
        await office.arrive(3)
        await sleeper.asleep.wait()
        await office.let_the_lease_run_out()
        async with heir.working():
            await until(lambda: office.has_given(3))
        sleeper.awake.set()
        await office.arrive(2)
        await until(lambda: office.has_given(5))
        yield


@pytest.fixture
def _never_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sleeps does not renew."""
    monkeypatch.setattr(lease, "RENEW_SECONDS", 600.0)


@pytest.mark.usefixtures("_never_renewed")
async def test_who_wakes_after_another_took_over_records_nothing_by_what_it_remembers(
    office: Office,
) -> None:
    async with haunted(office):
        await office.each_number_was_given_once(5)


@pytest.mark.usefixtures("_never_renewed")
async def test_who_trusts_itself_gives_numbers_that_were_given_before(office: Office) -> None:
    """The negative control: nothing that it records says in whose turn."""
    office.kind = TrustsItself
    async with haunted(office):
        with pytest.raises(AssertionError):
            await office.each_number_was_given_once(5)


async def test_what_nobody_would_refuse_is_not_believed_of_who_was_relieved(
    office: Office,
) -> None:
    """A command that leads to nothing is done only where it was still this one's to say so."""
    clerk, heir = office.clerk(), office.clerk()
    carried: list[Context] = []

    async def nothing(_: object, context: Context) -> None:
        carried.append(context)
        await office.let_the_lease_run_out()
        assert await heir.duty._claim() is not None

    async with clerk.working():
        await until(clerk.is_active)
        with pytest.raises(Relieved):
            await clerk.duty.carrying(nothing)(GiveNumber(), context())
    assert [one.on_duty for one in carried] == [OnDuty(NUMBERING, 1)]


async def test_who_stands_by_carries_nothing_out(office: Office) -> None:
    clerk = office.clerk()
    with pytest.raises(Relieved):
        await clerk.duty.carrying(clerk.dispatch)(GiveNumber(), context())
    assert not clerk.asleep.is_set()


async def test_who_takes_over_waits_for_an_append_that_is_under_way(office: Office) -> None:
    """Otherwise something could still be recorded behind what it has read."""
    clerk = office.clerk()
    async with office.place.connected() as slow:
        begun = slow.transaction()
        await begun.start()
        await slow.execute("SELECT pg_advisory_xact_lock(7001)")
        claiming = asyncio.create_task(clerk.duty._claim())
        await until(lambda: _waits(office))
        assert not claiming.done()
        await begun.commit()
        assert await claiming == 1


async def _waits(office: Office) -> bool:
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(await office.place.fetch(waiting))
