"""A read model of the own journal: caught up, fenced, undisturbed by what cannot be read."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Executable, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.rebuild import forget
from events.sourcing.types import Recorded
from tests.support.kernel import (
    BODY,
    PERSON,
    Note,
    Workplace,
    context,
    in_background,
    note,
    workplace,
)

TABLES = MetaData()
SEEN = Table(
    "seen", TABLES, Column("position", BigInteger, primary_key=True), Column("stream", Text)
)


def project(recorded: Recorded[Any]) -> Sequence[Executable]:
    return [insert(SEEN).values(position=recorded.position, stream=recorded.stream)]


SEEN_EVENTS = Projection(name="seen", tables=TABLES, project=project)


class Reading:
    """A service with that read model."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.kernel = place.kernel()
        self.reader = follow(self.kernel)

    async def note(self, *events: object, stream: str = "note-1") -> int:
        receipt = await self.kernel.handle(note, stream, Note(events=events), context())
        return receipt.position

    async def seen(self) -> list[int]:
        async with self.kernel.engine.connect() as connection:
            return list(await connection.scalars(select(SEEN.c.position).order_by("position")))


def follow(kernel: Kernel) -> JournalReader:
    reader = kernel.project(SEEN_EVENTS)
    assert isinstance(reader, JournalReader)
    return reader


@pytest.fixture
async def reading(postgres_url: str) -> AsyncIterator[Reading]:
    async with workplace(postgres_url) as place:
        reading = Reading(place)
        await forget(reading.kernel.engine, SEEN_EVENTS)
        yield reading


async def test_what_was_recorded_can_be_waited_for(reading: Reading) -> None:
    async with in_background(reading.reader.run()):
        position = await reading.note(BODY, PERSON, BODY)
        assert await reading.reader.reached(position, timeout=20)
        assert await reading.seen() == [1, 2, 3]
        assert not await reading.reader.reached(position + 1, timeout=0.05)


async def test_a_reader_goes_on_where_it_stood(reading: Reading) -> None:
    await reading.note(BODY, BODY)
    async with in_background(reading.reader.run()):
        assert await reading.reader.reached(2, timeout=20)
    await reading.note(BODY)
    heir = follow(reading.place.kernel())
    async with in_background(heir.run()):
        assert await heir.reached(3, timeout=20)
    assert await reading.seen() == [1, 2, 3]


async def test_two_processes_keep_one_read_model_between_them(reading: Reading) -> None:
    other = follow(reading.place.kernel())
    async with in_background(reading.reader.run()), in_background(other.run()):
        positions = [await reading.note(BODY, BODY) for _ in range(20)]
        position = positions[-1]
        assert await reading.reader.reached(position, timeout=20)
        assert await other.reached(position, timeout=20)
    assert await reading.seen() == list(range(1, 41))


async def test_an_event_that_cannot_be_read_parks_its_stream_alone(reading: Reading) -> None:
    await reading.note(BODY)
    await reading.note(BODY, stream="note-2")
    await reading.note(BODY)
    await reading.place.fetch("UPDATE journal SET name = 'note.unknown.v9' WHERE position = 1")
    async with in_background(reading.reader.run()):
        assert await reading.reader.reached(3, timeout=20)
    assert await reading.seen() == [2]
    parked = await reading.place.fetch("SELECT version, class FROM parked ORDER BY version")
    assert [tuple(row) for row in parked] == [(1, "unknown-type"), (2, "behind")]


async def test_forgotten_while_it_runs_a_read_model_is_built_again(reading: Reading) -> None:
    async with in_background(reading.reader.run()):
        await reading.note(BODY, BODY)
        assert await reading.reader.reached(2, timeout=20)
        await forget(reading.kernel.engine, SEEN_EVENTS)
        position = await reading.note(BODY)
        assert await reading.reader.reached(position, timeout=20)
        assert await reading.seen() == [1, 2, 3]


async def test_health_names_what_is_behind(reading: Reading) -> None:
    await reading.note(BODY, BODY)
    state = await reading.kernel.health()
    assert state["status"] == "failing"
    async with reading.kernel.running():
        assert await reading.reader.reached(2, timeout=20)
        state = await reading.kernel.health()
    assert state["status"] == "ok"
    assert state["last_position"] == 2
    assert state["readers"] == {
        "seen": {"behind": 0, "retries": 0, "running": True, "status": "ok"}
    }
