"""Follows topics as a member of a consumer group; its offsets are its own checkpoints."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
from aiokafka import ConsumerRecord, TopicPartition

from events.sourcing.applier import Applier
from events.sourcing.batches import Batch, Item, traceparents
from events.sourcing.bus import Undecodable, read_record, texts_of, version_in
from events.sourcing.codec import Codec, UnknownName
from events.sourcing.kafka import Consumer, OpenConsumer
from events.sourcing.reader import BATCH, LINKS, Progress, persist
from events.sourcing.standing import Fenced
from events.sourcing.tail import failed
from events.sourcing.telemetry import span
from events.sourcing.transient import let_go

GATHER_SECONDS = 0.02
"""After each commit, the time in which the next one gathers: many small commits cost more."""

KNOWN_VERSIONS = 100_000
UNCLAIMED = 1_000_000_000
"""Behind every version that a stream will ever have."""


class Shrunk(Exception):
    """A topic is shorter than what was read of it: it was made anew, and what it says is new too.

    Skipping up to the old checkpoint would lose events, so the reader stands still and says so.
    """


class TopicReader:
    """One reader of topics, on the partitions that its group gives it."""

    def __init__(
        self,
        name: str,
        applier: Applier,
        codec: Codec,
        *,
        open_consumer: OpenConsumer,
        group: str,
        topics: Sequence[str],
        most: int = BATCH,
    ) -> None:
        self.name = name
        self.progress = Progress()
        self._applier = applier
        self._codec = codec
        self._open_consumer = open_consumer
        self._group = group
        self._topics = topics
        self._most = most
        self._next: dict[TopicPartition, int] = {}
        self._versions: dict[str, int] = {}
        self.behind = 0
        self.caught_up = False

    async def run(self) -> None:
        """Follow until cancelled; Kafka away or a moved partition starts it again."""
        await persist([self.progress], self._follow)

    async def reached_version(self, stream: str, version: int, *, timeout: float) -> bool:  # noqa: ASYNC109 - the answer says so, nothing is raised
        """Wait until this reader has applied a version of a stream."""

        def reached() -> bool:
            return self._versions.get(stream, 0) >= version

        if not reached():
            self._versions[stream] = max(
                await self._applier.version_of(stream), self._versions.get(stream, 0)
            )
        return await self.progress.until(reached, timeout=timeout)

    async def _follow(self) -> None:
        consumer = await self._open_consumer(
            group=self._group, topics=self._topics, starts=self._starts
        )
        try:
            while True:
                records = await consumer.getmany(timeout_ms=1000, max_records=self._most)
                await self._take(records)
                await self._look_around(consumer, idle=not records)
                await asyncio.sleep(GATHER_SECONDS)
        finally:
            await let_go(consumer.stop())

    async def _look_around(self, consumer: Consumer, *, idle: bool) -> None:
        marks = {p: consumer.highwater(p) for p in self._next}
        known = bool(marks) and all(mark is not None for mark in marks.values())
        self.behind = sum(max(0, (m or 0) - self._next[p]) for p, m in marks.items())
        self.caught_up = known and self.behind == 0
        if shorter := [p for p, mark in marks.items() if mark is not None and mark < self._next[p]]:
            raise Shrunk(f"{shorter[0].topic} holds less than {self.name} has read of it")
        if not idle:
            return
        stored = await self._applier.starts()
        if any(stored.get((p.topic, p.partition), 0) != at for p, at in self._next.items()):
            raise Fenced(self.name)

    async def _starts(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        stored = await self._applier.starts()
        starts = {p: stored.get((p.topic, p.partition), 0) for p in partitions}
        self._next = dict(starts)
        return starts

    async def _take(self, records: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> None:
        """Apply what came of all partitions in one commit."""
        batches = [b for p, found in records.items() if (b := self._batch(p, found)) is not None]
        if not batches:
            return
        items = [item for batch in batches for item in batch.items]
        with span(f"{self.name}.project", links=traceparents(items, most=LINKS), events=len(items)):
            done = await self._applier.apply(*batches)
        for batch in batches:
            self._next[TopicPartition(batch.topic, batch.partition)] = batch.end
        if len(self._versions) > KNOWN_VERSIONS:
            self._versions.clear()  # The table knows them all.
        for recorded in done:
            self._versions[recorded.stream] = recorded.version
        await self.progress.tell(done)

    def _batch(self, partition: TopicPartition, found: Sequence[ConsumerRecord]) -> Batch | None:
        start = self._next[partition]
        items = [self._item(record) for record in found if record.offset >= start]
        if not items:
            return None
        return Batch(
            topic=partition.topic,
            partition=partition.partition,
            start=start,
            end=found[-1].offset + 1,
            items=items,
        )

    def _item(self, record: ConsumerRecord) -> Item:
        kept = msgspec.json.encode([list(record.headers), record.value])
        try:
            recorded = read_record(self._codec, value=record.value, headers=record.headers)
        except (Undecodable, UnknownName) as failure:
            return _unreadable(record, failure, kept)
        return Item(
            stream=recorded.stream, version=recorded.version, recorded=recorded, record=kept
        )


def _unreadable(record: ConsumerRecord, failure: Exception, kept: bytes) -> Item:
    """Stands under its key at its claimed version, or past everything where it claims none."""
    texts = texts_of(record.headers)
    key = texts_of([("key", record.key)])["key"]
    return Item(
        stream=texts.get("ce_subject") or key or "unknown",
        version=version_in(texts) or UNCLAIMED + record.offset % UNCLAIMED,
        recorded=failed(failure),
        record=kept,
    )
