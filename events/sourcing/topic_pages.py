"""What stands between two places of topics, page after page, as a build reads it."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TypeAlias

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from events.sourcing.batches import Batch
from events.sourcing.forks import Void
from events.sourcing.intake import Intake
from events.sourcing.kafka import KafkaConsumer, ends_of, started
from events.sourcing.pages import Marks, Missing, Page
from events.sourcing.topic_reader import Source, is_void
from events.sourcing.transient import let_go

FETCH_MS = 1_000
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPages:
    """The topics of other services without what is void; who reads here joins no consumer group."""

    intake: Intake
    source: Source
    void: Void = frozenset()

    async def between(self, starts: Marks, ends: Marks, *, most: int) -> AsyncGenerator[Page, None]:
        stretches = {
            TopicPartition(*mark): (starts.get(mark, 0), end)
            for mark, end in ends.items()
            if starts.get(mark, 0) < end
        }
        if not stretches:
            return
        try:
            async with _consumer(self.source.bootstrap, stretches) as consumer:
                async for page in self._fetched(consumer, stretches, most):
                    yield page
        except KafkaError as failure:
            raise ConnectionError(type(failure).__name__) from failure

    async def _fetched(
        self, consumer: KafkaConsumer, stretches: "_Stretches", most: int
    ) -> AsyncIterator[Page]:
        left = dict(stretches)
        heard = monotonic()
        while left:
            found = await consumer.getmany(*left, timeout_ms=FETCH_MS, max_records=most)
            reached = await _reached(consumer, left, found)
            if reached:
                heard = monotonic()
                yield [
                    await self._batch(place, (left[place][0], end), found.get(place, []))
                    for place, end in reached.items()
                ]
            elif monotonic() - heard > PATIENCE_SECONDS:
                raise TimeoutError("nothing more arrives")
            left = {
                place: (reached.get(place, start), end)
                for place, (start, end) in left.items()
                if reached.get(place, start) < end
            }

    async def _batch(
        self, place: TopicPartition, stretch: tuple[int, int], found: Sequence[ConsumerRecord]
    ) -> Batch:
        start, end = stretch
        said = [await self.intake.item(record) for record in found if record.offset < end]
        items = [one for one in said if one.retraction is None and not is_void(one, self.void)]
        return Batch(
            topic=place.topic, partition=place.partition, start=start, end=end, items=items
        )


async def topic_ends(source: Source, topics: Sequence[str]) -> Marks:
    """Where these topics end at this moment; `LookupError` for one that there is not."""
    shapes = await source.topics.shapes(topics)
    places = [TopicPartition(t, n) for t in topics for n in range(shapes[t].partitions)]
    found = await ends_of(source.bootstrap, places)
    return {(place.topic, place.partition): end for place, end in found.items()}


_Stretches: TypeAlias = dict[TopicPartition, tuple[int, int]]
"""From which offset to before which one."""


@asynccontextmanager
async def _consumer(bootstrap: str, stretches: _Stretches) -> AsyncIterator[KafkaConsumer]:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await started(consumer)
    try:
        consumer.assign(list(stretches))
        for place, offset in (await consumer.end_offsets(list(stretches))).items():
            if offset < stretches[place][1]:
                raise Missing(f"{place.topic} holds less than was read of it")
            consumer.seek(place, stretches[place][0])
        yield consumer
    finally:
        await let_go(consumer.stop())


async def _reached(
    consumer: KafkaConsumer,
    left: _Stretches,
    found: Mapping[TopicPartition, Sequence[ConsumerRecord]],
) -> dict[TopicPartition, int]:
    """How far each partition has come; what compaction took away is passed over."""
    reached = {
        place: min(records[-1].offset + 1, left[place][1]) for place, records in found.items()
    }
    for place, (start, end) in left.items():
        if place not in found and await consumer.position(place) >= end > start:
            reached[place] = end
    return reached
