"""A read model's builds: the one that serves, one beside it, and the one that served before.

The tables of each stand in a schema of their own under the same names, so that a projection's
statements find theirs by the search path; to switch is to move tables between the schemas.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, MetaData, Select, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.batches import JOURNAL
from events.sourcing.builds import hold_builds, purge_forgotten
from events.sourcing.clock import Clock
from events.sourcing.database import BEFORE, NEXT, READ_MODELS
from events.sourcing.kernel_tables import (
    applied,
    checkpoint,
    followed_topic,
    parked,
    read_model_version,
)
from events.sourcing.pages import Marks
from events.sourcing.projector import Projection
from events.sourcing.standing import Fenced

LOCK_SECONDS = 5
_STANDING = (checkpoint, applied, parked, followed_topic)


class NothingBefore(Exception):
    """There is no earlier build to switch back to."""


def builder(projection: str, version: int) -> str:
    """The name under which a build that does not serve keeps its checkpoints."""
    return f"{projection}@{version}"


async def begin(engine: AsyncEngine, projection: Projection, *, clock: Clock) -> int:
    """Make empty tables beside the serving ones; the version of the build to come.

    A build that was left unfinished is thrown away. `engine` finds the next tables first.
    """
    async with engine.begin() as connection:
        await hold_builds(connection)
        version = await _next_version(connection, projection.name)
        await _drop(connection, projection, "building", NEXT)
        await connection.execute(
            insert(read_model_version).values(
                projection=projection.name, version=version, state="building", began_at=clock()
            )
        )
        # Unseen by the check, because the serving tables have the same names.
        await connection.run_sync(projection.tables.create_all, checkfirst=False)
    return version


async def serving_marks(engine: AsyncEngine, projection: Projection) -> Marks:
    """How far the model that serves has come."""
    async with engine.connect() as connection:
        return _read_now(projection, await _checkpoints(connection, projection.name))


async def switch(
    engine: AsyncEngine,
    projection: Projection,
    version: int,
    *,
    clock: Clock,
    catch_up: Callable[[Marks], Awaitable[None]],
) -> None:
    """Let a build serve, all at once and from exactly where the serving one stands.

    That one waits while `catch_up` brings the build to its marks. Asked twice, it is done once.
    """
    new = builder(projection.name, version)
    async with engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        await hold_builds(connection)
        serving = _read_now(projection, await _held(connection, projection.name))
        if await _version_in(connection, projection.name, "serving") == version:
            return
        # Not held yet: what is still missing is applied in a transaction of its own.
        built = await _checkpoints(connection, new)
        goal = _goal(serving, built, await topics_made_anew(connection, projection.name, new))
        await catch_up(goal)
        if await _held(connection, new) != goal:
            raise Fenced(f"{new} does not stand where {projection.name} does")
        # It may have opened events before their person was forgotten, and written them after.
        await purge_forgotten(connection)
        old = builder(projection.name, await _serving_version(connection, projection.name))
        # Only the build before this one is kept.
        await _drop(connection, projection, "before", BEFORE)
        await _move_tables(connection, projection.tables, READ_MODELS, to=BEFORE)
        await _move_tables(connection, projection.tables, NEXT, to=READ_MODELS)
        await _swap(connection, projection.name, keep_as=old, take=new)
        await _note_switch(connection, projection.name, version, clock=clock)


async def switch_back(engine: AsyncEngine, projection: Projection, *, clock: Clock) -> int:
    """Let the earlier build serve again; its version. It catches up from where it stood.

    Who was forgotten since then does not come back with it. Raises `NothingBefore` where there is
    none.
    """
    async with engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        await purge_forgotten(connection)
        version = await _version_in(connection, projection.name, "before")
        if version is None:
            raise NothingBefore(f"no build of {projection.name} served before this one")
        # Its place is needed, and what it was built for is called off.
        await _drop(connection, projection, "building", NEXT)
        await _held(connection, projection.name)
        now = await _serving_version(connection, projection.name)
        await _move_tables(connection, projection.tables, READ_MODELS, to=NEXT)
        await _move_tables(connection, projection.tables, BEFORE, to=READ_MODELS)
        await _move_tables(connection, projection.tables, NEXT, to=BEFORE)
        await _swap(
            connection,
            projection.name,
            keep_as=builder(projection.name, now),
            take=builder(projection.name, version),
        )
        await _note_switch(connection, projection.name, version, clock=clock)
    return version


async def _checkpoints(connection: AsyncConnection, reader: str) -> Marks:
    rows = await connection.execute(_where(reader))
    return {(row.topic, row.partition): row.next_offset for row in rows}


async def _held(connection: AsyncConnection, reader: str) -> Marks:
    """Held until the end of the transaction, so that nobody applies anything meanwhile."""
    rows = await connection.execute(_where(reader).with_for_update())
    return {(row.topic, row.partition): row.next_offset for row in rows}


def _where(reader: str) -> Select[Any]:
    """In the order in which readers lock them."""
    return (
        select(checkpoint)
        .where(checkpoint.c.reader == reader)
        .order_by(checkpoint.c.topic, checkpoint.c.partition)
    )


def _read_now(projection: Projection, marks: Marks) -> Marks:
    """Without those of a topic that an earlier release read."""
    return {mark: at for mark, at in marks.items() if mark[0] in (projection.topics or (JOURNAL,))}


def _goal(serving: Marks, built: Marks, anew: Collection[str]) -> Marks:
    """Where the serving model stands; in a topic made anew it stands nowhere, the build does."""
    return {
        **{mark: at for mark, at in serving.items() if mark[0] not in anew},
        **{mark: at for mark, at in built.items() if mark[0] in anew},
    }


async def topics_made_anew(connection: AsyncConnection, serving: str, built: str) -> set[str]:
    """The topics that were made anew between two builds: their offsets say nothing together."""
    one, other = followed_topic.alias(), followed_topic.alias()
    query = select(one.c.topic).where(
        one.c.reader == serving,
        other.c.reader == built,
        one.c.topic == other.c.topic,
        one.c.topic_id != other.c.topic_id,
    )
    return set(await connection.scalars(query))


async def _move_tables(
    connection: AsyncConnection, tables: MetaData, source: str, *, to: str
) -> None:
    for table in tables.tables.values():
        await connection.execute(text(f'ALTER TABLE {source}."{table.name}" SET SCHEMA {to}'))


async def _drop(
    connection: AsyncConnection, projection: Projection, state: str, schema: str
) -> None:
    """Throw away the build in this state, if there is one, with its checkpoints."""
    version = await _version_in(connection, projection.name, state)
    if version is not None:
        await _forget(connection, builder(projection.name, version))
        gone = _is(projection.name) & (read_model_version.c.state == state)
        await connection.execute(delete(read_model_version).where(gone))
    for table in projection.tables.tables.values():
        await connection.execute(text(f'DROP TABLE IF EXISTS {schema}."{table.name}"'))


async def _swap(connection: AsyncConnection, reader: str, *, keep_as: str, take: str) -> None:
    for table in _STANDING:
        for name, becomes in ((reader, keep_as), (take, reader)):
            await connection.execute(
                table.update().where(table.c.reader == name).values(reader=becomes)
            )


async def _forget(connection: AsyncConnection, reader: str) -> None:
    for table in _STANDING:
        await connection.execute(delete(table).where(table.c.reader == reader))


async def _note_switch(
    connection: AsyncConnection, projection: str, version: int, *, clock: Clock
) -> None:
    """First nobody serves, because no two may, not even between two statements."""
    rows = read_model_version
    states: Sequence[tuple[ColumnElement[bool], str]] = [
        (rows.c.state == "before", "building"),
        (rows.c.state == "serving", "before"),
        (rows.c.version == version, "serving"),
    ]
    for which, state in states:
        await connection.execute(
            rows.update().where(_is(projection), which).values(state=state, switched_at=clock())
        )


async def _serving_version(connection: AsyncConnection, projection: str) -> int:
    """A model that was never built anew serves as version 1."""
    found = await _version_in(connection, projection, "serving")
    if found is not None:
        return found
    await connection.execute(
        insert(read_model_version).values(
            projection=projection, version=1, state="serving", began_at=func.now()
        )
    )
    return 1


async def _version_in(connection: AsyncConnection, projection: str, state: str) -> int | None:
    query = select(read_model_version.c.version).where(
        _is(projection), read_model_version.c.state == state
    )
    found: int | None = await connection.scalar(query)
    return found


async def _next_version(connection: AsyncConnection, projection: str) -> int:
    query = select(func.max(read_model_version.c.version)).where(_is(projection))
    return int(await connection.scalar(query) or 1) + 1


def _is(projection: str) -> ColumnElement[bool]:
    return read_model_version.c.projection == projection
