"""The bus in memory, for tests of one process; passes the same suite as the one on Kafka."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.partitioner import murmur2

from events.sourcing.bus import Record
from events.sourcing.kafka import Starts

NO_TIMESTAMP = 0
POSITIVE = 0x7FFFFFFF


class MemoryBus:
    """Topics with their partitions, each a list that only grows; groups and who belongs to them."""

    def __init__(self, topics: Mapping[str, int]) -> None:
        self._logs: dict[TopicPartition, list[ConsumerRecord]] = {}
        self._partitions: dict[str, list[TopicPartition]] = {}
        self._groups: dict[str, _Group] = {}
        self._waiting: list[asyncio.Future[None]] = []
        for topic, partitions in topics.items():
            self.create_topic(topic, partitions=partitions)

    def create_topic(self, topic: str, *, partitions: int) -> None:
        """A topic that did not exist before."""
        self._partitions[topic] = [TopicPartition(topic, number) for number in range(partitions)]
        for partition in self._partitions[topic]:
            self._logs[partition] = []

    def partitions_of(self, topics: Iterable[str]) -> list[TopicPartition]:
        """Every partition of these topics."""
        wanted = frozenset(topics)
        return sorted(each for topic in wanted for each in self._partitions.get(topic, ()))

    def end_of(self, partition: TopicPartition) -> int:
        """The offset that its next record will have."""
        return len(self._logs[partition])

    def beyond(self, offsets: Mapping[TopicPartition, int]) -> list[TopicPartition]:
        """Those of these partitions that have a record at this offset."""
        logs = self._logs
        return [partition for partition, at in offsets.items() if at < len(logs[partition])]

    def read(self, partition: TopicPartition, offset: int, *, most: int) -> list[ConsumerRecord]:
        """Its records from an offset on, in order."""
        return self._logs[partition][offset : offset + most]

    def partition_of(self, record: Record) -> TopicPartition:
        """Its key alone decides, as with Kafka's own clients."""
        partitions = self._partitions[record.topic]
        return partitions[(murmur2(record.key) & POSITIVE) % len(partitions)]

    def append(self, record: Record) -> None:
        """The last of its partition."""
        partition = self.partition_of(record)
        log = self._logs[partition]
        log.append(_kept(record, partition, len(log)))
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def rebalance(self) -> None:
        """Let every member of every group look again what it is given."""
        for group in self._groups.values():
            group.generation += 1

    def copy(self) -> "MemoryBus":
        """The same records on the same topics; nobody reads there yet."""
        bus = MemoryBus({})
        bus._logs = {partition: [*log] for partition, log in self._logs.items()}
        bus._partitions = dict(self._partitions)
        return bus

    def sender(self) -> "MemorySender":
        """A way in."""
        return MemorySender(self)

    async def open_consumer(
        self, *, group: str, topics: Sequence[str], starts: Starts
    ) -> "MemoryConsumer":
        """A member of a group, which gets its partitions when it first asks for records."""
        members = self._groups.setdefault(group, _Group())
        return MemoryConsumer(self, members, topics, starts)

    async def news(self) -> None:
        """Wait until something is appended."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future


def _kept(record: Record, partition: TopicPartition, offset: int) -> ConsumerRecord:
    return ConsumerRecord(
        topic=record.topic,
        partition=partition.partition,
        offset=offset,
        timestamp=NO_TIMESTAMP,
        timestamp_type=0,
        key=record.key,
        value=record.value,
        checksum=None,
        serialized_key_size=len(record.key),
        serialized_value_size=-1 if record.value is None else len(record.value),
        headers=tuple(record.headers),
    )


class MemorySender:
    """Sends by appending; nothing is ever on its way."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus

    async def send(self, records: list[Record]) -> None:
        """Return once every record is on its topic."""
        for record in records:
            self._bus.append(record)

    async def close(self) -> None:
        """Nothing is held."""


class _Group:
    """Who shares the partitions; each change of members makes everybody look again."""

    def __init__(self) -> None:
        self.members: list[MemoryConsumer] = []
        self.generation = 0

    def join(self, member: "MemoryConsumer") -> None:
        self.members.append(member)
        self.generation += 1

    def leave(self, member: "MemoryConsumer") -> None:
        if member in self.members:
            self.members.remove(member)
            self.generation += 1

    def share_of(self, member: "MemoryConsumer", bus: MemoryBus) -> list[TopicPartition]:
        """Every n-th partition of its topics, where n members share them."""
        nth = self.members.index(member)
        return bus.partitions_of(member.topics)[nth :: len(self.members)]


class MemoryConsumer:
    """A member of a group, all of whose members read the same topics."""

    def __init__(
        self, bus: MemoryBus, group: _Group, topics: Sequence[str], starts: Starts
    ) -> None:
        self.topics = tuple(topics)
        self._bus = bus
        self._group = group
        self._starts = starts
        self._generation = -1
        self._next: dict[TopicPartition, int] = {}
        group.join(self)

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """What comes next on each partition, in order; nothing when nothing came for so long."""
        return self.take(await self.wait(timeout_ms=timeout_ms), most=max_records)

    async def wait(self, *, timeout_ms: int) -> list[TopicPartition]:
        """The partitions on which something waits; none when nothing came for so long."""
        await self.assigned()
        if not self.ready():
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_ms / 1000):
                    await self._bus.news()
            await self.assigned()
        return self.ready()

    async def assigned(self) -> None:
        """Stand where `starts` says on what this member was given since it last looked.

        Who was expelled comes back as a new member.
        """
        if self not in self._group.members:
            self._group.join(self)
        while self._generation != self._group.generation:
            generation = self._group.generation
            share = self._group.share_of(self, self._bus)
            starts = await self._starts(share)
            self._next = {partition: starts.get(partition, 0) for partition in share}
            self._generation = generation

    def ready(self) -> list[TopicPartition]:
        """The partitions on which something waits."""
        return self._bus.beyond(self._next)

    def take(
        self, partitions: Iterable[TopicPartition], *, most: int
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """What waits on these, one after the other."""
        taken: dict[TopicPartition, list[ConsumerRecord]] = {}
        for partition in partitions:
            records = self._bus.read(partition, self._next[partition], most=most)
            most -= len(records)
            if records:
                taken[partition] = records
                self._next[partition] = records[-1].offset + 1
        return taken

    def highwater(self, partition: TopicPartition) -> int | None:
        """The offset that the next record of a partition will have."""
        return self._bus.end_of(partition)

    def expel(self) -> None:
        """The bus has not heard of this member for too long; the others get what it had."""
        self._group.leave(self)

    async def stop(self) -> None:
        """Leave the group."""
        self._group.leave(self)
