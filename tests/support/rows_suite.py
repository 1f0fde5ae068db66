"""What must hold wherever rows are written and read straight through the driver."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.direct import at_once, transaction
from events.sourcing.kernel import Kernel
from events.sourcing.projector import create_tables
from events.sourcing.rows import Write, each_row, each_row_by_sqlalchemy
from events.sourcing.statements import Bundle, Change, First, Newest, Patch

TABLES = MetaData()
THING = Table(
    "thing",
    TABLES,
    Column("thing_id", Text, primary_key=True),
    Column("class", Text, key="class_"),
    Column("number", Integer, nullable=False),
    Column("large", BigInteger),
    Column("so", Boolean),
    Column("day", Date),
    Column("at", DateTime(timezone=True)),
    Column("sealed", LargeBinary),
    Column("facts", JSONB),
    Column("names", ARRAY(Text)),
    Column("other_id", Uuid),
)
BEIJING = timezone(timedelta(hours=8))
VALUES: Mapping[str, object] = {
    "class_": "三 'quoted' $1 %s :v2",
    "number": -7,
    "large": 2**40,
    "so": True,
    "day": date(2026, 2, 28),
    "at": datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=BEIJING),
    "sealed": b"\x00\xff'",
    "facts": {"名": [1, None, {"b": "c"}]},
    "names": ["a", "b,c", ""],
    "other_id": UUID(int=5),
}
NOTHING: Mapping[str, object] = dict.fromkeys(VALUES) | {"number": 0}

WRITES = pytest.mark.parametrize("write", [each_row, each_row_by_sqlalchemy])

SOME = (
    select(THING)
    .where(
        THING.c.thing_id == any_(bindparam("ids", type_=ARRAY(Text))),
        THING.c.number != bindparam("not_this"),
    )
    .order_by(THING.c.thing_id)
    .limit(2)
)


def thing(thing_id: str, values: Mapping[str, object]) -> dict[str, object]:
    return {"thing_id": thing_id, "number": 0, **values}


async def things(kernel: Kernel) -> AsyncEngine:
    """Where there is a table of them, and no transaction begins by itself."""
    await create_tables(kernel.engine, TABLES)
    return kernel.engine.execution_options(isolation_level="AUTOCOMMIT")


async def write_all(engine: AsyncEngine, write: Write, *changes: Change) -> None:
    """In one transaction, which the driver has begun."""
    bundle = Bundle()
    bundle.add(changes)
    async with transaction(engine) as connection:
        await bundle.write(connection, write)


@asynccontextmanager
async def told_to_the_driver(connection: AsyncConnection) -> AsyncIterator[list[Any]]:
    """What the driver is asked meanwhile, in its own words; complete only afterwards."""
    told: list[Any] = []
    driver: Any = (await connection.get_raw_connection()).driver_connection
    driver.add_query_logger(told.append)
    yield told
    await asyncio.sleep(0)  # It tells of it a moment later.
    driver.remove_query_logger(told.append)


async def by_sqlalchemy(engine: AsyncEngine) -> dict[str, dict[str, object]]:
    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(select(THING))]
    return {one: dict(zip(VALUES, values, strict=True)) for one, *values in found}


async def by_the_driver(engine: AsyncEngine) -> dict[str, dict[str, object]]:
    found = await at_once(engine, select(THING), {})
    return {one: dict(zip(VALUES, values, strict=True)) for one, *values in found}


class RowsSuite:
    """Subclasses give a fixture `engine`, made by `things`."""

    @WRITES
    async def test_what_was_written_is_read(self, engine: AsyncEngine, write: Write) -> None:
        await write_all(engine, write, First(THING, thing("one", VALUES)))
        await write_all(engine, write, *(First(THING, thing(name, VALUES)) for name in "ab"))
        await write_all(engine, write, First(THING, thing("c", NOTHING)))
        expected = {"one": VALUES, "a": VALUES, "b": VALUES, "c": NOTHING}
        assert await by_the_driver(engine) == expected
        assert await by_sqlalchemy(engine) == expected

    @WRITES
    async def test_each_value_takes_the_place_of_another(
        self, engine: AsyncEngine, write: Write
    ) -> None:
        await write_all(engine, write, *(First(THING, thing(name, NOTHING)) for name in "abc"))
        await write_all(engine, write, Patch(THING, {"thing_id": "a"}, VALUES))
        await write_all(engine, write, Newest(THING, thing("b", VALUES)))
        expected = {"a": VALUES, "b": VALUES, "c": NOTHING}
        assert await by_the_driver(engine) == expected
        assert await by_sqlalchemy(engine) == expected

    async def test_a_statement_keeps_its_own_values_beside_those_it_is_given(
        self, engine: AsyncEngine
    ) -> None:
        rows = [First(THING, thing(name, {"number": n})) for n, name in enumerate("abcde")]
        await write_all(engine, each_row, *rows)
        found = await at_once(engine, SOME, {"ids": ["e", "d", "c", "a"], "not_this": 2})
        assert [row[0] for row in found] == ["a", "d"]
        assert not await at_once(engine, SOME, {"ids": [], "not_this": 2})

    async def test_a_value_that_is_missing_is_asked_for(self, engine: AsyncEngine) -> None:
        with pytest.raises(KeyError, match="not_this"):
            await at_once(engine, SOME, {"ids": ["a"]})
