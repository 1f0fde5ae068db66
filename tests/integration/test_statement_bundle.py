"""Rows for one statement travel together, and what comes of it is what one by one would give."""

from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import Column, Executable, Integer, MetaData, Table, Text, event, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.projector import create_tables
from events.sourcing.statements import Bundle, Put, Statement, execute, put_first
from tests.support.kernel import workplace

TABLES = MetaData()
NOTE = Table("note", TABLES, Column("key", Text, primary_key=True), Column("said", Integer))
OTHER = Table("other", TABLES, Column("key", Text, primary_key=True), Column("said", Integer))
_NEWEST = insert(NOTE)
NEWEST = _NEWEST.on_conflict_do_update(index_elements=["key"], set_={"said": _NEWEST.excluded.said})


def newest(key: str, said: int) -> Put:
    return Put(statement=NEWEST, row={"key": key, "said": said})


def first(key: str, said: int) -> Put:
    return put_first(NOTE, {"key": key, "said": said})


def gone(key: str) -> Executable:
    return NOTE.delete().where(NOTE.c.key == key)


MIXED: Sequence[Statement] = [
    first("a", 1),
    first("a", 2),
    newest("b", 1),
    put_first(OTHER, {"key": "a", "said": 1}),
    newest("b", 2),
    first("b", 3),
    newest("a", 4),
    gone("b"),
    first("b", 5),
    put_first(NOTE, {"key": "c"}),
    first("c", 6),
]


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    async with workplace(postgres_url) as place:
        engine = place.kernel().engine
        await create_tables(engine, TABLES)
        yield engine


async def held(engine: AsyncEngine) -> dict[str, int | None]:
    async with engine.connect() as connection:
        return {row.key: row.said for row in await connection.execute(select(NOTE))}


async def test_a_bundle_comes_to_the_same_as_one_by_one(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for statement in MIXED:
            await execute(connection, statement)
    one_by_one = await held(engine)
    assert one_by_one == {"a": 4, "b": 5, "c": None}
    async with engine.begin() as connection:
        await connection.execute(NOTE.delete())
        bundle = Bundle(connection)
        await bundle.add(MIXED)
        await bundle.flush()
    assert await held(engine) == one_by_one


async def test_rows_alike_make_one_trip(engine: AsyncEngine) -> None:
    trips: list[bool] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def count(*call: object) -> None:
        trips.append(bool(call[-1]))

    async with engine.begin() as connection:
        bundle = Bundle(connection)
        for n in range(20):
            await bundle.add([first(f"k{n}", n), put_first(OTHER, {"key": f"k{n}", "said": n})])
        await bundle.flush()
    assert trips == [True, True]
    assert len(await held(engine)) == 20
