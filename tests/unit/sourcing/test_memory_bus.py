"""The bus in memory does what Kafka does."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import pytest

from events.sourcing.bus import Record
from events.sourcing.ground import OpenSender
from events.sourcing.kafka import Consumer, Starts
from events.sourcing.memory_bus import MemoryBus
from tests.support.bus_suite import BusSuite

Spoil: TypeAlias = Callable[[Sequence[Record]], list[Record]]


class SpoilingSender:
    """Sends something else than it was asked to."""

    def __init__(self, sender: OpenSender, spoil: Spoil) -> None:
        self._sender = sender
        self._spoil = spoil

    async def send(self, records: list[Record]) -> None:
        await self._sender.send(self._spoil(records))

    async def close(self) -> None:
        await self._sender.close()


class InMemory:
    """The bus of one test."""

    def __init__(self, spoil: Spoil = list) -> None:
        self._bus = MemoryBus({})
        self._spoil = spoil

    async def create_topic(self, topic: str, *, partitions: int) -> None:
        self._bus.create_topic(topic, partitions=partitions)

    def sender(self) -> OpenSender:
        return SpoilingSender(self._bus.sender(), self._spoil)

    async def open_consumer(self, *, group: str, topics: Sequence[str], starts: Starts) -> Consumer:
        return await self._bus.open_consumer(group=group, topics=topics, starts=starts)


@pytest.fixture
def bus() -> InMemory:
    return InMemory()


@pytest.fixture
def name() -> str:
    return "note.events"


class TestMemoryBus(BusSuite):
    """The suite, on memory."""


@pytest.mark.parametrize(
    ("spoil", "promise"),
    [
        (
            lambda records: list(reversed(records)),
            BusSuite.test_what_has_one_key_comes_in_the_order_in_which_it_was_sent,
        ),
        (
            lambda records: [replace(r, key=b"%s-%d" % (r.key, n)) for n, r in enumerate(records)],
            BusSuite.test_a_key_alone_decides_about_the_partition,
        ),
        (
            lambda records: [replace(record, value=record.value or b"") for record in records],
            BusSuite.test_a_tombstone_is_no_empty_value,
        ),
        (
            lambda records: [replace(record, headers=record.headers[:-1]) for record in records],
            BusSuite.test_headers_come_as_they_were_sent,
        ),
    ],
)
async def test_a_bus_that_keeps_a_promise_badly_fails_the_suite(
    spoil: Spoil, promise: Callable[..., object]
) -> None:
    with pytest.raises(AssertionError):
        await promise(BusSuite(), InMemory(spoil), "note.events")  # type: ignore[misc]
