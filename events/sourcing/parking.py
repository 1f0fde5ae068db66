"""Events put aside for a reader, as rows: put there, tried again, let go."""

from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Update, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.batches import Failed, Item
from events.sourcing.faults import BAD_RECORDS, BEHIND
from events.sourcing.kernel_tables import parked

Place: TypeAlias = tuple[str, str, str]
"""A reader, a topic and a stream in it."""


async def park(
    connection: AsyncConnection, place: Place, item: Item, failed: Failed, *, moment: datetime
) -> None:
    """Put an event aside, with the reason; a sound one takes the place of a bad record."""
    reader, topic, stream = place
    row = insert(parked).values(
        reader=reader,
        topic=topic,
        stream=stream,
        version=item.version,
        record=item.record,
        class_=failed.kind,
        reason=failed.reason,
        parked_at=moment,
    )
    new = row.excluded
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=["reader", "topic", "stream", "version"],
            set_={parked.c[name]: new[name] for name in ("record", "class_", "reason")},
            where=parked.c.class_.in_(BAD_RECORDS) & new.class_.not_in(BAD_RECORDS),
        )
    )


async def park_again(
    connection: AsyncConnection, place: Place, version: int, failed: Failed, *, moment: datetime
) -> None:
    """Leave an event where it is parked, under what is wrong now; what only waits was not tried."""
    changed = _change(place, version).values(class_=failed.kind, reason=failed.reason)
    if failed.kind != BEHIND:
        changed = changed.values(tries=parked.c.tries + 1, tried_at=moment)
    await connection.execute(changed)


async def relabel(connection: AsyncConnection, place: Place, version: int, failed: Failed) -> None:
    """Say something else of a parked event."""
    changed = _change(place, version).values(class_=failed.kind, reason=failed.reason)
    await connection.execute(changed)


async def unpark(connection: AsyncConnection, place: Place, version: int) -> None:
    """An event is not parked any more."""
    await connection.execute(delete(parked).where(*at(place), parked.c.version == version))


async def unpark_overtaken(connection: AsyncConnection, place: Place, version: int) -> None:
    """Of whole states none is parked any more that a newer one says better."""
    await connection.execute(delete(parked).where(*at(place), parked.c.version < version))


def at(place: Place) -> tuple[ColumnElement[bool], ...]:
    """Which rows stand in this place."""
    reader, topic, stream = place
    return parked.c.reader == reader, parked.c.topic == topic, parked.c.stream == stream


def _change(place: Place, version: int) -> Update:
    return update(parked).where(*at(place), parked.c.version == version)
