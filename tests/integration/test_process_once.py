"""A process sends its commands again after a crash, and what they lead to happens once."""

from collections.abc import Iterable
from typing import Any

from events.catalog.body import BodyEstablished
from events.catalog.talent import TalentRegistered
from events.sourcing.applier import Applier
from events.sourcing.journal_reader import JournalReader
from events.sourcing.process import Process, Reactor
from events.sourcing.types import Context, Recorded, Refused
from events.sourcing.wake import Wake
from tests.support.kernel import (
    BODY,
    PERSON,
    Note,
    NoteOnce,
    context,
    in_background,
    note,
    workplace,
)


def answer_people(recorded: Recorded[Any]) -> Iterable[object]:
    if isinstance(recorded.event, TalentRegistered):
        yield NoteOnce(event=BODY)
        yield Note(events=(BODY, BODY))


PROCESS = Process(name="answers", react=answer_people)


async def test_a_command_sent_twice_is_recorded_once(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await kernel.handle(note, "note-1", Note(events=(PERSON,)), context())
        recorded = (await kernel.desk.open(await kernel.journal.read_stream("note-1")))[0]

        async def dispatch(command: Any, asked: Context) -> None:
            await kernel.handle(note, "note-2", command, asked)

        reactor = Reactor(PROCESS, dispatch, service="notes")
        for _ in range(3):
            await reactor.take(recorded)
        opened = await kernel.desk.open(await kernel.journal.read_stream("note-2"))
        assert [type(one.event) for one in opened] == [BodyEstablished] * 3
        assert {one.causation_id for one in opened} == {str(recorded.event_id)}
        assert {one.correlation_id for one in opened} == {recorded.correlation_id}


async def test_a_crash_before_the_checkpoint_changes_nothing_in_the_outcome(
    postgres_url: str,
) -> None:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await kernel.handle(note, "note-1", Note(events=(PERSON,)), context())
        crashes = iter([True, True, False])

        async def dispatch(command: Any, asked: Context) -> None:
            await kernel.handle(note, "note-2", command, asked)
            if isinstance(command, Note) and next(crashes, False):
                raise ConnectionResetError

        applier = Applier(
            kernel.engine,
            reader="answers",
            take=Reactor(PROCESS, dispatch, service="notes").take,
            clock=kernel.clock,
            gated=False,
        )
        reader = JournalReader("answers", kernel.tail, applier, Wake())
        async with in_background(reader.run()):
            assert await reader.reached(4, timeout=20)
        assert reader.progress.retries == 2
        assert await kernel.journal.last_position() == 4


async def test_a_rule_that_says_no_has_the_last_word(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await kernel.handle(note, "note-1", Note(events=(PERSON,)), context())
        asked: list[object] = []

        async def dispatch(command: Any, _: Context) -> None:
            asked.append(command)
            raise Refused("not-now")

        kernel.react(PROCESS, dispatch)
        reader = kernel.readers["answers"]
        async with in_background(reader.run()):
            assert isinstance(reader, JournalReader)
            assert await reader.reached(1, timeout=20)
        assert len(asked) == 2
        assert await place.fetch("SELECT 1 FROM parked") == []
