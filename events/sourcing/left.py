"""What a service has said on its topics, read back from their ends: the bus remembers what it got.

The newest records come first; whoever looks says after each look whether it has seen enough.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from aiokafka import ConsumerRecord, TopicPartition

from events.sourcing.bus import Left, envelope_in, texts_of
from events.sourcing.faults import Undecodable
from events.sourcing.kafka import KafkaConsumer, look_at, started
from events.sourcing.retraction import is_retraction
from events.sourcing.topics import Topics
from events.sourcing.transient import let_go
from events.sourcing.types import Recorded

GLANCE = 8
"""Records at an end that show whose partition it is: a topic is published by one service."""

LOOK_BACK = 1_001
"""One more than a relay sends at once: behind what a late one repeats stands what was newest."""

PATIENCE_SECONDS = 30.0


Lost: TypeAlias = Callable[[Sequence[Left]], Awaitable[set[Left]]]
"""Which of these its journal does not hold."""

_Windows: TypeAlias = dict[TopicPartition, tuple[int, int]]
"""Offsets to read of each partition, the second one excluded."""


class Ends:
    """The ends of one service's topics."""

    def __init__(self, bootstrap: str, topics: Topics, *, service: str) -> None:
        self._bootstrap = bootstrap
        self._topics = topics
        self._service = service

    async def lost(self, names: Iterable[str], known: Iterable[str], lost: Lost) -> set[Left]:
        """Everything that has left for these topics and is lost; of `known` ones, it is sure.

        Each partition is read back until a look finds nothing lost. Raises while Kafka is away.
        """
        shapes = await self._topics.shapes(sorted({*names, *known}))
        partitions = [
            TopicPartition(name, n)
            for name, shape in shapes.items()
            for n in range(shape.partitions)
        ]
        if not partitions:
            return set()
        consumer = KafkaConsumer(
            bootstrap_servers=self._bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            await started(consumer)
            try:
                look = _Look(consumer, self._service)
                ours = await look.open(partitions, known=frozenset(known))
                return await _walk(look, ours, lost)
            finally:
                await let_go(consumer.stop())


async def _walk(look: "_Look", ours: Iterable[TopicPartition], lost: Lost) -> set[Left]:
    found: set[Left] = set()
    going = set(ours)
    while going:
        seen = await look.back(going, LOOK_BACK)
        missing = await lost([one for left in seen.values() for one in left])
        found |= missing
        going = {
            partition
            for partition, left in seen.items()
            # A look that shows nothing of ours has only met what others threw in.
            if (not left or not missing.isdisjoint(left)) and look.has_more(partition)
        }
    return found


class _Look:
    """Reads partitions backwards, a stretch of each at a time."""

    def __init__(self, consumer: KafkaConsumer, service: str) -> None:
        self._consumer = consumer
        self._service = service
        self._begins: Mapping[TopicPartition, int] = {}
        self._until: dict[TopicPartition, int] = {}

    async def open(
        self, partitions: Sequence[TopicPartition], *, known: frozenset[str]
    ) -> list[TopicPartition]:
        """Stand at the ends; which partitions are ours."""
        look_at(self._consumer, partitions)
        self._begins = await self._consumer.beginning_offsets(partitions)
        self._until = dict(await self._consumer.end_offsets(partitions))
        glanced = await self._read(
            {p: (max(self._begins[p], end - GLANCE), end) for p, end in self._until.items()}
        )
        theirs = {
            partition.topic
            for partition, records in glanced.items()
            if self._speakers(records) - {self._service}
        }
        ours = {
            partition.topic
            for partition, records in glanced.items()
            if self._service in self._speakers(records)
        }
        return [p for p in partitions if p.topic in known | ours or p.topic not in theirs]

    async def back(
        self, partitions: Iterable[TopicPartition], records: int
    ) -> dict[TopicPartition, list[Left]]:
        """What we said on the next stretch backwards of each partition."""
        windows = {
            p: (max(self._begins[p], self._until[p] - records), self._until[p]) for p in partitions
        }
        read = await self._read(windows)
        self._until.update({p: start for p, (start, _) in windows.items()})
        return {p: self._said(read.get(p, [])) for p in windows}

    def has_more(self, partition: TopicPartition) -> bool:
        """Whether something lies before what was read."""
        return self._until[partition] > self._begins[partition]

    async def _read(self, windows: _Windows) -> dict[TopicPartition, list[ConsumerRecord]]:
        pending = {p: window for p, window in windows.items() if window[0] < window[1]}
        found: dict[TopicPartition, list[ConsumerRecord]] = {p: [] for p in pending}
        if not pending:
            return found
        self._consumer.assign(list(pending))
        for partition, (start, _) in pending.items():
            self._consumer.seek(partition, start)
        while pending:
            for partition, records in (await self._consumer.getmany(timeout_ms=500)).items():
                if partition in pending:
                    end = pending[partition][1]
                    found[partition] += [one for one in records if one.offset < end]
            for partition in [*pending]:
                if await self._consumer.position(partition) >= pending[partition][1]:
                    self._consumer.pause(partition)
                    del pending[partition]
        return found

    def _said(self, records: Iterable[ConsumerRecord]) -> list[Left]:
        read = [(one, texts_of(one.headers)) for one in records]
        return [
            Left(
                topic=record.topic,
                key=record.key or b"",
                position=one.position,
                event_id=one.event_id,
                stream=one.stream,
                version=one.version,
                name=one.name,
            )
            for record, texts in read
            if not is_retraction(texts)
            if (one := _envelope(texts)) is not None and one.service == self._service
        ]

    def _speakers(self, records: Iterable[ConsumerRecord]) -> set[str]:
        read = [_envelope(texts_of(record.headers)) for record in records]
        return {one.service for one in read if one is not None}


def _envelope(texts: Mapping[str, str]) -> Recorded[Any] | None:
    """Who said what; none where a record is no event."""
    try:
        return envelope_in(texts)
    except Undecodable:
        return None
