"""From Kafka to the read model and back: a stream is held, mended and released while all runs."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from sqlalchemy import select

from contracts.sample import NOON
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.repair.release import Repairs
from events.sourcing.statements import Statement
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Recorded
from tests.support.bad_records import Sending, producer
from tests.support.kernel import Workplace, context, until, workplace
from tests.support.parking import TABLES, TRAIL, added_to_trail

EVENTS = 40


@dataclass(slots=True, kw_only=True)
class Hall:
    """A running service that follows a topic and cannot take one version of one stream."""

    place: Workplace
    kernel: Kernel
    reader: TopicReader
    sending: Sending
    broken: set[tuple[str, int]]

    def stream(self, name: object) -> str:
        return self.place.stream(name)

    async def trail(self, stream: str) -> list[int]:
        query = select(TRAIL.c.versions).where(TRAIL.c.stream == stream)
        async with self.kernel.engine.connect() as connection:
            return [int(version) for version in (await connection.scalar(query) or "").split()]

    async def parked(self) -> int:
        return len(await self.place.fetch("SELECT 1 FROM parked"))

    async def release(self, stream: str) -> int:
        at = (self.reader.name, self.place.topic, stream)
        return (await Repairs(self.kernel).release(at, context())).taken


@pytest.fixture
async def hall(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Hall]:
    async with workplace(postgres_url, kafka_bootstrap) as place:
        await place.create_topic(partitions=1)
        await place.create_topic("repair.events")
        kernel, broken = place.kernel(), set[tuple[str, int]]()

        def project(recorded: Recorded[Any]) -> Iterable[Statement]:
            if (recorded.stream, recorded.version) in broken:
                raise ZeroDivisionError
            yield added_to_trail(recorded)

        reader = kernel.project(
            Projection(name="trail", tables=TABLES, project=project, topics=(place.topic,))
        )
        assert isinstance(reader, TopicReader)
        async with producer(kafka_bootstrap) as client, kernel.running():
            sending = Sending(producer=client, topic=place.topic, moment=NOON)
            yield Hall(place=place, kernel=kernel, reader=reader, sending=sending, broken=broken)


async def test_released_while_events_arrive_each_is_taken_once_and_in_order(hall: Hall) -> None:
    held, other = hall.stream("held"), hall.stream("other")
    hall.broken.add((held, 2))
    heard: list[tuple[str, int]] = []
    hall.reader.progress.on_applied(
        lambda done: heard.extend((one.stream, one.version) for one in done)
    )
    for version in range(1, 6):
        await hall.sending.good(held, version)
        await hall.sending.good(other, version)
    assert await hall.reader.reached_version(other, 5, timeout=30)
    assert (await hall.trail(held), await hall.trail(other)) == ([1], [1, 2, 3, 4, 5])

    async def arrive() -> None:
        for version in range(6, EVENTS + 1):
            await hall.sending.good(held, version)
            await hall.sending.good(other, version)

    arriving = asyncio.create_task(arrive())
    assert await hall.release(held) == 0
    hall.broken.clear()
    while not arriving.done() or await hall.parked():
        if await hall.parked():
            await hall.release(held)
    await arriving
    assert await hall.reader.reached_version(held, EVENTS, timeout=30)
    assert await hall.reader.reached_version(other, EVENTS, timeout=30)
    whole = list(range(1, EVENTS + 1))
    assert (await hall.trail(held), await hall.trail(other)) == (whole, whole)
    assert [version for stream, version in heard if stream == held] == whole
    assert hall.reader.behind == 0


async def test_whoever_waits_for_a_held_version_is_told_when_it_is_released(hall: Hall) -> None:
    held = hall.stream("held")
    hall.broken.add((held, 1))
    await hall.sending.good(held, 1)
    await until(lambda: _is_parked(hall))
    waiting = asyncio.create_task(hall.reader.reached_version(held, 1, timeout=30))
    hall.broken.clear()
    await hall.release(held)
    assert await waiting


async def _is_parked(hall: Hall) -> bool:
    return await hall.parked() > 0


async def test_what_was_decided_leaves_for_operators_and_auditors(
    hall: Hall, kafka_bootstrap: str
) -> None:
    held = hall.stream("held")
    hall.broken.add((held, 1))
    await hall.sending.good(held, 1)
    await until(lambda: _is_parked(hall))
    await hall.release(held)
    told = await on_topic(kafka_bootstrap, "repair.events", held.encode())
    assert [dict(record.headers)["ce_type"] for record in told] == [b"repair.stream-released.v1"]
    assert dict(told[0].headers)["ce_source"] == f"/services/{hall.kernel.service}".encode()


async def on_topic(bootstrap: str, topic: str, said: bytes) -> list[Any]:
    """The records of a topic that say something, once there are any."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        found: list[Any] = []
        async with asyncio.timeout(30):
            while not found:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += [one for one in records if said in (one.value or b"")]
        return found
    finally:
        await consumer.stop()
