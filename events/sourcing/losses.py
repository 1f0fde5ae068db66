"""What a restore took from a journal after it had left, as rows: found, told, gone on from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.bus import Left
from events.sourcing.clock import Clock
from events.sourcing.kernel_tables import lost_event, published_topic, restore

APPEND_TURN = 7001
"""The lock by which appends take turns: a floor is set between two of them."""

_HELD = text("SELECT position, event_id FROM journal WHERE position = ANY(:positions)").bindparams(
    bindparam("positions", type_=ARRAY(BigInteger))
)
_KNOWN = select(lost_event.c.topic, lost_event.c.position, lost_event.c.event_id)
_LAST = text("SELECT coalesce(max(position), 0) FROM journal")
_RAISE = text("UPDATE position_floor SET position = greatest(position, :position)")
_EPOCH = text(
    "SELECT system.system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
    " || '/' || base.oid AS here, relay_pointer.epoch AS before"
    " FROM pg_control_system() AS system, pg_database AS base, relay_pointer"
    " WHERE base.datname = current_database()"
)
_BE_HERE = text("UPDATE relay_pointer SET epoch = :here WHERE epoch IS DISTINCT FROM :here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """A restore that was found: where the journal stood then, and how far others had heard."""

    found_at: datetime
    journal_position: int
    highest_published: int
    resumed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostEvent:
    """An event that others have heard and the journal does not hold."""

    left: Left
    found_at: datetime


async def lost_of(connection: AsyncConnection, left: Sequence[Left]) -> set[Left]:
    """Which of these the journal holds no more and nobody knows of yet."""
    held = await connection.execute(_HELD, {"positions": [one.position for one in left]})
    there = {(row.position, row.event_id) for row in held}
    missing = {one for one in left if (one.position, one.event_id) not in there}
    if not missing:
        return missing
    known = {tuple(row) for row in await connection.execute(_KNOWN)}
    return {one for one in missing if (one.topic, one.position, one.event_id) not in known}


async def note_losses(engine: AsyncEngine, left: Iterable[Left], *, clock: Clock) -> Restore | None:
    """Remember what was lost, and let positions go on behind all of it; `None` if none was."""
    async with engine.begin() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(APPEND_TURN)))
        lost = await lost_of(connection, list(left))
        if not lost:
            return await open_restore(connection)
        found_at, highest = clock(), max(one.position for one in lost)
        await connection.execute(
            insert(restore)
            .values(
                found_at=found_at,
                journal_position=await connection.scalar(_LAST),
                highest_published=highest,
            )
            .on_conflict_do_nothing()
        )
        await connection.execute(_RAISE, {"position": highest})
        current = await open_restore(connection)
        if current is None:
            raise RuntimeError("a restore was resumed before it was found")
        await connection.execute(insert(lost_event).values(_rows(lost, current)))
        return current


def _rows(lost: Iterable[Left], found: Restore) -> list[dict[str, object]]:
    return [
        {
            "topic": one.topic,
            "position": one.position,
            "event_id": one.event_id,
            "key": one.key,
            "stream": one.stream,
            "version": one.version,
            "name": one.name,
            "found_at": found.found_at,
        }
        for one in lost
    ]


async def open_restore(connection: AsyncConnection) -> Restore | None:
    """The restore that waits for an operator."""
    row = (await connection.execute(select(restore).where(restore.c.resumed_at.is_(None)))).first()
    return None if row is None else Restore(**row._asdict())


async def restores(connection: AsyncConnection) -> list[Restore]:
    """Every restore that was ever found, oldest first."""
    rows = await connection.execute(select(restore).order_by(restore.c.found_at))
    return [Restore(**row._asdict()) for row in rows]


async def losses(connection: AsyncConnection, *, untold: bool = False) -> list[LostEvent]:
    """Everything that was ever lost, or what its hearers were not told yet; in journal order."""
    query = select(lost_event).order_by(lost_event.c.position, lost_event.c.topic)
    if untold:
        query = query.where(lost_event.c.retracted_at.is_(None))
    return [
        LostEvent(
            left=Left(
                topic=row.topic,
                key=row.key,
                position=row.position,
                event_id=row.event_id,
                stream=row.stream,
                version=row.version,
                name=row.name,
            ),
            found_at=row.found_at,
        )
        for row in await connection.execute(query)
    ]


async def resume(engine: AsyncEngine, *, clock: Clock) -> Restore | None:
    """Let the relay go on; the restore it stood still for, or `None` where there was none."""
    async with engine.begin() as connection:
        found = await open_restore(connection)
        if found is not None:
            await connection.execute(
                update(restore)
                .where(restore.c.found_at == found.found_at)
                .values(resumed_at=clock())
            )
        return found


async def known_topics(connection: AsyncConnection) -> set[str]:
    """The topics on which this service has said something."""
    return set(await connection.scalars(select(published_topic.c.topic)))


async def know_topics(connection: AsyncConnection, topics: Iterable[str]) -> None:
    """Something is about to be said on these."""
    rows = [{"topic": topic} for topic in sorted(topics)]
    await connection.execute(insert(published_topic).values(rows).on_conflict_do_nothing())


async def has_moved(connection: AsyncConnection) -> bool:
    """Whether this database lies elsewhere than when it was last held against Kafka."""
    row = (await connection.execute(_EPOCH)).one()
    return row.before is not None and row.before != row.here


async def be_here(connection: AsyncConnection) -> None:
    """It was held against Kafka where it lies now."""
    row = (await connection.execute(_EPOCH)).one()
    await connection.execute(_BE_HERE, {"here": row.here})
