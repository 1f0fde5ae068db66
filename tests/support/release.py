"""A service whose old release serves a read model while the new release builds it anew."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, select

from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection, create_tables
from events.sourcing.statements import Newest, Statement
from events.sourcing.types import Recorded
from tests.support.kernel import BODY, Note, Workplace, context, in_background, note, workplace

TABLES = MetaData()
LATEST = Table(
    "latest",
    TABLES,
    Column("stream", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("said", Text),
    Index("latest_by_version", "version"),
)


def project(recorded: Recorded[Any]) -> Iterable[Statement]:
    row = {"stream": recorded.stream, "version": recorded.version, "said": "first wording"}
    yield Newest(LATEST, row)


def project_otherwise(recorded: Recorded[Any]) -> Iterable[Statement]:
    row = {"stream": recorded.stream, "version": recorded.version, "said": "second wording"}
    yield Newest(LATEST, row)


def refuse_the_third(recorded: Recorded[Any]) -> Iterable[Statement]:
    if recorded.version == 3:
        raise ValueError(recorded.stream)
    return project_otherwise(recorded)


FIRST = Projection(name="latest", tables=TABLES, project=project)
SECOND = replace(FIRST, project=project_otherwise)


class House:
    """A service whose old release serves while the new one builds."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.old = place.kernel()
        reader = self.old.project(FIRST)
        assert isinstance(reader, JournalReader)
        self.reader = reader

    def release(self, projection: Projection = SECOND) -> Kernel:
        kernel = self.place.kernel()
        kernel.project(projection)
        return kernel

    async def note(self, stream: str = "note-1") -> int:
        return (await self.old.handle(note, stream, Note(events=(BODY,)), context())).position

    async def held(self) -> dict[str, tuple[int, str]]:
        async with self.old.engine.connect() as connection:
            rows = await connection.execute(select(LATEST))
            return {row.stream: (row.version, row.said) for row in rows}

    async def caught_up(self) -> None:
        assert await self.reader.reached(await self.old.journal.last_position(), timeout=20)


def silent(_: str) -> None:
    """A build need not say how far it is."""


async def _opened(place: Workplace) -> House:
    house = House(place)
    await create_tables(house.old.engine, TABLES)
    for number in range(3):
        await house.note(f"note-{number}")
    return house


@asynccontextmanager
async def serving_house(postgres_url: str) -> AsyncIterator[House]:
    """Three streams of one event each, and a reader that goes on."""
    async with workplace(postgres_url) as place:
        house = await _opened(place)
        async with in_background(house.reader.run()):
            await house.caught_up()
            yield house


@asynccontextmanager
async def far_behind(postgres_url: str) -> AsyncIterator[House]:
    """Eight events, the third of which is the last that the stopped reader has seen."""
    async with workplace(postgres_url) as place:
        house = await _opened(place)
        async with in_background(house.reader.run()):
            await house.caught_up()
        for number in range(5):
            await house.note(f"note-{number % 2}")
        yield house
