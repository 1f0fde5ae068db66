"""A relay that was paused past its lease and wakes makes duplicates, and consumers drop them.

With real relays, PostgreSQL and Kafka; the negative control is a consumer without the version gate.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from events.sourcing import lease as lease_module
from events.sourcing import relay as relay_module
from events.sourcing.applier import Applier
from events.sourcing.bus import Record
from events.sourcing.ground import OpenSender
from events.sourcing.kernel import Kernel
from events.sourcing.projector import create_tables
from events.sourcing.relay import Relay
from events.sourcing.topic_reader import TopicReader
from events.sourcing.unsent import unsent
from events.sourcing.wake import Wake
from tests.support.heard import TABLES, hearing, times_heard
from tests.support.kernel import (
    BODY,
    Note,
    Workplace,
    context,
    in_background,
    note,
    until,
    workplace,
)

EVENTS = 12


@dataclass(slots=True)
class Paused:
    """Sleeps in the middle of its first send, as a stopped process would, and then goes on."""

    sender: OpenSender
    asleep: asyncio.Event = field(default_factory=asyncio.Event)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    sent_since: int = 0

    async def send(self, records: list[Record]) -> None:
        self.asleep.set()
        await self.wake.wait()
        await self.sender.send(records)
        self.sent_since += len(records)


@dataclass(slots=True)
class Haunted:
    """A service of which one relay sleeps past its lease while another carries everything."""

    speaker: Workplace
    listener: Workplace
    zombie: Paused

    async def duplicates(self) -> int:
        """How many records are on the topic beyond one for each event."""
        return len(await _records(self.speaker)) - EVENTS

    async def listen(self, *, gated: bool) -> Applier:
        """Apply everything on the topic, with or without the version gate."""
        kernel = self.listener.kernel()
        await create_tables(kernel.engine, TABLES)
        applier = Applier(
            kernel.engine,
            reader=f"heard-{gated}",
            take=hearing(self.speaker.topic).take,
            clock=kernel.clock,
            gated=gated,
        )
        reader = TopicReader(
            applier.reader,
            applier,
            kernel.intake(),
            kernel.source,
            group=f"{self.listener.service}.{applier.reader}",
            topics=(self.speaker.topic,),
        )
        async with in_background(reader.run()):
            await until(lambda: _caught_up(reader))
        return applier

    def all_once(self, times: dict[tuple[str, int], int]) -> None:
        assert len(times) == EVENTS
        assert set(times.values()) == {1}


@asynccontextmanager
async def haunted(postgres_url: str, bootstrap: str) -> AsyncIterator[Haunted]:
    async with (
        workplace(postgres_url, bootstrap) as speaker,
        workplace(postgres_url, bootstrap) as listener,
    ):
        await speaker.create_topic()
        kernel, heir = speaker.kernel(), speaker.kernel()
        for n in range(EVENTS):
            await kernel.handle(note, speaker.stream(n % 3), Note(events=(BODY,)), context())
        zombie = Paused(kernel.sender)
        async with in_background(_relay(kernel, zombie).run()):
            await zombie.asleep.wait()
            async with in_background(_relay(heir, heir.sender).run()):
                await until(lambda: _has_left(heir, EVENTS))
                zombie.wake.set()
                await until(lambda: _all_sent_again(zombie))
        yield Haunted(speaker, listener, zombie)


def _relay(kernel: Kernel, sender: OpenSender | Paused) -> Relay:
    return Relay(kernel.engine, kernel.tail, sender, published={}, states={}, wake=Wake())


async def _has_left(kernel: Kernel, position: int) -> bool:
    return (await unsent(kernel.engine)).relayed == position


async def _all_sent_again(zombie: Paused) -> bool:
    return zombie.sent_since >= EVENTS


async def _caught_up(reader: TopicReader) -> bool:
    return reader.caught_up


async def _records(place: Workplace) -> list[str]:
    """The ids on the topic, record by record."""
    consumer = AIOKafkaConsumer(bootstrap_servers=place.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(place.topic, n) for n in range(2)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[str] = []
        while len(found) < sum(ends.values()):
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                found += [dict(record.headers)["ce_id"].decode() for record in records]
        return found
    finally:
        await consumer.stop()


@pytest.fixture(autouse=True)
def _short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(relay_module, "FIRST_PAUSE_SECONDS", 0.1)


async def test_a_relay_that_wakes_too_late_only_makes_duplicates_that_consumers_drop(
    postgres_url: str, kafka_bootstrap: str
) -> None:
    async with haunted(postgres_url, kafka_bootstrap) as place:
        assert await place.duplicates() == EVENTS
        applier = await place.listen(gated=True)
        place.all_once(await times_heard(applier.engine))


async def test_without_the_version_gate_a_consumer_applies_the_duplicates(
    postgres_url: str, kafka_bootstrap: str
) -> None:
    """The negative control: the same haunted topic, and the same question fails."""
    async with haunted(postgres_url, kafka_bootstrap) as place:
        applier = await place.listen(gated=False)
        times = await times_heard(applier.engine)
        assert set(times.values()) == {2}
        with pytest.raises(AssertionError):
            place.all_once(times)


async def test_the_one_that_lost_its_lease_moves_the_pointer_no_more(
    postgres_url: str, kafka_bootstrap: str
) -> None:
    async with haunted(postgres_url, kafka_bootstrap) as place:
        kernel = place.speaker.kernel()
        assert await _has_left(kernel, EVENTS)
        async with in_background(_relay(kernel, kernel.sender).run()):
            await kernel.handle(note, place.speaker.stream(0), Note(), context())
            await until(lambda: _has_left(kernel, EVENTS + 1))
        assert await place.duplicates() == EVENTS + 1
