"""Where readers stand, as rows: their checkpoints, the versions they reached, what they park."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.batches import Batch, Failed, Item
from events.sourcing.kernel_tables import applied, checkpoint, parked

Mark: TypeAlias = tuple[str, str, int]
"""A reader, a topic and a partition of it."""

Place: TypeAlias = tuple[str, str, str]
"""A reader, a topic and a stream in it."""


class Fenced(Exception):
    """Another worker moved this reader's checkpoint; start again from where it stands."""


async def hold(connection: AsyncConnection, wanted: Mapping[Mark, int]) -> None:
    """Lock these checkpoints; raises `Fenced` unless each stands where its batch begins."""
    stands = await _lock(connection, wanted)
    if len(stands) < len(wanted):
        # Only a row that exists can be locked against another worker.
        missing = [_checkpoint(mark, 0) for mark in wanted if mark not in stands]
        await connection.execute(insert(checkpoint).values(missing).on_conflict_do_nothing())
        stands = await _lock(connection, wanted)
    for mark, start in wanted.items():
        if stands[mark] != start:
            raise Fenced(f"{mark[0]} stands at {stands[mark]}, not {start}")


async def _lock(connection: AsyncConnection, wanted: Iterable[Mark]) -> dict[Mark, int]:
    """Always in the same order, so that two workers cannot wait for each other."""
    columns = (checkpoint.c.reader, checkpoint.c.topic, checkpoint.c.partition)
    query = (
        select(checkpoint)
        .where(tuple_(*columns).in_(list(wanted)))
        .order_by(*columns)
        .with_for_update()
    )
    rows = await connection.execute(query)
    return {(row.reader, row.topic, row.partition): row.next_offset for row in rows}


def _checkpoint(mark: Mark, next_offset: int) -> dict[str, object]:
    reader, topic, partition = mark
    return {"reader": reader, "topic": topic, "partition": partition, "next_offset": next_offset}


async def advance(connection: AsyncConnection, ends: Mapping[Mark, int]) -> None:
    """Move these checkpoints."""
    moved = insert(checkpoint).values([_checkpoint(mark, end) for mark, end in ends.items()])
    await connection.execute(
        moved.on_conflict_do_update(
            index_elements=["reader", "topic", "partition"],
            set_={"next_offset": moved.excluded.next_offset},
        )
    )


async def streams_behind(
    connection: AsyncConnection, readers: Iterable[str], batches: Sequence[Batch]
) -> set[Place]:
    """The streams of these batches of which something is parked."""
    query = select(parked.c.reader, parked.c.topic, parked.c.stream).where(
        parked.c.reader.in_(list(readers)),
        parked.c.topic.in_({batch.topic for batch in batches}),
        parked.c.stream.in_({item.stream for batch in batches for item in batch.items}),
    )
    rows = await connection.execute(query)
    return {(row.reader, row.topic, row.stream) for row in rows}


async def versions_of(
    connection: AsyncConnection, readers: Sequence[str], batches: Sequence[Batch]
) -> dict[Place, int]:
    """The versions that the streams of these batches have reached, at readers with a gate."""
    if not readers:
        return {}
    query = select(applied).where(
        applied.c.reader.in_(readers),
        applied.c.topic.in_({batch.topic for batch in batches}),
        applied.c.stream.in_({item.stream for batch in batches for item in batch.items}),
    )
    rows = await connection.execute(query)
    return {(row.reader, row.topic, row.stream): row.version for row in rows}


async def note_versions(connection: AsyncConnection, reached: Mapping[Place, int]) -> None:
    """Remember the versions that these streams have reached."""
    if not reached:
        return
    rows = [
        {"reader": reader, "topic": topic, "stream": stream, "version": version}
        for (reader, topic, stream), version in reached.items()
    ]
    upsert = insert(applied).values(rows)
    await connection.execute(
        upsert.on_conflict_do_update(
            index_elements=["reader", "topic", "stream"],
            set_={"version": upsert.excluded.version},
        )
    )


async def park(
    connection: AsyncConnection, place: Place, item: Item, failed: Failed, *, moment: datetime
) -> None:
    """Put an event aside for this reader, with the reason."""
    reader, topic, stream = place
    await connection.execute(
        insert(parked)
        .values(
            reader=reader,
            topic=topic,
            stream=stream,
            version=item.version,
            record=item.record,
            class_=failed.kind,
            reason=failed.reason,
            parked_at=moment,
        )
        .on_conflict_do_nothing()
    )
