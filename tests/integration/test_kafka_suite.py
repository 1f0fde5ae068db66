"""Kafka does what is promised of every bus."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from events.sourcing.ground import OpenSender
from events.sourcing.kafka import (
    Consumer,
    GroupMember,
    KafkaConsumer,
    KafkaSender,
    Starts,
    open_consumer,
)
from tests.support.bus_suite import BusSuite, a_member, first_while_thinking


class OnKafka:
    """The broker of this test run."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._sender = KafkaSender(bootstrap, client_id="tests")

    async def create_topic(self, topic: str, *, partitions: int) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(topic, partitions, 1)])
        finally:
            await admin.close()

    def sender(self) -> OpenSender:
        return self._sender

    async def open_consumer(self, *, group: str, topics: Sequence[str], starts: Starts) -> Consumer:
        return await open_consumer(self._bootstrap, group=group, topics=topics, starts=starts)


@pytest.fixture
async def bus(kafka_bootstrap: str) -> AsyncIterator[OnKafka]:
    bus = OnKafka(kafka_bootstrap)
    yield bus
    await bus.sender().close()


@pytest.fixture
def name() -> str:
    return f"suite-{uuid4().hex[:8]}.events"


class TestKafka(BusSuite):
    """The suite, on Kafka."""


async def answered_at_once(consumer: Consumer) -> bool:
    """Whether it says without waiting for anything that nothing came."""
    asking = asyncio.ensure_future(consumer.getmany(timeout_ms=0, max_records=1))
    await asyncio.sleep(0)
    if asking.done():
        return asking.result() == {}
    asking.cancel()
    return False


async def test_whoever_has_no_time_does_not_wait_for_its_group(
    bus: OnKafka, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bus.create_topic(name, partitions=1)
    async with a_member(bus, name, group=name) as member:
        assert await answered_at_once(member.consumer)
    # The control: the client itself waits, however little time it is given.
    monkeypatch.setattr(GroupMember, "getmany", KafkaConsumer.getmany)
    async with a_member(bus, name, group=f"{name}-2") as member:
        assert not await answered_at_once(member.consumer)


async def test_as_the_client_has_it_records_come_before_the_reader_says_where_it_stands(
    bus: OnKafka, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without our own look at what it gives out."""
    monkeypatch.setattr(GroupMember, "getmany", KafkaConsumer.getmany)
    assert await first_while_thinking(bus, name) == (True, 0)
