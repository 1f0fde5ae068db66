"""A command is decided once, however often and by however many it is asked."""

import asyncio

import pytest

from events.catalog.talent import TalentRegistered
from events.sourcing.handle import Part
from events.sourcing.types import Conflict, KeyReused, Refused
from tests.support.kernel import PERSON, Note, NoteOnce, context, note, workplace


@pytest.mark.parametrize("command", [Note(), NoteOnce(), Note(events=())])
async def test_a_retry_storm_is_one_event_and_fifty_equal_answers(
    postgres_url: str, command: object
) -> None:
    async with workplace(postgres_url) as place:
        processes = [place.kernel() for _ in range(2)]
        asked = context("k")
        receipts = await asyncio.gather(
            *(processes[n % 2].handle(note, "note-1", command, asked) for n in range(50))
        )
        answers = {(r.stream, r.version, r.position, r.event_ids) for r in receipts}
        assert len(answers) == 1
        events = 0 if command == Note(events=()) else 1
        assert await processes[0].journal.last_position() == events


@pytest.mark.parametrize("command", [Note(), NoteOnce()])
async def test_the_same_key_with_another_body_is_refused(
    postgres_url: str, command: object
) -> None:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await kernel.handle(note, "note-1", command, context("k"))
        with pytest.raises(KeyReused):
            await kernel.handle(note, "note-1", command, context("k", body=b"other"))


async def test_commands_on_one_stream_all_get_their_turn(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        processes = [place.kernel() for _ in range(2)]
        receipts = await asyncio.gather(
            *(processes[n % 2].handle(note, "note-1", Note(), context()) for n in range(40))
        )
        assert sorted(receipt.version for receipt in receipts) == list(range(1, 41))


async def test_of_those_who_may_be_first_one_is(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        processes = [place.kernel() for _ in range(2)]
        answers = await asyncio.gather(
            *(processes[n % 2].handle(note, "note-1", NoteOnce(), context()) for n in range(20)),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 19
        assert not [answer for answer in answers if isinstance(answer, Conflict)]


async def test_two_streams_are_decided_together_or_not_at_all(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        both = [
            Part(decider=note, stream="note-1", command=Note()),
            Part(decider=note, stream="note-2", command=NoteOnce()),
        ]
        receipt = await kernel.handle_together(context(), *both)
        assert (receipt.stream, receipt.position, len(receipt.event_ids)) == ("note-1", 2, 2)
        with pytest.raises(Refused):
            await kernel.handle_together(context(), *both)
        assert await kernel.journal.last_position() == 2


async def test_what_is_personal_is_not_in_the_stored_bytes(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await kernel.handle(note, "note-1", Note(events=(PERSON,)), context())
        stored = (await place.fetch("SELECT payload FROM journal"))[0]["payload"]
        assert PERSON.full_name.encode() not in stored
        assert PERSON.identity_number.encode() not in stored
        assert await _registered(kernel) == PERSON


async def test_nothing_can_be_read_or_written_about_who_was_forgotten(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await kernel.handle(note, "note-1", Note(events=(PERSON,)), context())
        await kernel.keyring.destroy("t-1")
        forgotten = await _registered(kernel)
        assert (forgotten.full_name, forgotten.identity_number) == (None, None)
        assert forgotten.talent_id == "t-1"
        with pytest.raises(Refused, match="person-forgotten"):
            await kernel.handle(note, "note-1", Note(events=(PERSON,)), context())


async def _registered(kernel: object) -> TalentRegistered:
    desk = kernel.desk  # type: ignore[attr-defined]
    opened = await desk.open(await desk.journal.read_stream("note-1"))
    event: TalentRegistered = opened[0].event
    return event
