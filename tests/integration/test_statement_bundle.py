"""Changes of rows are folded, and what comes of it is what one after the other would give."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    ARRAY,
    Column,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    event,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.sample import NOON
from events.sourcing.projector import create_tables
from events.sourcing.rows import AT_ONCE, Write, each_row, each_row_by_sqlalchemy, many_rows
from events.sourcing.statements import (
    Bundle,
    Change,
    Drop,
    Filled,
    First,
    Newest,
    Patch,
    Statement,
)
from tests.support.kernel import workplace
from tests.support.rows_suite import told_to_the_driver

TABLES = MetaData()
NOTE = Table(
    "note",
    TABLES,
    Column("key", Text, primary_key=True),
    Column("said", Integer),
    Column("by", Text),
    Column("at", DateTime(timezone=True)),
    Column("facts", JSONB),
)
OTHER = Table("other", TABLES, Column("key", Text, primary_key=True), Column("said", Integer))
LISTED = Table(
    "listed",
    TABLES,
    Column("key", Text, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("names", ARRAY(Text)),
)
EMPTY = dict.fromkeys(("said", "by", "at", "facts"))

KEYS = st.sampled_from("abc")
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "said": st.none() | st.integers(0, 9),
        "by": st.sampled_from(["us", "them"]),
        "at": st.sampled_from([None, NOON]),
        "facts": st.sampled_from([None, {"a": [1, None]}, [], [1, [2]], "b", 3]),
    },
)
WRITES = pytest.mark.parametrize("write", [each_row, each_row_by_sqlalchemy, many_rows])
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(lambda key, values: First(NOTE, {"key": key, **values}), KEYS, VALUES),
    st.builds(lambda key, values: Newest(NOTE, {"key": key, **values}), KEYS, VALUES),
    st.builds(lambda key, values: Patch(NOTE, {"key": key}, values), KEYS, VALUES.filter(bool)),
    st.builds(lambda key: Drop(NOTE, {"key": key}), KEYS),
)


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    async with workplace(postgres_url) as place:
        engine = place.kernel().engine
        await create_tables(engine, TABLES)
        yield engine


async def _held(connection: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await connection.execute(select(NOTE).order_by(NOTE.c.key))]


def one_by_one(changes: Sequence[Change]) -> list[tuple[Any, ...]]:
    """What each change promises, on rows in memory."""
    rows: dict[Any, dict[str, Any]] = {}
    for change in changes:
        match change:
            case First(_, row):
                rows.setdefault(row["key"], {**EMPTY, **row})
            case Newest(_, row):
                rows.setdefault(row["key"], dict(EMPTY)).update(row)
            case Patch(_, key, values):
                rows.get(key["key"], {}).update(values)
            case Drop(_, key):
                rows.pop(key["key"], None)
    return [(key, *(row[name] for name in EMPTY)) for key, row in sorted(rows.items())]


async def folded(
    engine: AsyncEngine, write: Write, *turns: Sequence[Statement]
) -> list[tuple[Any, ...]]:
    async with begun(engine) as connection:
        for turn in turns:
            bundle = Bundle()
            bundle.add(turn)
            await bundle.write(connection, write)
        return await _held(connection)


@WRITES
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.lists(CHANGES, max_size=4), changes=st.lists(CHANGES, max_size=8))
async def test_folded_is_the_same_as_one_by_one(
    engine: AsyncEngine, write: Write, before: Sequence[Change], changes: Sequence[Change]
) -> None:
    expected = one_by_one([*before, *changes])
    assert await folded(engine, write, before, changes) == expected
    assert await folded(engine, write, *([one] for one in [*before, *changes])) == expected


@WRITES
async def test_another_statement_finds_everything_before_it_written(
    engine: AsyncEngine, write: Write
) -> None:
    louder = NOTE.update().values(said=NOTE.c.said + 1)
    turn: list[Statement] = [
        First(NOTE, {"key": "a", "said": 1}),
        louder,
        Patch(NOTE, {"key": "a"}, {"by": "us"}),
    ]
    assert await folded(engine, write, turn) == [("a", 2, "us", None, None)]


@WRITES
async def test_a_statement_put_together_once_takes_each_event_s_values_in_its_turn(
    engine: AsyncEngine, write: Write
) -> None:
    said_of = NOTE.update().where(NOTE.c.key == bindparam("of")).values(said=bindparam("now"))
    turn: list[Statement] = [
        First(NOTE, {"key": "a", "said": 1}),
        Filled(said_of, {"of": "a", "now": 2}),
        Filled(said_of, {"of": "nobody", "now": 3}),
        Patch(NOTE, {"key": "a"}, {"by": "us"}),
    ]
    assert await folded(engine, write, turn) == [("a", 2, "us", None, None)]


async def test_rows_alike_make_one_trip_and_many_changes_of_a_row_one_change(
    engine: AsyncEngine,
) -> None:
    async with begun(engine) as connection, trips_of_the_driver(connection) as trips:
        bundle = Bundle()
        for n in range(20):
            bundle.add([First(NOTE, {"key": f"k{n}", "said": n})])
            bundle.add([Patch(NOTE, {"key": f"k{n}"}, {"by": "us"})])
            bundle.add([First(OTHER, {"key": f"k{n}", "said": n})])
            bundle.add([Newest(OTHER, {"key": "k0", "said": n})])
        assert bundle.waiting == 40
        await bundle.write(connection)
    assert trips == [20, 1, 19]


async def test_thousands_of_rows_go_with_few_statements(engine: AsyncEngine) -> None:
    bundle = Bundle()
    bundle.add(Newest(OTHER, {"key": f"k{n}", "said": n}) for n in range(AT_ONCE + 1))
    async with begun(engine) as connection, trips_of_sqlalchemy(engine) as trips:
        await bundle.write(connection, many_rows)
        assert len((await connection.execute(select(OTHER))).all()) == AT_ONCE + 1
    assert trips == [1, 1, 1]


@WRITES
async def test_a_row_with_a_list_and_a_key_of_two_parts_is_written_too(
    engine: AsyncEngine, write: Write
) -> None:
    async with begun(engine) as connection:
        for names in (["a", "b"], []):
            bundle = Bundle()
            rows = [{"key": "k", "part": part, "names": names} for part in range(3)]
            bundle.add(Newest(LISTED, row) for row in rows)
            bundle.add([Drop(LISTED, {"key": "k", "part": 1})])
            await bundle.write(connection, write)
            held = (await connection.execute(select(LISTED).order_by(LISTED.c.part))).all()
            assert [tuple(row) for row in held] == [("k", 0, names), ("k", 2, names)]


@asynccontextmanager
async def begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """In a transaction already, which is what the driver waits for; it comes to nothing."""
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        yield connection


@asynccontextmanager
async def trips_of_the_driver(connection: AsyncConnection) -> AsyncIterator[list[int]]:
    """How many rows each statement has that it is given meanwhile."""
    trips: list[int] = []
    async with told_to_the_driver(connection) as told:
        yield trips
    trips += [len(sent.args) if isinstance(sent.args, list) else 1 for sent in told]


@asynccontextmanager
async def trips_of_sqlalchemy(engine: AsyncEngine) -> AsyncIterator[list[int]]:
    """The same of those that go through SQLAlchemy."""
    trips: list[int] = []

    def count(*call: Any) -> None:
        trips.append(len(call[3]) if call[-1] else 1)

    event.listen(engine.sync_engine, "before_cursor_execute", count)
    yield trips
    event.remove(engine.sync_engine, "before_cursor_execute", count)
