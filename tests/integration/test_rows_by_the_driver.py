"""What goes straight to the driver arrives as SQLAlchemy would have sent it, and fails like it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.sample import NOON
from events.sourcing.compiled import compiled
from events.sourcing.direct import transaction
from events.sourcing.rows import Write, each_row, each_row_by_sqlalchemy
from events.sourcing.statements import Bundle, Change, First, Patch, execute
from events.sourcing.transient import is_transient
from tests.support.kernel import workplace
from tests.support.rows_suite import (
    NOTHING,
    THING,
    VALUES,
    WRITES,
    RowsSuite,
    thing,
    things,
    told_to_the_driver,
    write_all,
)

HELD = {
    "class_": "三 'quoted' $1 %s :v2",
    "number": "-7",
    "large": "1099511627776",
    "so": "true",
    "day": "2026-02-28",
    "at": "2026-03-02 04:00:00.000005+00",
    "sealed": "\\x00ff27",
    "facts": '{"名": [1, null, {"b": "c"}]}',
    "names": '{a,"b,c",""}',
    "other_id": "00000000-0000-0000-0000-000000000005",
}
"""As PostgreSQL holds `VALUES`, in its words."""
NOTHING_HELD = dict.fromkeys(HELD) | {"number": "0", "facts": "null"}

REFUSING = (
    "CREATE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{state}'; END $$"
)
REFUSED = "CREATE TRIGGER refused BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION refusing()"

FAILURES: Sequence[tuple[type[Exception], Mapping[str, object]]] = [
    (asyncpg.NotNullViolationError, {"number": None}),
    (asyncpg.CharacterNotInRepertoireError, {"class_": "\0"}),
    (asyncpg.DataError, {"number": 2**40}),
    (asyncpg.DataError, {"at": "noon"}),
    (TypeError, {"facts": object()}),
]


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    async with workplace(postgres_url) as place:
        yield await things(place.kernel())


class TestRows(RowsSuite):
    """The suite, on PostgreSQL."""


async def held(engine: AsyncEngine) -> dict[str, dict[str, str | None]]:
    """Each row in PostgreSQL's own words."""
    columns = ", ".join(f'"{column.name}"::text AS "{column.key}"' for column in THING.c)
    async with engine.connect() as connection:
        await connection.execute(text("SET TIME ZONE 'UTC'"))
        rows = (await connection.execute(text(f"SELECT {columns} FROM thing"))).mappings()  # noqa: S608 - its own names
        return {row["thing_id"]: {name: row[name] for name in HELD} for row in rows}


async def failure_of(engine: AsyncEngine, write: Write, *changes: Change) -> Exception:
    try:
        await write_all(engine, write, *changes)
    except Exception as failure:  # noqa: BLE001 - which one it is, is the question
        return failure
    raise AssertionError("it was written")


@WRITES
async def test_each_value_is_held_as_its_column_wants_it(engine: AsyncEngine, write: Write) -> None:
    await write_all(engine, write, First(THING, thing("one", VALUES)))
    await write_all(engine, write, *(First(THING, thing(name, VALUES)) for name in "ab"))
    assert await held(engine) == {"one": HELD, "a": HELD, "b": HELD}


@WRITES
async def test_json_is_written_as_everywhere(engine: AsyncEngine, write: Write) -> None:
    facts = {"at": NOON, "id": UUID(int=5)}
    await write_all(engine, write, First(THING, thing("a", {"facts": facts})))
    words = '{"at": "2026-03-02T04:00:00Z", "id": "00000000-0000-0000-0000-000000000005"}'
    assert (await held(engine))["a"]["facts"] == words


@WRITES
async def test_nothing_is_held_as_nothing_and_in_json_as_null(
    engine: AsyncEngine, write: Write
) -> None:
    await write_all(engine, write, First(THING, thing("one", NOTHING)))
    await write_all(engine, write, *(First(THING, thing(name, NOTHING)) for name in "ab"))
    assert await held(engine) == {"one": NOTHING_HELD, "a": NOTHING_HELD, "b": NOTHING_HELD}


@pytest.mark.parametrize(("kind", "values"), FAILURES)
async def test_what_cannot_be_written_passes_by_itself_as_often_as_through_sqlalchemy(
    engine: AsyncEngine, kind: type[Exception], values: Mapping[str, object]
) -> None:
    changes = First(THING, thing("a", {})), First(THING, thing("b", values))
    straight = await failure_of(engine, each_row, *changes)
    through = await failure_of(engine, each_row_by_sqlalchemy, *changes)
    assert type(straight) is kind
    assert is_transient(straight) is is_transient(through)
    assert await held(engine) == {}


@pytest.mark.parametrize("state", ["40001", "55P03", "57014", "53100"])
async def test_what_passes_by_itself_is_known_by_either_name(
    engine: AsyncEngine, state: str
) -> None:
    async with engine.connect() as connection:
        await connection.execute(text(REFUSING.format(state=state)))
        await connection.execute(text(REFUSED))
    for write in (each_row, each_row_by_sqlalchemy):
        failure = await failure_of(engine, write, First(THING, thing("a", {})))
        assert is_transient(failure)


def test_a_default_that_is_not_the_databases_is_refused() -> None:
    made = Table(
        "made", MetaData(), Column("a", Text, primary_key=True), Column("b", Integer, default=7)
    )
    with pytest.raises(ValueError, match="a default of a column"):
        compiled(insert(made), ("a",))
    noted = Table(
        "noted", MetaData(), Column("a", Text, primary_key=True), Column("b", Integer, onupdate=7)
    )
    with pytest.raises(ValueError, match="a default of a column"):
        compiled(update(noted).values(a=bindparam("set_a")))


async def test_two_that_wait_for_each_other_fail_by_what_passes(engine: AsyncEngine) -> None:
    await write_all(engine, each_row, *(First(THING, thing(name, {})) for name in "ab"))
    meeting = asyncio.Barrier(2)

    async def write(*names: str) -> None:
        async with transaction(engine) as connection:
            for name in names:
                bundle = Bundle()
                bundle.add([Patch(THING, {"thing_id": name}, {"number": 1})])
                await bundle.write(connection)
                if name == names[0]:
                    await meeting.wait()

    done = await asyncio.gather(write("a", "b"), write("b", "a"), return_exceptions=True)
    (failure,) = [one for one in done if one is not None]
    assert isinstance(failure, asyncpg.DeadlockDetectedError)
    assert is_transient(failure)


async def test_where_sqlalchemy_begins_rows_are_part_of_that(postgres_url: str) -> None:
    bundle = Bundle()
    bundle.add([First(THING, thing("a", VALUES))])
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await things(kernel)
        async with kernel.engine.connect() as connection:
            await bundle.write(connection)
            assert await held(kernel.engine) == {}
            await connection.rollback()
            await bundle.write(connection)
            await connection.commit()
        assert await held(kernel.engine) == {"a": HELD}


async def test_one_by_one_a_failure_has_the_name_that_sqlalchemy_gives_it(
    engine: AsyncEngine,
) -> None:
    async with transaction(engine) as connection:
        with pytest.raises(IntegrityError):
            async with connection.begin_nested():
                await execute(connection, First(THING, thing("a", {"number": None})))
        await execute(connection, First(THING, thing("b", {})))
    assert [*await held(engine)] == ["b"]


async def test_a_statement_is_sent_in_the_same_words_whatever_its_values(
    engine: AsyncEngine,
) -> None:
    async with transaction(engine) as connection, told_to_the_driver(connection) as said:
        for name, values in [("a", VALUES), ("b", NOTHING)]:
            bundle = Bundle()
            bundle.add([First(THING, thing(name, values))])
            await bundle.write(connection)
    assert len(said) == 2
    assert len({one.query for one in said}) == 1
