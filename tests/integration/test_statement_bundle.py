"""Changes of rows are folded, and what comes of it is what one after the other would give."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, Text, event, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.projector import create_tables
from events.sourcing.statements import (
    Bundle,
    Change,
    Drop,
    First,
    Newest,
    Patch,
    Statement,
)
from tests.support.kernel import workplace

TABLES = MetaData()
NOTE = Table(
    "note",
    TABLES,
    Column("key", Text, primary_key=True),
    Column("said", Integer),
    Column("by", Text),
)
OTHER = Table("other", TABLES, Column("key", Text, primary_key=True), Column("said", Integer))

KEYS = st.sampled_from("abc")
VALUES = st.fixed_dictionaries(
    {}, optional={"said": st.integers(0, 9), "by": st.sampled_from(["us", "them"])}
)
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
                rows.setdefault(row["key"], {"said": None, "by": None, **row})
            case Newest(_, row):
                rows.setdefault(row["key"], {"said": None, "by": None}).update(row)
            case Patch(_, key, values):
                rows.get(key["key"], {}).update(values)
            case Drop(_, key):
                rows.pop(key["key"], None)
    return [(key, row["said"], row["by"]) for key, row in sorted(rows.items())]


async def folded(engine: AsyncEngine, *turns: Sequence[Statement]) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        for turn in turns:
            bundle = Bundle()
            bundle.add(turn)
            await bundle.write(connection)
        return await _held(connection)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.lists(CHANGES, max_size=4), changes=st.lists(CHANGES, max_size=8))
async def test_folded_is_the_same_as_one_by_one(
    engine: AsyncEngine, before: Sequence[Change], changes: Sequence[Change]
) -> None:
    expected = one_by_one([*before, *changes])
    assert await folded(engine, before, changes) == expected
    assert await folded(engine, *([one] for one in [*before, *changes])) == expected


async def test_another_statement_finds_everything_before_it_written(engine: AsyncEngine) -> None:
    louder = NOTE.update().values(said=NOTE.c.said + 1)
    turn: list[Statement] = [
        First(NOTE, {"key": "a", "said": 1}),
        louder,
        Patch(NOTE, {"key": "a"}, {"by": "us"}),
    ]
    assert await folded(engine, turn) == [("a", 2, "us")]


async def test_rows_alike_make_one_trip_and_many_changes_of_a_row_one_change(
    engine: AsyncEngine,
) -> None:
    trips: list[int] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def count(*call: Any) -> None:
        trips.append(len(call[3]) if call[-1] else 1)

    async with engine.begin() as connection:
        bundle = Bundle()
        for n in range(20):
            bundle.add([First(NOTE, {"key": f"k{n}", "said": n})])
            bundle.add([Patch(NOTE, {"key": f"k{n}"}, {"by": "us"})])
            bundle.add([First(OTHER, {"key": f"k{n}", "said": n})])
            bundle.add([Newest(OTHER, {"key": "k0", "said": n})])
        await bundle.write(connection)
    assert trips == [20, 1, 19]
