"""The services of a test begin where the topics end: what stands there, other tests have left."""

from collections.abc import Sequence
from functools import cache

import asyncpg
from aiokafka import TopicPartition

from contracts.doors import built, service_names
from events.sourcing.database import service_url
from events.sourcing.kafka import ends_of
from events.sourcing.kernel import Kernel
from events.sourcing.listed_topics import listed_partitions
from events.sourcing.topic_reader import TopicReader

_STANDS = "INSERT INTO checkpoint (reader, topic, partition, next_offset) VALUES ($1, $2, $3, $4)"


async def begin_now(kind: str, service: str, *, server_url: str, bootstrap: str) -> None:
    """Let every reader of topics of this service begin with what is sent from now on."""
    if kind not in service_names() or not _follows(kind):
        return
    ends = await _ends(bootstrap, sorted({topic for _, topic in _follows(kind)}))
    rows = [
        (reader, place.topic, place.partition, end)
        for reader, topic in _follows(kind)
        for place, end in ends.items()
        # Nobody has a checkpoint where nothing was read.
        if place.topic == topic and end
    ]
    connection = await asyncpg.connect(service_url(server_url, service=service, role="app"))
    try:
        await connection.executemany(_STANDS, rows)
    finally:
        await connection.close()


@cache
def _follows(kind: str) -> Sequence[tuple[str, str]]:
    """The readers of a service, each with each of its topics."""
    kernel: Kernel = built(kind).state.kernel
    return [
        (reader.applier.reader, topic)
        for reader in kernel.readers.values()
        if isinstance(reader, TopicReader)
        for topic in reader.topics
    ]


async def _ends(bootstrap: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
    listed = listed_partitions()
    places = [TopicPartition(topic, n) for topic in topics for n in range(listed[topic])]
    return await ends_of(bootstrap, places)
