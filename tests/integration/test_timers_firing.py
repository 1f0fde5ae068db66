"""What was promised for later is sent when it is due, and what it leads to happens once."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from contracts.sample import NOON, sample
from events.catalog.body import BodyEstablished
from events.sourcing.process import Dispatch, Process, Reactor
from events.sourcing.statements import execute
from events.sourcing.timers import Timers
from events.sourcing.types import Cancel, Context, Later, Recorded
from tests.support.kernel import BODY, Note, Workplace, context, note, workplace

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind:
    name: str


def later(name: str, *, hours: int = 1, timer: str = "remind") -> Later:
    return Later(timer=timer, due_at=NOON + hours * HOUR, command=Remind(name=name))


class Office:
    """One service with a process under test, timers, and a record of what was dispatched."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.kernel = place.kernel()
        self.sent: list[str] = []
        self.timers = self.timers_with(self.dispatch)

    def timers_with(self, dispatch: Dispatch) -> Timers:
        return Timers(
            self.kernel.engine,
            clock=self.place.clock,
            commands={"Remind": Remind},
            dispatch=dispatch,
        )

    async def dispatch(self, command: Remind, context: Context) -> None:
        self.sent.append(command.name)
        event = sample(BodyEstablished, body_id=command.name)
        await self.kernel.handle(note, "note-1", Note(events=(event,)), context)

    async def keep(self, *effects: object) -> None:
        """As if a process had wanted this because of a new event."""
        await self.kernel.handle(note, "note-0", Note(events=(BODY,)), context())
        recorded = (await self.kernel.desk.open(await self.kernel.journal.read_stream("note-0")))[
            -1
        ]

        def react(_: Recorded[Any]) -> Iterable[object]:
            return effects

        reactor = Reactor(Process(name="reminders", react=react), self.dispatch, service="notes")
        async with self.kernel.engine.begin() as connection:
            for statement in await reactor.take(recorded):
                await execute(connection, statement)

    async def reminders(self) -> int:
        return len(await self.kernel.journal.read_stream("note-1"))

    async def waiting(self) -> int:
        return len(await self.place.fetch("SELECT 1 FROM timer"))


@pytest.fixture
async def office(postgres_url: str) -> AsyncIterator[Office]:
    async with workplace(postgres_url) as place:
        yield Office(place)


async def test_nothing_is_sent_early(office: Office) -> None:
    await office.keep(later("a"))
    office.place.clock.advance(HOUR - timedelta(seconds=1))
    assert await office.timers.fire_due() == 0
    assert await office.waiting() == 1


async def test_it_is_sent_on_time_and_the_timer_is_gone(office: Office) -> None:
    await office.keep(later("a"))
    office.place.clock.advance(HOUR)
    assert await office.timers.fire_due() == 1
    assert await office.timers.fire_due() == 0
    assert (office.sent, await office.reminders(), await office.waiting()) == (["a"], 1, 0)


async def test_a_timer_set_again_fires_once_and_at_its_new_moment(office: Office) -> None:
    await office.keep(later("a"))
    await office.keep(later("b", hours=2))
    office.place.clock.advance(HOUR)
    assert await office.timers.fire_due() == 0
    office.place.clock.advance(HOUR)
    assert await office.timers.fire_due() == 1
    assert office.sent == ["b"]


async def test_a_cancelled_timer_never_fires(office: Office) -> None:
    await office.keep(later("a"))
    await office.keep(Cancel(timer="remind"))
    office.place.clock.advance(2 * HOUR)
    assert await office.timers.fire_due() == 0


async def test_a_crash_between_sending_and_closing_sends_again_and_records_once(
    office: Office,
) -> None:
    await office.keep(later("a"))
    office.place.clock.advance(HOUR)

    async def dispatch_and_crash(command: Remind, context: Context) -> None:
        await office.dispatch(command, context)
        raise ConnectionResetError

    assert await office.timers_with(dispatch_and_crash).fire_due() == 0
    assert await office.timers.fire_due() == 1
    assert office.sent == ["a", "a"]
    assert (await office.reminders(), await office.waiting()) == (1, 0)


async def test_the_table_says_who_closes_a_timer(office: Office) -> None:
    (said,) = await office.place.fetch("SELECT obj_description('timer'::regclass) AS comment")
    assert "whoever sends one deletes its row" in said["comment"]


async def test_what_is_sent_may_set_another_timer_that_is_due_already(office: Office) -> None:
    await office.keep(later("a", timer="one"), later("b", timer="two"))
    office.place.clock.advance(HOUR)

    async def dispatch_and_set_the_other(command: Remind, context: Context) -> None:
        await office.dispatch(command, context)
        if len(office.sent) == 1:
            await office.keep(later("again", timer="two"))

    async with asyncio.timeout(20):
        await office.timers_with(dispatch_and_set_the_other).fire_due()
    assert office.sent[0] == "a"


async def test_the_same_timer_set_anew_after_firing_is_another_command(office: Office) -> None:
    for _ in range(2):
        await office.keep(later("a"))
        office.place.clock.advance(HOUR)
        await office.timers.fire_due()
    assert await office.reminders() == 2


async def test_a_command_that_fails_for_good_is_parked_and_the_others_go(office: Office) -> None:
    await office.keep(later("bad", timer="one"), later("good", timer="two"))
    office.place.clock.advance(HOUR)

    async def dispatch(command: Remind, context: Context) -> None:
        if command.name == "bad":
            raise ValueError(command.name)
        await office.dispatch(command, context)

    assert await office.timers_with(dispatch).fire_due() == 2
    assert office.sent == ["good"]
    parked = await office.place.fetch("SELECT stream, class, reason FROM parked")
    assert [tuple(row) for row in parked] == [("one", "poison", "ValueError")]
    assert await office.waiting() == 0


async def test_the_process_and_the_moment_are_named_in_what_it_leads_to(office: Office) -> None:
    await office.keep(later("a"))
    office.place.clock.advance(HOUR)
    await office.timers.fire_due()
    cause, *_ = await office.kernel.journal.read_stream("note-0")
    opened = await office.kernel.desk.open(await office.kernel.journal.read_stream("note-1"))
    assert opened[0].actor == "process:timer"
    assert opened[0].causation_id == str(cause.event_id)
