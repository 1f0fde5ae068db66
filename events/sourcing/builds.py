"""Takes rows about forgotten people out of every build of a read model, serving or not.

A build that does not serve hears of no erasure: nobody reads on for the one that served before,
and one that was broken off stands as it was left. A table that says anything about a person names
them in the column `talent_id` (a law: `tests/laws/test_forgetting.py`).
"""

from collections.abc import Sequence

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    TableClause,
    Text,
    bindparam,
    column,
    delete,
    func,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.database import BEFORE, NEXT, READ_MODELS
from events.sourcing.kernel_tables import erasure

PERSON = "talent_id"
BUILDS_LOCK = 7004
_HOLD_BUILDS = select(func.pg_advisory_xact_lock(BUILDS_LOCK))

_NAMING_PEOPLE = text(
    "SELECT table_schema, table_name FROM information_schema.columns"
    " WHERE column_name = :person AND table_schema = ANY(:schemas) ORDER BY 1, 2"
).bindparams(bindparam("schemas", type_=ARRAY(Text)))


async def hold_builds(connection: AsyncConnection) -> None:
    """Until the end of the transaction no table of a read model moves from schema to schema."""
    await connection.execute(_HOLD_BUILDS)


async def purge_person(connection: AsyncConnection, subject: str) -> None:
    """No row about this person stays in any build."""
    builds = await _naming_people(connection, (READ_MODELS, NEXT, BEFORE))
    await _purge(connection, builds, column(PERSON) == subject)


async def purge_forgotten(connection: AsyncConnection) -> int:
    """What builds that do not serve still held about forgotten people; how many rows that was."""
    builds = await _naming_people(connection, (NEXT, BEFORE))
    return await _purge(connection, builds, column(PERSON).in_(select(erasure.c.subject)))


async def _naming_people(
    connection: AsyncConnection, schemas: Sequence[str]
) -> Sequence[TableClause]:
    await hold_builds(connection)
    asked = {"person": PERSON, "schemas": list(schemas)}
    rows = await connection.execute(_NAMING_PEOPLE, asked)
    return [table(name, column(PERSON), schema=schema) for schema, name in rows]


async def _purge(
    connection: AsyncConnection, builds: Sequence[TableClause], which: ColumnElement[bool]
) -> int:
    gone = [(await connection.execute(delete(build).where(which))).rowcount for build in builds]
    return sum(gone)
