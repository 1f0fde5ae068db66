"""Where a stream goes on differently from what a reader has seen of it: its journal was restored.

A version that was seen before is a repetition, unless it stands behind everything seen of its
stream in the journal: then it is another event at the same version.
"""

from typing import TypeAlias

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.batches import Failed, Retraction
from events.sourcing.faults import FORKED, RETRACTED
from events.sourcing.kernel_tables import applied, retracted_event
from events.sourcing.parking import Place
from events.sourcing.types import Recorded

Void: TypeAlias = frozenset[tuple[str, int, object]]
"""Events that never happened, by service, position and id."""

_REMEDY = "the journal it came from was restored to an earlier moment; rebuild this read model"

_RETRACTED = select(retracted_event)


async def position_reached(connection: AsyncConnection, place: Place) -> int | None:
    """Where the last applied event of a stream stands in its journal, if that is known."""
    key = tuple_(applied.c.reader, applied.c.topic, applied.c.stream)
    position: int | None = await connection.scalar(select(applied.c.position).where(key == place))
    return position


def is_fork(recorded: Recorded[object], reached: int | None) -> bool:
    """Whether an event at a version that was seen before is not the one that was seen."""
    return reached is not None and recorded.position > reached


def forked(version: int) -> Failed:
    """Another event was applied at this version."""
    return Failed(kind=FORKED, reason=f"another version {version} was applied: {_REMEDY}")


def is_applied(retraction: Retraction, reached: int | None) -> bool:
    """Whether a stream that has reached this position may rest on the void event."""
    return reached is None or retraction.position <= reached <= retraction.behind


def retracted(version: int) -> Failed:
    """An event was applied that never happened."""
    return Failed(kind=RETRACTED, reason=f"version {version} was applied and is void: {_REMEDY}")


async def keep_retraction(connection: AsyncConnection, retraction: Retraction) -> None:
    """Remember for whoever reads the topic again."""
    row = {
        "service": retraction.service,
        "position": retraction.position,
        "event_id": retraction.event_id,
    }
    await connection.execute(insert(retracted_event).values(row).on_conflict_do_nothing())


async def void_events(engine: AsyncEngine) -> Void:
    """Service, position and id of every event that never happened."""
    async with engine.connect() as connection:
        rows = await connection.execute(_RETRACTED)
        return frozenset((row.service, row.position, row.event_id) for row in rows)
