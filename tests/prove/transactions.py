"""The control of the consumer group: a worker that trusts the transactions of aiokafka.

It consumes, produces, and sends its offsets along in the same transaction, as aiokafka's own
documentation shows it; what it put out is then read with `read_committed`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.prove.door import answer_all, report, write_to
from tests.prove.oracle import Answered, Command

GROUP = "transactions"
AT_ONCE = 50


def outputs_of(topic: str) -> str:
    """Where the workers put one record for each that they consumed."""
    return f"{topic}.outputs"


def main(environment: Mapping[str, str]) -> None:
    """Work until nobody can ask any more."""
    write_to(environment["LOG"])
    uvloop.run(_live(environment))


async def _live(environment: Mapping[str, str]) -> None:
    asked = await report(environment["DOOR"], environment["NAME"])
    working = asyncio.create_task(_work(environment))
    await answer_all(asked, _nothing_to_ask)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def _nothing_to_ask(command: Command) -> Answered:
    raise LookupError(command.key)


async def _work(environment: Mapping[str, str]) -> None:
    topic, servers = environment["TOPIC"], environment["KAFKA_BOOTSTRAP_SERVERS"]
    session_ms = int(environment["SESSION_MS"])
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers,
        group_id=f"{topic}.{GROUP}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        session_timeout_ms=session_ms,
        heartbeat_interval_ms=session_ms // 5,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=servers, transactional_id=f"{topic}.{environment['NAME']}"
    )
    async with consumer, producer:
        while True:
            await _one_transaction(
                consumer, producer, topic, seconds=float(environment["BATCH_SECONDS"])
            )


async def _one_transaction(
    consumer: AIOKafkaConsumer, producer: AIOKafkaProducer, topic: str, *, seconds: float
) -> None:
    records = await consumer.getmany(timeout_ms=500, max_records=AT_ONCE)
    if not records:
        return
    async with producer.transaction():
        offsets: dict[TopicPartition, int] = {}
        for partition, found in records.items():
            for record in found:
                await producer.send(outputs_of(topic), record.key, key=_place(partition, record))
            offsets[partition] = found[-1].offset + 1
        await asyncio.sleep(seconds)
        await producer.send_offsets_to_transaction(offsets, f"{topic}.{GROUP}")


def _place(partition: TopicPartition, record: object) -> bytes:
    return b"%d/%d" % (partition.partition, getattr(record, "offset", -1))


@dataclass(slots=True, kw_only=True)
class Outputs:
    """How often each input is among the outputs whose transaction was committed."""

    consumer: AIOKafkaConsumer
    times: Counter[bytes] = field(default_factory=Counter)

    async def read_on(self) -> None:
        """Count what came since."""
        for records in (await self.consumer.getmany(timeout_ms=100)).values():
            self.times.update(record.key for record in records)

    async def read_all(self) -> None:
        """Count all that is there."""
        (partition,) = self.consumer.assignment()
        end = (await self.consumer.end_offsets([partition]))[partition]
        while await self.consumer.position(partition) < end:
            await self.read_on()


@asynccontextmanager
async def outputs(servers: str, topic: str) -> AsyncIterator[Outputs]:
    """Read from their beginning."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    async with consumer:
        partition = TopicPartition(outputs_of(topic), 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        yield Outputs(consumer=consumer)
