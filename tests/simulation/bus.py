"""The bus as a process reaches it: what is sent may come twice, and partitions in any order."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from random import Random

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaConnectionError

from events.sourcing.bus import Record
from events.sourcing.kafka import Starts
from events.sourcing.memory_bus import MemoryBus, MemoryConsumer
from tests.simulation.life import Life

SENT_AGAIN = 10


class Broker:
    """The bus, and until when nobody answers there."""

    def __init__(self, bus: MemoryBus, chance: Random) -> None:
        self.bus = bus
        self.chance = chance
        self.back_at = 0.0
        self._last: deque[Record] = deque(maxlen=SENT_AGAIN)
        self._late: TopicPartition | None = None
        self._late_until = 0.0

    def stop(self, seconds: float) -> None:
        self.back_at = asyncio.get_running_loop().time() + seconds

    def must_answer(self) -> None:
        if self.is_away():
            raise KafkaConnectionError

    def is_away(self) -> bool:
        return asyncio.get_running_loop().time() < self.back_at

    def reorder(self, seconds: float) -> None:
        """For so long, all others overtake a partition on which something was just sent.

        Kafka's partitions are read independently, each from its leader, and one leader may answer
        late. So events of different streams, of one topic or of several, arrive in any order; those
        of one stream keep theirs, because it has one partition.
        """
        if self._last:
            self._late = self.bus.partition_of(self.chance.choice(self._last))
            self._late_until = asyncio.get_running_loop().time() + seconds

    def in_time(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        """Those that are not overtaken now."""
        if self._late is None or asyncio.get_running_loop().time() >= self._late_until:
            return partitions
        return [partition for partition in partitions if partition != self._late]

    async def news(self, timeout_ms: int) -> None:
        """Wait until something is appended, and not longer than that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_ms / 1000):
                await self.bus.news()

    def take(self, record: Record) -> None:
        """Put it where it belongs."""
        self.bus.append(record)
        self._last.append(record)

    def again(self) -> None:
        """The last few that were sent, once more."""
        for record in list(self._last)[-self.chance.randint(1, SENT_AGAIN) :]:
            self.bus.append(record)


class Sender:
    """One process's way in: record by record, and each may be the last."""

    def __init__(self, broker: Broker, life: Life) -> None:
        self._broker = broker
        self._life = life

    async def send(self, records: list[Record]) -> None:
        """Return once every record is acknowledged; raise when one is not."""
        await self._life.step("send")
        for number, record in enumerate(records):
            self._broker.must_answer()
            self._broker.take(record)
            if number == len(records) // 2:
                await self._life.step("sending")
        await self._life.step("sent")

    async def close(self) -> None:
        """The next send opens another."""


class Consumer:
    """A member of a group; of what waits it gets some partitions, in any order."""

    def __init__(self, broker: Broker, life: Life, member: MemoryConsumer) -> None:
        self._broker = broker
        self._life = life
        self.member = member
        life.when_silent(member.expel)

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """What comes next on some partitions; nothing when nothing came for so long."""
        await self._life.step("poll")
        if self._broker.is_away():
            await asyncio.sleep(timeout_ms / 1000)
            return {}
        ready = await self._in_time(timeout_ms)
        if not ready:
            return {}
        some = self._broker.chance.sample(ready, self._broker.chance.randint(1, len(ready)))
        return self.member.take(some, most=max_records)

    async def _in_time(self, timeout_ms: int) -> list[TopicPartition]:
        """The partitions on which something waits and is not overtaken."""
        ready = await self.member.wait(timeout_ms=timeout_ms)
        in_time = self._broker.in_time(ready)
        if ready and not in_time:
            await self._broker.news(timeout_ms)
        return in_time

    def highwater(self, partition: TopicPartition) -> int | None:
        return self.member.highwater(partition)

    async def stop(self) -> None:
        await self.member.stop()
        self._life.no_longer(self.member.expel)


async def open_consumer(
    broker: Broker, life: Life, *, group: str, topics: Sequence[str], starts: Starts
) -> Consumer:
    """A member of a group, for as long as the process lives."""
    await life.step("join")
    broker.must_answer()
    member = await broker.bus.open_consumer(group=group, topics=topics, starts=starts)
    return Consumer(broker, life, member)
