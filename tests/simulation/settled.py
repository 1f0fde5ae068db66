"""When nothing is under way any more: everybody has read everything, and nothing is due."""

import asyncio
from collections.abc import Iterator

from events.sourcing.batches import JOURNAL
from events.sourcing.reader import Reader
from events.sourcing.topic_reader import TopicReader
from tests.simulation.database.translation import written
from tests.simulation.life import Life
from tests.simulation.platform import Platform

LOOK_SECONDS = 0.4
PATIENCE_SECONDS = 120.0
QUIET_LOOKS = 2


class NeverSettled(AssertionError):
    """Something is still under way after all this time; says what."""


async def settle(platform: Platform) -> None:
    """Wait until nothing is under way at several looks one after the other."""
    quiet, seen = 0, -1
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while quiet < QUIET_LOOKS:
        await asyncio.sleep(LOOK_SECONDS)
        waiting, events = under_way(platform), _events(platform)
        quiet = 0 if waiting or events != seen else quiet + 1
        seen = events
        if asyncio.get_running_loop().time() > deadline:
            raise NeverSettled(waiting)


def _events(platform: Platform) -> int:
    return sum(server.rows.last_position() for server in platform.servers.values())


def under_way(platform: Platform) -> str | None:
    """What is not done yet, if anything."""
    if platform.frozen:
        return "a process that stands still"
    for life in platform.lives.values():
        waiting = _waits(platform, life)
        if waiting:
            return f"{life.service}: {waiting}"
    return None


def _waits(platform: Platform, life: Life) -> str | None:
    if not life.alive or life.kernel is None:
        return "not up"
    if life.server.ask("SELECT position FROM relay_pointer") != [(_last(life),)]:
        return "events that have not left"
    if life.server.ask("SELECT 1 FROM timer WHERE due_at <= ?", written(platform.clock())):
        return "a timer that is due"
    stands = set(life.server.ask("SELECT * FROM checkpoint"))
    for name, reader in life.kernel.readers.items():
        for end in _ends(platform, life, reader):
            if (name, *end) not in stands:
                return f"events that {name} has not read"
    return None


def _last(life: Life) -> int:
    return life.server.rows.last_position()


def _ends(platform: Platform, life: Life, reader: Reader) -> Iterator[tuple[str, int, int]]:
    """Topic, partition and offset of all that it will have read in the end."""
    if not isinstance(reader, TopicReader):
        yield from [(JOURNAL, 0, _last(life))] if _last(life) else []
        return
    bus = platform.broker.bus
    for partition in bus.partitions_of(reader.topics):
        if end := bus.end_of(partition):
            yield partition.topic, partition.partition, end
