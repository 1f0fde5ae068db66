"""Takes parked events of one stream again, through the gate of live ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.applier import Applier
from events.sourcing.batches import Batch, Failed, Item
from events.sourcing.one_commit import Commit, Standing
from events.sourcing.parking import park_again, unpark
from events.sourcing.standing import note_versions, versions_and_parked
from events.sourcing.types import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The parked events that were applied, and whether one holds up those behind it."""

    done: Sequence[Recorded[Any]]
    stuck: bool


async def replay(
    applier: Applier, connection: AsyncConnection, topic: str, items: Sequence[Item]
) -> Replayed:
    """Take parked events of one stream again, in order, through the gate of live ones.

    The caller holds this reader's checkpoints on the topic. What fails stays parked where it
    stands, and the later ones behind it; what was applied is not parked any more.
    """
    place, batch = (applier.reader, topic, items[0].stream), _batch_of(topic, items)
    readers = {applier.reader: applier.gated}
    versions, _ = await versions_and_parked(connection, readers, [batch])
    standing = Standing(versions=versions, behind=set())
    within = Commit(connection=connection, standing=standing, bundle=None)
    done = []
    for item in items:
        settled = await applier.settled(within, place, item)
        if isinstance(settled, Failed):
            moment = applier.clock()
            await park_again(connection, place, item.version, settled, moment=moment)
            continue
        await unpark(connection, place, item.version)
        if settled is not None:
            done.append(settled)
            if topic in applier.newest_wins:
                await applier.overtake(within, place, item.version)
    await note_versions(connection, standing.reached, standing.positions)
    stuck = place in standing.behind and topic not in applier.newest_wins
    return Replayed(done=done, stuck=stuck)


def _batch_of(topic: str, items: Sequence[Item]) -> Batch:
    return Batch(topic=topic, partition=0, start=0, end=0, items=items)
