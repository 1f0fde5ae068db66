"""What an operator may do to a topic, and what is on it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic

from events.sourcing.topics import Shape, Topics
from tests.support.kernel import until


class Cluster:
    """The cluster's topics; each deed waits until every broker knows of it."""

    def __init__(self, admin: AIOKafkaAdminClient, topics: Topics, bootstrap: str) -> None:
        self._admin = admin
        self.topics = topics
        self._bootstrap = bootstrap

    async def make(self, topic: str, *, partitions: int = 1) -> UUID:
        await self._admin.create_topics([NewTopic(topic, partitions, 1)])
        await until(lambda: self._has(topic, partitions))
        return (await self.topics.shapes([topic]))[topic].topic_id

    async def make_anew(self, topic: str, *, partitions: int = 1) -> UUID:
        await self.delete(topic)
        return await self.make(topic, partitions=partitions)

    async def delete(self, topic: str) -> None:
        await self._admin.delete_topics([topic])
        await until(lambda: self._lacks(topic))

    async def divide(self, topic: str, *, partitions: int) -> None:
        await self._admin.create_partitions({topic: NewPartitions(partitions)})
        await until(lambda: self._has(topic, partitions))

    async def records(self, topic: str) -> Sequence[ConsumerRecord]:
        """Everything on a topic, partition by partition."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, auto_offset_reset="earliest")
        await consumer.start()
        try:
            shape = (await self.topics.shapes([topic]))[topic]
            partitions = [TopicPartition(topic, n) for n in range(shape.partitions)]
            consumer.assign(partitions)
            expected = sum((await consumer.end_offsets(partitions)).values())
            found: list[ConsumerRecord] = []
            while len(found) < expected:
                for records in (await consumer.getmany(timeout_ms=1000)).values():
                    found += records
            return sorted(found, key=lambda one: (one.partition, one.offset))
        finally:
            await consumer.stop()

    async def _shape(self, topic: str) -> Shape | None:
        return (await self.topics.shapes([topic])).get(topic)

    async def _has(self, topic: str, partitions: int) -> bool:
        shape = await self._shape(topic)
        return shape is not None and shape.partitions == partitions

    async def _lacks(self, topic: str) -> bool:
        return await self._shape(topic) is None


@asynccontextmanager
async def cluster_at(bootstrap: str) -> AsyncIterator[Cluster]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    topics = Topics(bootstrap, client_id="tests")
    await admin.start()
    try:
        yield Cluster(admin, topics, bootstrap)
    finally:
        await admin.close()
        await topics.close()
