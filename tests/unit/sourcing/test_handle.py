"""Handling, on the journal in memory: decide on what was read, record once, say where."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from contracts.sample import NOON
from events.catalog.body import BodyEstablished
from events.catalog.talent import TalentRegistered
from events.sourcing.clock import SimulatedClock
from events.sourcing.decider import Decider
from events.sourcing.desk import Desk
from events.sourcing.handle import Part, handle
from events.sourcing.memory import MemoryJournal
from events.sourcing.types import Context, KeyReused, Receipt, Refused
from tests.support.kernel import BODY, PERSON, Note, NoteOnce, context, desk_of, note


@pytest.fixture
def desk() -> Desk:
    return desk_of(MemoryJournal(SimulatedClock(NOON)))


async def take(desk: Desk, command: object, asked: Context, *, stream: str = "note-1") -> Receipt:
    return await handle(desk, asked, Part(decider=note, stream=stream, command=command))


async def test_a_receipt_says_where_the_last_event_stands(desk: Desk) -> None:
    await take(desk, Note(), context(), stream="note-0")
    receipt = await take(desk, Note(events=(BODY, PERSON)), context())
    assert (receipt.service, receipt.stream) == ("notes", "note-1")
    assert (receipt.version, receipt.position, len(receipt.event_ids)) == (2, 3, 2)


async def test_asked_again_the_answer_is_the_same(desk: Desk) -> None:
    asked = context("k")
    first = await take(desk, NoteOnce(), asked)
    await take(desk, Note(), context(), stream="note-2")
    again = await take(desk, NoteOnce(), asked)
    assert again.repeated
    assert (again.position, again.version, again.event_ids) == (1, 1, first.event_ids)


async def test_asked_again_in_another_matter_the_first_matter_is_named(desk: Desk) -> None:
    first = await take(desk, NoteOnce(), context("k"))
    other = Context(
        command_id=context("k").command_id,
        actor="clerk",
        correlation_id="another matter",
        causation_id=None,
        idempotency_key="k",
        target="POST /notes",
    )
    assert (await take(desk, NoteOnce(), other)).correlation_id == first.correlation_id


async def test_asked_again_after_somebody_was_forgotten_the_answer_is_the_same(
    desk: Desk,
) -> None:
    asked = context("k")
    first = await take(desk, Note(events=(PERSON,)), asked)
    await desk.keyring.destroy("t-1")
    again = await take(desk, Note(events=(PERSON,)), asked)
    assert (again.repeated, again.event_ids) == (True, first.event_ids)
    with pytest.raises(Refused, match="person-forgotten"):
        await take(desk, Note(events=(PERSON,)), context("another"))


async def test_a_refused_command_is_not_remembered(desk: Desk) -> None:
    await take(desk, Note(), context())
    for _ in range(2):
        with pytest.raises(Refused):
            await take(desk, NoteOnce(), context("k"))
    assert await desk.journal.asked_before("clerk", "k") is None


async def test_a_key_used_for_another_command_is_not_answered(desk: Desk) -> None:
    await take(desk, NoteOnce(), context("k"))
    with pytest.raises(KeyReused):
        await take(desk, NoteOnce(), context("k", body=b"other"))


async def test_commands_on_one_stream_decide_one_after_the_other(desk: Desk) -> None:
    receipts = await asyncio.gather(*(take(desk, Note(), context()) for _ in range(100)))
    assert sorted(receipt.version for receipt in receipts) == list(range(1, 101))


async def test_one_stream_cannot_stand_twice_in_a_command(desk: Desk) -> None:
    part = Part(decider=note, stream="note-1", command=Note())
    with pytest.raises(ValueError, match="does not follow"):
        await asyncio.wait_for(handle(desk, context(), part, part), 5)


def looking(**how: Any) -> tuple[Decider[Note, tuple[object, ...], object], list[object]]:
    """A rule book that says yes, and all that it was shown for its last decision."""
    shown: list[object] = []

    def decide(command: Note, past: tuple[object, ...]) -> Sequence[object]:
        shown[:] = past
        return command.events

    book: Decider[Note, tuple[object, ...], object] = Decider(
        "note", (), decide, lambda past, event: (*past, event), **how
    )
    return book, shown


async def shown_of(desk: Desk, events: Sequence[object], **how: Any) -> list[object]:
    """What of these, recorded one after the other, is looked at before the next decision."""
    book, shown = looking(**how)
    for version, one in enumerate((*events, BODY), start=1):
        part = Part(decider=book, stream="note-1", command=Note(events=(one,)))
        assert (await handle(desk, context(), part)).version == version
    return shown


OTHER = replace(BODY, body_id="other")


async def test_of_what_was_overtaken_only_the_newest_is_looked_at(desk: Desk) -> None:
    told = [BODY, PERSON, OTHER]
    assert await shown_of(desk, told, overtaken=(BodyEstablished,)) == [PERSON, OTHER]


async def test_of_several_kinds_that_were_overtaken_the_newest_of_all_is_looked_at(
    desk: Desk,
) -> None:
    told, kinds = [PERSON, OTHER, BODY], (BodyEstablished, TalentRegistered)
    assert await shown_of(desk, told, overtaken=kinds) == [BODY]


async def test_what_is_not_overtaken_is_all_looked_at(desk: Desk) -> None:
    told = [BODY, PERSON, OTHER]
    assert await shown_of(desk, told, overtaken=(TalentRegistered,)) == told


@pytest.mark.parametrize("glances", [True, False])
async def test_who_only_glances_is_shown_nothing_that_is_sealed(desk: Desk, glances: bool) -> None:
    (person,) = await shown_of(desk, [PERSON], glances=glances)
    assert isinstance(person, TalentRegistered)
    assert (person.full_name, person.identity_number) == (
        (None, None) if glances else (PERSON.full_name, PERSON.identity_number)
    )
