"""What is parked, read as rows: which streams are held, and what stands first of each."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.applier import Applier
from events.sourcing.kernel_tables import applied, parked
from events.sourcing.parking import Place, at
from events.sourcing.repair.domain import Held

Rows: TypeAlias = Sequence[Any]

BUILD = "%@%"
"""How a build of a read model that does not serve is named; it is not held, it fails."""


async def held_streams(connection: AsyncConnection, *, limit: int) -> Rows:
    """Each held stream by its first event; `waiting` later ones stand behind it."""
    stream = [parked.c.reader, parked.c.topic, parked.c.stream]
    numbered = (
        select(
            parked,
            func.row_number().over(partition_by=stream, order_by=parked.c.version).label("number"),
            (func.count().over(partition_by=stream) - 1).label("waiting"),
        )
        .where(parked.c.reader.not_like(BUILD))
        .subquery()
    )
    query = (
        select(numbered)
        .where(numbered.c.number == 1)
        .order_by(numbered.c.reader, numbered.c.topic, numbered.c.stream)
        .limit(limit)
    )
    return (await connection.execute(query)).all()


async def parked_at(
    connection: AsyncConnection, place: Place, *, limit: int, after: int = 0
) -> Rows:
    """The parked events of one stream behind a version, in order."""
    query = select(parked).where(*at(place), parked.c.version > after)
    return (await connection.execute(query.order_by(parked.c.version).limit(limit))).all()


async def locked_at(
    connection: AsyncConnection, place: Place, *, limit: int, after: int = 0
) -> Rows:
    """The same, and nobody else changes them until the end of the transaction."""
    query = select(parked).where(*at(place), parked.c.version > after)
    query = query.order_by(parked.c.version).limit(limit).with_for_update()
    return (await connection.execute(query)).all()


async def first_at(
    connection: AsyncConnection, place: Place, applier: Applier | None
) -> Held | None:
    """What stands first, if anything is parked there; `applier` takes it for its reader."""
    rows = await parked_at(connection, place, limit=1)
    if not rows:
        return None
    count = await connection.scalar(select(func.count()).select_from(parked).where(*at(place)))
    gated = applier is not None and applier.gated
    return Held(
        version=rows[0].version,
        kind=rows[0].class_,
        reason=rows[0].reason,
        parked_at=rows[0].parked_at,
        waiting=int(count or 0) - 1,
        gate=await _gate(connection, place) if gated else None,
        in_order=applier is None or place[1] not in applier.newest_wins,
    )


async def _gate(connection: AsyncConnection, place: Place) -> int:
    reader, topic, stream = place
    query = select(applied.c.version).where(
        applied.c.reader == reader, applied.c.topic == topic, applied.c.stream == stream
    )
    return int(await connection.scalar(query) or 0)
