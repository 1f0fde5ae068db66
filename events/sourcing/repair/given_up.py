"""Reads from the record what a reader was told to go on without, for who builds it anew."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.catalog.repair import EventDiscarded
from events.sourcing.codec import Codec
from events.sourcing.given_up import GivenUp, Stream

_DISCARDED = text(
    "SELECT name, payload, event_id FROM journal WHERE name LIKE 'repair.event-discarded.v%'"
)


async def given_up_by(engine: AsyncEngine, codec: Codec, reader: str) -> GivenUp:
    """Every discard that stands in the record for this reader."""
    async with engine.connect() as connection:
        rows = (await connection.execute(_DISCARDED)).all()
    discarded = [one for row in rows if (one := _read(codec, row)).reader == reader]
    versions: dict[Stream, list[range]] = {}
    for one in sorted(discarded, key=lambda one: one.first_version):
        if one.passed:
            gone = range(one.first_version, one.last_version + 1)
            versions.setdefault((one.topic, one.stream), []).append(gone)
    records = {((one.topic, one.stream), one.first_version) for one in discarded if not one.passed}
    return GivenUp(versions=versions, records=frozenset(records))


def _read(codec: Codec, row: Any) -> EventDiscarded:
    event: EventDiscarded = codec.decode(row.name, row.payload, event_id=row.event_id, keys={})
    return event
