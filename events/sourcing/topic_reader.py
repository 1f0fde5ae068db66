"""Follows topics as a member of a consumer group; its offsets are its own checkpoints."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiokafka import ConsumerRecord, TopicPartition

from events.sourcing.applier import Applier
from events.sourcing.batches import Batch, Item, traceparents
from events.sourcing.clock import elapsed
from events.sourcing.followed import Followed
from events.sourcing.forks import Void, void_events
from events.sourcing.intake import Intake
from events.sourcing.kafka import Consumer, OpenConsumer
from events.sourcing.reader import BATCH, LINKS, Progress, persist
from events.sourcing.standing import Fenced
from events.sourcing.standstill import StandsStill
from events.sourcing.telemetry import span
from events.sourcing.topics import Topics
from events.sourcing.transient import let_go
from events.sourcing.types import Recorded

LOOK_SECONDS = 0.5
"""How soon it is seen what another process of the service has applied."""

CHECK_SECONDS = 15.0
"""How soon a topic that was made anew is noticed at the latest, beside each new assignment."""
LONG_AGO = float("-inf")

KNOWN_VERSIONS = 100_000

Records: TypeAlias = Mapping[TopicPartition, Sequence[ConsumerRecord]]
Offsets: TypeAlias = Mapping[TopicPartition, int]
"""By partition the offset that comes next; another one for each time they are given out."""


SHRUNK = (
    "find out what took records from it; publish it again (python -m events.sourcing.restore"
    " republish SERVICE) and rebuild this reader"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where records come from; `topics` says what the cluster has."""

    bootstrap: str
    topics: Topics
    open_consumer: OpenConsumer


class TopicReader:
    """One reader of topics, on the partitions that its group gives it.

    `rest` is the time after each commit in which the next one gathers, in seconds. What a consumer
    hands over first is what it had fetched before, and it fetches no more of those partitions until
    then; so it is asked again when the time is over.
    """

    def __init__(
        self,
        name: str,
        applier: Applier,
        intake: Intake,
        source: Source,
        *,
        group: str,
        topics: Sequence[str],
        most: int = BATCH,
        rest: float = 0.0,
    ) -> None:
        self.name = name
        self.progress = Progress()
        self.topics = topics
        self.applier = applier
        self.intake = intake
        self._source = source
        self._group = group
        self._most = most
        self.rest = rest
        self._followed = Followed(
            applier.engine, source.topics, reader=applier.reader, names=topics
        )
        self._checked = LONG_AGO
        self._rests_until = LONG_AGO
        self._void: Void = frozenset()
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

        ends = elapsed() + timeout
        if stream in self._versions:
            # This process has applied the stream so far, so it will be told.
            await self.progress.until(reached, timeout=min(timeout, LOOK_SECONDS))
        while not reached():
            # Another process may have applied it.
            if await self.applier.version_of(stream) >= version:
                return True
            left = ends - elapsed()
            if left <= 0:
                break
            await self.progress.until(reached, timeout=min(left, LOOK_SECONDS))
        return reached()

    async def _follow(self) -> None:
        # Nobody's partitions are taken by a reader that has to stand still.
        await self._check_topics()
        self._void = await void_events(self.applier.engine)
        consumer = await self._source.open_consumer(
            group=self._group, topics=self.topics, starts=self._starts
        )
        try:
            async with self.applier.keeping():
                while True:
                    await self._go_along(consumer)
        finally:
            self.intake.follow([])
            await let_go(consumer.stop())

    async def _go_along(self, consumer: Consumer) -> None:
        records, standing = await self._gathered(consumer)
        if elapsed() - self._checked > CHECK_SECONDS:
            await self.applier.give_back()
            await self._check_topics()
        await self._take(records, standing)
        await self._look_around(consumer, idle=not records)

    async def _gathered(self, consumer: Consumer) -> tuple[Records, Offsets]:
        """What came, soon after a commit also what comes meanwhile; and where that begins."""
        records = await consumer.getmany(timeout_ms=1000, max_records=self._most)
        standing, rest = self._next, self._rests_until - elapsed()
        if not records or rest <= 0:
            return records, standing
        await asyncio.sleep(rest)
        left = self._most - sum(map(len, records.values()))
        more = await consumer.getmany(timeout_ms=0, max_records=left) if left > 0 else {}
        if standing is not self._next:
            # Partitions were given out anew: what came before that comes again.
            return more, self._next
        return {p: [*records.get(p, ()), *more.get(p, ())] for p in {**records, **more}}, standing

    async def _check_topics(self) -> None:
        await self._followed.check()
        self._checked = elapsed()
        self.progress.standstill = None
        self.progress.note = self._followed.note()

    async def _look_around(self, consumer: Consumer, *, idle: bool) -> None:
        marks = {p: consumer.highwater(p) for p in self._next}
        known = bool(marks) and None not in marks.values()
        self.behind = sum([max(0, (m or 0) - self._next[p]) for p, m in marks.items()])
        self.caught_up = known and self.behind == 0
        if shorter := [p for p, mark in marks.items() if mark is not None and mark < self._next[p]]:
            reason = f"{shorter[0].topic} holds less than {self.name} has read of it"
            raise StandsStill(reason, remedy=SHRUNK)
        if not idle:
            return
        await self.applier.give_back()
        stored = await self.applier.starts()
        if any(stored.get((p.topic, p.partition), 0) != at for p, at in self._next.items()):
            raise Fenced(self.name)

    async def _starts(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        stored = await self.applier.starts()
        starts = {p: stored.get((p.topic, p.partition), 0) for p in partitions}
        self._next = dict(starts)
        self.intake.follow((p.topic, p.partition) for p in partitions)
        self._versions.clear()
        self._checked = LONG_AGO
        return starts

    async def _take(
        self,
        records: Records,
        standing: Offsets,
    ) -> None:
        """Apply what came of all partitions in one commit.

        Where partitions were given out anew meanwhile it is let go: it comes again to whoever has
        them now, from their checkpoints on.
        """
        batches = [
            batch
            for partition, found in records.items()
            if (batch := await self._batch(partition, found, standing[partition])) is not None
        ]
        if not batches or standing is not self._next:
            return
        items = [item for batch in batches for item in batch.items]
        with span(f"{self.name}.project", links=traceparents(items, most=LINKS), events=len(items)):
            done = await self.applier.apply(*batches)
        self._rests_until = elapsed() + self.rest
        for batch in batches:
            self._go_on(TopicPartition(batch.topic, batch.partition), batch.end)
        await self.tell(done)

    def _go_on(self, partition: TopicPartition, end: int) -> None:
        """Unless it was given to somebody else while it was being applied."""
        if partition in self._next:
            self._next[partition] = max(end, self._next[partition])

    async def tell(self, done: Sequence[Recorded[Any]]) -> None:
        """These events are applied and committed."""
        if len(self._versions) > KNOWN_VERSIONS:
            self._versions.clear()  # The table knows them all.
        for recorded in done:
            self._versions[recorded.stream] = recorded.version
        await self.progress.tell(done)

    async def _batch(
        self, partition: TopicPartition, found: Sequence[ConsumerRecord], start: int
    ) -> Batch | None:
        self._followed.check_partition(partition.topic, partition.partition)
        new = [record for record in found if record.offset >= start]
        if not new:
            return None
        said = [await self.intake.item(one) for one in new]
        items = [item for item in said if not is_void(item, self._void)]
        return Batch(
            topic=partition.topic,
            partition=partition.partition,
            start=start,
            end=new[-1].offset + 1,
            items=items,
        )


def is_void(item: Item, void: Void) -> bool:
    """Whether this is known to have never happened."""
    one = item.recorded
    if not void or not isinstance(one, Recorded):
        return False
    return (one.service, one.position, one.event_id) in void
