"""Where readers stand, as rows: their checkpoints, and the versions they reached.

Each statement takes arrays, so that its text never changes and is planned once for a connection.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import ARRAY, BigInteger, Integer, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.batches import Batch
from events.sourcing.direct import ask
from events.sourcing.parking import Place

Mark: TypeAlias = tuple[str, str, int]
"""A reader, a topic and a partition of it."""
Move: TypeAlias = tuple[int, int]
"""From where to where: the offsets at which a batch begins, and at which the next one will."""

_TEXTS, _NUMBERS, _OFFSETS = ARRAY(Text), ARRAY(Integer), ARRAY(BigInteger)
_READERS, _TOPICS = bindparam("readers", type_=_TEXTS), bindparam("topics", type_=_TEXTS)
_STREAMS, _PARTITIONS = bindparam("streams", type_=_TEXTS), bindparam("partitions", type_=_NUMBERS)

# Always in the same order, so that two workers cannot wait for each other. Who waited looks at what
# stands there then.
_MOVE = text(
    "WITH held AS (SELECT reader, topic, partition FROM checkpoint"
    " WHERE (reader, topic, partition) IN"
    " (SELECT * FROM unnest(:readers, :topics, :partitions))"
    " ORDER BY reader, topic, partition FOR UPDATE)"
    " UPDATE checkpoint SET next_offset = moved.to_offset"
    " FROM unnest(:readers, :topics, :partitions, :starts, :ends)"
    " AS moved (reader, topic, partition, from_offset, to_offset)"
    " JOIN held ON (held.reader, held.topic, held.partition)"
    " = (moved.reader, moved.topic, moved.partition)"
    " WHERE (checkpoint.reader, checkpoint.topic, checkpoint.partition)"
    " = (moved.reader, moved.topic, moved.partition)"
    " AND checkpoint.next_offset = moved.from_offset"
    " RETURNING checkpoint.reader, checkpoint.topic, checkpoint.partition"
).bindparams(
    _READERS,
    _TOPICS,
    _PARTITIONS,
    bindparam("starts", type_=_OFFSETS),
    bindparam("ends", type_=_OFFSETS),
)
_LOCK_TOPIC = text(
    "SELECT reader, topic, partition FROM checkpoint WHERE reader = :reader AND topic = :topic"
    " ORDER BY reader, topic, partition FOR UPDATE"
)
_LOCK_OTHERS = text(
    "SELECT reader, topic, partition FROM checkpoint WHERE NOT (reader = ANY(:readers))"
    " ORDER BY reader, topic, partition FOR UPDATE"
).bindparams(_READERS)
_BEGIN = text(
    "INSERT INTO checkpoint (reader, topic, partition, next_offset)"
    " SELECT *, 0 FROM unnest(:readers, :topics, :partitions) ON CONFLICT DO NOTHING"
).bindparams(_READERS, _TOPICS, _PARTITIONS)
# What has no version there is a stream of which something is parked.
_STANDING = text(
    "SELECT reader, topic, stream, version FROM applied"
    " WHERE reader = ANY(:gated) AND topic = ANY(:topics) AND stream = ANY(:streams)"
    " UNION ALL SELECT DISTINCT reader, topic, stream, CAST(NULL AS integer) FROM parked"
    " WHERE reader = ANY(:readers) AND topic = ANY(:topics) AND stream = ANY(:streams)"
).bindparams(bindparam("gated", type_=_TEXTS), _READERS, _TOPICS, _STREAMS)
_NOTE = text(
    "INSERT INTO applied (reader, topic, stream, version, position)"
    " SELECT * FROM unnest(:readers, :topics, :streams, :versions, :positions)"
    " ON CONFLICT (reader, topic, stream)"
    " DO UPDATE SET version = excluded.version, position = excluded.position"
).bindparams(
    _READERS,
    _TOPICS,
    _STREAMS,
    bindparam("versions", type_=_NUMBERS),
    bindparam("positions", type_=_OFFSETS),
)


class Fenced(Exception):
    """Another worker moved this reader's checkpoint; start again from where it stands."""


async def move(connection: AsyncConnection, moves: Mapping[Mark, Move]) -> None:
    """Move these checkpoints and lock them until the commit: nobody else goes on from there.

    It comes first in a transaction, which is over where it raises `Fenced`: one of them does not
    stand where its batch begins.
    """
    left = await _not_moved(connection, moves)
    if left:
        # Only a row that exists can be locked against another worker.
        await ask(connection, _BEGIN, _columns(sorted(left)))
        left = await _not_moved(connection, left)
    for (reader, topic, partition), (start, _) in left.items():
        raise Fenced(f"{reader} does not stand at {start} of {topic}/{partition}")


async def hold_topic(connection: AsyncConnection, reader: str, topic: str) -> None:
    """Lock every checkpoint of a reader on a topic: it applies nothing of it meanwhile."""
    await ask(connection, _LOCK_TOPIC, {"reader": reader, "topic": topic})


async def hold_all_but(connection: AsyncConnection, readers: Iterable[str]) -> None:
    """Lock the checkpoints of every other reader, builds included: they write nothing meanwhile."""
    await ask(connection, _LOCK_OTHERS, {"readers": sorted(readers)})


async def _not_moved(
    connection: AsyncConnection, moves: Mapping[Mark, Move]
) -> Mapping[Mark, Move]:
    starts, ends = zip(*moves.values(), strict=True)
    offsets: dict[str, list[object]] = {"starts": [*starts], "ends": [*ends]}
    rows = await ask(connection, _MOVE, _columns(moves) | offsets)
    moved = {(reader, topic, partition) for reader, topic, partition in rows}
    return {mark: move for mark, move in moves.items() if mark not in moved}


def _columns(marks: Iterable[Mark]) -> dict[str, list[object]]:
    readers, topics, partitions = zip(*marks, strict=True)
    return {"readers": [*readers], "topics": [*topics], "partitions": [*partitions]}


async def versions_and_parked(
    connection: AsyncConnection, readers: Mapping[str, bool], batches: Sequence[Batch]
) -> tuple[dict[Place, int], set[Place]]:
    """The versions that streams of these batches have reached, at readers that have a gate; and
    the streams of which something is parked, at all of them.
    """
    asked = {
        "readers": [*readers],
        "gated": [reader for reader, gated in readers.items() if gated],
        "topics": [*{batch.topic for batch in batches}],
        "streams": [*{item.stream for batch in batches for item in batch.items}],
    }
    versions, parked = dict[Place, int](), set[Place]()
    for reader, topic, stream, version in await ask(connection, _STANDING, asked):
        if version is None:
            parked.add((reader, topic, stream))
        else:
            versions[reader, topic, stream] = version
    return versions, parked


async def note_versions(
    connection: AsyncConnection, reached: Mapping[Place, int], positions: Mapping[Place, int | None]
) -> None:
    """Remember the versions that these streams have reached, and where those stand."""
    if not reached:
        return
    # One order for all, so that two workers cannot wait for each other.
    places = sorted(reached)
    readers, topics, streams = zip(*places, strict=True)
    await ask(
        connection,
        _NOTE,
        {
            "readers": [*readers],
            "topics": [*topics],
            "streams": [*streams],
            "versions": [reached[place] for place in places],
            "positions": [positions.get(place) for place in places],
        },
    )
