"""The producer and the consumers of a service, on Apache Kafka."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, cast

from aiokafka import (
    AIOKafkaConsumer,
    AIOKafkaProducer,
    ConsumerRebalanceListener,
    ConsumerRecord,
    TopicPartition,
)
from aiokafka.partitioner import DefaultPartitioner

from events.sourcing.bus import Record
from events.sourcing.transient import let_go, looked_at

LAST_SECONDS = 5.0
"""A broker that is there has answered by then, also on a busy machine."""
SESSION_MS = 10_000
"""A reader that is silent for so long loses its partitions to the others of its group."""

Starts: TypeAlias = Callable[[Sequence[TopicPartition]], Awaitable[dict[TopicPartition, int]]]


class Consumer(Protocol):
    """A member of a consumer group, on the partitions that its group gives it."""

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> Mapping[TopicPartition, Sequence[ConsumerRecord]]:
        """What comes next on each partition, in order; nothing when nothing came for so long."""

    def highwater(self, partition: TopicPartition) -> int | None:
        """The offset that the next record of a partition will have, where it was heard of."""

    async def stop(self) -> None:
        """Leave the group."""


class OpenConsumer(Protocol):
    """How a reader becomes a member of a group; its offsets live with its read model.

    On each assignment `starts` is asked where to begin on those partitions.
    """

    async def __call__(self, *, group: str, topics: Sequence[str], starts: Starts) -> Consumer:
        """A started member."""


class KafkaConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """A consumer that keeps no connection open once it was stopped.

    Where a fetch waits for a broker that is away, aiokafka calls it off and then waits for it, so
    that its own `stop` ends half-way with a `CancelledError` (its issue 983 names the place).
    """

    async def stop(self) -> None:
        """Leave the group and close every connection, whatever happens on the way."""
        try:
            await super().stop()
        finally:
            await self._client.close()


class GroupMember(KafkaConsumer):
    """Gives out nothing of a partition before it stands where its reader goes on.

    The client itself begins to fetch as soon as it is given a partition, from wherever it likes,
    and only logs what fails when it is told where to begin.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._standing: set[TopicPartition] = set()
        self._failure: Exception | None = None

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """Raises what came in the way of standing where the reader goes on."""
        if not timeout_ms and self._subscription.reassignment_in_progress:
            # The client waits for its group, however little time it is given.
            return {}
        came = await super().getmany(timeout_ms=timeout_ms, max_records=max_records)
        if self._failure is not None:
            raise self._failure
        # What is left out here comes again: its partition is still to be set back.
        return {
            partition: found for partition, found in came.items() if partition in self._standing
        }

    def stand_nowhere(self) -> None:
        """The partitions are given out anew."""
        self._standing.clear()

    async def stand(self, partitions: Sequence[TopicPartition], starts: Starts) -> None:
        """Go on with these partitions where `starts` says."""
        try:
            for partition, offset in (await starts(partitions)).items():
                self.seek(partition, offset)
                self._standing.add(partition)
        except Exception as failure:
            self._failure = failure
            raise


class KafkaSender:
    """Sends with acknowledgement by all replicas, idempotently, in order for each key.

    A topic of `partitions` takes records in so many of them for good: if it were given more, a key
    would move, and the order of a stream is kept within a partition alone.
    """

    def __init__(
        self, bootstrap: str, *, client_id: str, partitions: Mapping[str, int] | None = None
    ) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._partitions = partitions or {}
        self._producer: AIOKafkaProducer | None = None

    async def send(self, records: list[Record]) -> None:
        """Return once every record is acknowledged; raise when one is not."""
        producer = await self._connected()
        sent: list[asyncio.Future[Any]] = []
        try:
            taking = {one.topic: await self._taking(producer, one.topic) for one in records}
            for record in records:
                sent.append(  # noqa: PERF401 - what was sent before a failure must be let go of
                    await producer.send(
                        record.topic,
                        record.value,
                        key=record.key,
                        partition=_partition(record.key, taking[record.topic]),
                        headers=record.headers,
                    )
                )
            await producer.flush()
            for future in sent:
                future.result()
        except BaseException:
            for future in sent:
                future.cancel()
                future.add_done_callback(looked_at)
            await self.close()
            raise

    async def _taking(self, producer: AIOKafkaProducer, topic: str) -> Sequence[int]:
        """The partitions among which keys are divided; all of a topic that nobody listed."""
        return sorted(await producer.partitions_for(topic))[: self._partitions.get(topic)]

    async def close(self) -> None:
        """Let go of the connection; the next send opens another."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                client_id=self._client_id,
                enable_idempotence=True,
                acks="all",
                linger_ms=0,
                max_batch_size=131_072,
                request_timeout_ms=10_000,
            )
            await started(producer)
            self._producer = producer
        return self._producer


def _partition(key: bytes, among: Sequence[int]) -> int:
    """Where every client of Kafka looks for this key."""
    partition: int = DefaultPartitioner()(key, among, among)
    return partition


class _Seek(ConsumerRebalanceListener):  # type: ignore[misc]
    """On assignment every partition starts where the reader's own checkpoint says."""

    def __init__(self, member: GroupMember, starts: Starts) -> None:
        self._member = member
        self._starts = starts

    async def on_partitions_revoked(self, _: Any) -> None:
        """Nothing to hand over: the checkpoint is already stored."""
        self._member.stand_nowhere()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Seek to the stored offsets."""
        await self._member.stand(list(assigned), self._starts)


async def open_consumer(
    bootstrap: str, *, group: str, topics: Sequence[str], starts: Starts
) -> Consumer:
    """A started member of a consumer group whose offsets live with its read model."""
    consumer = GroupMember(
        bootstrap_servers=bootstrap,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=1000,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=2_000,
        fetch_max_wait_ms=250,
        metadata_max_age_ms=15_000,
    )
    await started(consumer)
    consumer.subscribe(list(topics), listener=_Seek(consumer, starts))
    return cast("Consumer", consumer)


def look_at(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> None:
    """Let it know of all these at once, and fetch nothing of them.

    Asked about a topic that it was not told of, it learns of one after the other, a tenth of a
    second each.
    """
    consumer.assign(places)
    consumer.pause(*places)


async def ends_of(bootstrap: str, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """Where these partitions end at this moment."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await started(consumer)
    try:
        look_at(consumer, places)
        return dict(await consumer.end_offsets(places))
    finally:
        await let_go(consumer.stop())


async def started(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Start, or leave nothing open."""
    await opened(client.start(), client.stop)


async def opened(opening: Awaitable[object], close: Callable[[], Awaitable[object]]) -> None:
    """Open to the end, or close; what is called off may first come to its end.

    A connection that is called off half-way belongs to nobody, and nobody would close it.
    """
    going_on = asyncio.ensure_future(opening)
    try:
        await asyncio.shield(going_on)
    except BaseException:
        try:
            await asyncio.wait([going_on], timeout=LAST_SECONDS)
        finally:
            going_on.cancel()
            going_on.add_done_callback(looked_at)
            await let_go(close())
        raise
