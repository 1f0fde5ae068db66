"""Follows a journal or topics for one reader: applies, remembers how far, and lets others wait."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Protocol

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from events.sourcing.applier import Applier, Batch, Failed, Fenced, Item
from events.sourcing.bus import Undecodable, read_record, texts_of, version_in
from events.sourcing.codec import Codec, UnknownName
from events.sourcing.desk import Desk, Unopened
from events.sourcing.journal import StoredEvent
from events.sourcing.kafka import open_consumer
from events.sourcing.telemetry import span
from events.sourcing.transient import jittered, let_go
from events.sourcing.types import Recorded
from events.sourcing.wake import Wake

JOURNAL = "journal"
BATCH = 500
"""Events in one commit at most. What sends commands takes fewer, so that it shows sooner."""

GATHER_SECONDS = 0.02
"""After each commit, the time in which the next one gathers: many small commits cost more."""

LINKS = 16
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
SOUND_SECONDS = 30.0
"""Who ran this long without a fault starts again at once."""
LOOK_SECONDS = 1.0
KNOWN_VERSIONS = 100_000
UNCLAIMED = 1_000_000_000
"""Behind every version that a stream will ever have."""

_log = logging.getLogger(__name__)


class Progress:
    """How far a reader has come; others wait here for it to get somewhere."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._listeners: list[Callable[[Sequence[Recorded[Any]]], None]] = []
        self.retries = 0
        self.running = False

    def on_applied(self, listener: Callable[[Sequence[Recorded[Any]]], None]) -> None:
        """Call `listener` with the events of each commit."""
        self._listeners.append(listener)

    async def tell(self, done: Sequence[Recorded[Any]]) -> None:
        """These events are applied and committed."""
        for listener in self._listeners:
            listener(done)
        async with self._changed:
            self._changed.notify_all()

    async def until(self, reached: Callable[[], bool], *, timeout: float) -> bool:  # noqa: ASYNC109 - the answer says so, nothing is raised
        """Wait until `reached()`, at most `timeout` seconds; says whether it came to that."""
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(reached)
        except TimeoutError:
            return reached()
        return True


class Shrunk(Exception):
    """A topic is shorter than what was read of it: it was made anew, and what it says is new too.

    Skipping up to the old checkpoint would lose events, so the reader stands still and says so.
    """


class Reader(Protocol):
    """What a service starts, watches and waits for."""

    name: str
    progress: Progress

    async def run(self) -> None:
        """Follow until cancelled."""


class JournalReader:
    """Follows its own service's journal."""

    def __init__(
        self, name: str, desk: Desk, applier: Applier, wake: Wake, *, most: int = BATCH
    ) -> None:
        self.name = name
        self.progress = Progress()
        self.position = 0
        self._desk = desk
        self._applier = applier
        self._wake = wake
        self._most = most
        self._looked = 0.0

    async def run(self) -> None:
        """Follow until cancelled; a passing fault is retried with jittered back-off."""
        await _persist(self.progress, self._follow)

    async def _follow(self) -> None:
        self.position = await self._applier.start_of(JOURNAL, 0)
        await self.progress.tell([])
        while True:
            if await self.step() < self._most:
                await self._wake.wait()

    async def step(self) -> int:
        """Apply one batch; how many events it held."""
        rows = await self._desk.journal.read_after(self.position, limit=self._most)
        if not rows:
            await self._look_around()
            return 0
        opened = await self._desk.open_each(rows)
        items = [_stored(one, row) for one, row in zip(opened, rows, strict=True)]
        end = rows[-1].position
        batch = Batch(topic=JOURNAL, partition=0, start=self.position, end=end, items=items)
        links = [_traceparent(item) for item in items[:LINKS]]
        with span(f"{self.name}.project", links=links, position=end, events=len(rows)):
            done = await self._applier.apply(batch)
        self.position = end
        await self.progress.tell(done)
        return len(rows)

    async def _look_around(self) -> None:
        """While there is nothing to apply, notice now and then that the checkpoint was moved."""
        if monotonic() - self._looked > LOOK_SECONDS:
            self._looked = monotonic()
            if await self._applier.start_of(JOURNAL, 0) != self.position:
                raise Fenced(self.name)

    async def reached(self, position: int, *, timeout: float) -> bool:  # noqa: ASYNC109 - the answer says so, nothing is raised
        """Wait until this reader has applied `position`."""
        return await self.progress.until(lambda: self.position >= position, timeout=timeout)


class TopicReader:
    """Follows topics as a member of a consumer group; its offsets are its own checkpoints."""

    def __init__(
        self,
        name: str,
        applier: Applier,
        codec: Codec,
        *,
        bootstrap: str,
        group: str,
        topics: Sequence[str],
        most: int = BATCH,
    ) -> None:
        self.name = name
        self.progress = Progress()
        self._applier = applier
        self._codec = codec
        self._bootstrap = bootstrap
        self._group = group
        self._topics = topics
        self._most = most
        self._next: dict[TopicPartition, int] = {}
        self._versions: dict[str, int] = {}
        self.behind = 0
        self.caught_up = False

    async def run(self) -> None:
        """Follow until cancelled; Kafka away or a moved partition starts it again."""
        await _persist(self.progress, self._follow)

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
        consumer = await open_consumer(
            self._bootstrap, group=self._group, topics=self._topics, starts=self._starts
        )
        try:
            while True:
                records = await consumer.getmany(timeout_ms=1000, max_records=self._most)
                await self._take(records)
                await self._look_around(consumer, idle=not records)
                await asyncio.sleep(GATHER_SECONDS)
        finally:
            await let_go(consumer.stop())

    async def _look_around(self, consumer: AIOKafkaConsumer, *, idle: bool) -> None:
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
        links = [_traceparent(item) for item in items[:LINKS]]
        with span(f"{self.name}.project", links=links, events=len(items)):
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


def _stored(opened: Recorded[Any] | Unopened, row: StoredEvent) -> Item:
    recorded = _failed(opened.failure) if isinstance(opened, Unopened) else opened
    return Item(stream=row.stream, version=row.version, recorded=recorded, record=row.payload)


def _unreadable(record: ConsumerRecord, failure: Exception, kept: bytes) -> Item:
    """Stands under its key at its claimed version, or past everything where it claims none."""
    texts = texts_of(record.headers)
    key = texts_of([("key", record.key)])["key"]
    return Item(
        stream=texts.get("ce_subject") or key or "unknown",
        version=version_in(texts) or UNCLAIMED + record.offset % UNCLAIMED,
        recorded=_failed(failure),
        record=kept,
    )


def _failed(failure: Exception) -> Failed:
    kind = "unknown-type" if isinstance(failure, UnknownName) else "undecodable"
    return Failed(kind=kind, reason=type(failure).__name__)


def _traceparent(item: Item) -> str | None:
    return item.recorded.traceparent if isinstance(item.recorded, Recorded) else None


async def _persist(progress: Progress, follow: Callable[[], Any]) -> None:
    """Follow for good: every failure is counted and tried again from the stored checkpoint."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        started = monotonic()
        try:
            progress.running = True
            await follow()
        except Exception as failure:  # noqa: BLE001 - whatever it was, the checkpoint still stands
            progress.running = False
            progress.retries += 1
            _log.warning("reader starts again after %s", type(failure).__name__)
        sound = monotonic() - started > SOUND_SECONDS
        pause = FIRST_PAUSE_SECONDS if sound else min(pause * 2, LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(jittered(pause))
