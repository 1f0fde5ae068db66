"""What every bus must do, whether it is Kafka or memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from contracts.sample import NOON
from events.catalog.body import BodyEstablished
from events.catalog.names import all_names
from events.sourcing.bus import Record, read_record, records_of, texts_of
from events.sourcing.codec import Codec
from events.sourcing.ground import OpenSender
from events.sourcing.kafka import Consumer, Starts
from events.sourcing.types import Published, Recorded
from tests.support.kernel import BODY, PERSON


class Bus(Protocol):
    """What both buses are asked for: topics, a way in, and members of groups."""

    async def create_topic(self, topic: str, *, partitions: int) -> None: ...

    def sender(self) -> OpenSender: ...

    async def open_consumer(
        self, *, group: str, topics: Sequence[str], starts: Starts
    ) -> Consumer: ...


Offsets: TypeAlias = Mapping[TopicPartition, int]

BEGINNING: Offsets = {}
PARTITIONS = 4
PATIENCE_SECONDS = 30
FETCH_SECONDS = 2.0
"""By then a client that fetches what it likes has fetched it."""
PLACES = {"note-0": 3, "note-1": 2, "note-2": 2, "note-4": 1, "note-5": 3, "note-15": 0}
"""Which of four partitions each key belongs to, by the hash that all of Kafka's clients share."""
PUBLISHED: Mapping[type, Published] = {
    BodyEstablished: Published(classification="internal", fields=tuple(BODY.__slots__))
}


def a_record(
    topic: str, key: str = "note-1", value: bytes | None = b"{}", *headers: tuple[str, bytes]
) -> Record:
    return Record(topic=topic, key=key.encode(), value=value, headers=list(headers))


def an_event(event: object) -> Recorded[Any]:
    """As it stands in a journal, third of its stream."""
    return Recorded(
        event=event,
        name=Codec(all_names()).name_of(event),
        event_id=UUID(int=3),
        service="notes",
        stream="note-1",
        version=3,
        position=17,
        recorded_at=NOON,
        actor="clerk",
        correlation_id="matter",
        causation_id="cause",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )


@dataclass(slots=True)
class Member:
    """A member of a group that starts at these offsets, at the beginning of what is not named."""

    offsets: Offsets
    consumer: Consumer = field(init=False)
    share: int = 0
    """How many partitions it was given last."""
    thinking: asyncio.Event | None = None
    """Where there is one, it does not say where it stands before this is set."""

    async def starts(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        self.share = len(partitions)
        if self.thinking is not None:
            await self.thinking.wait()
        return {partition: self.offsets.get(partition, 0) for partition in partitions}

    async def look(self, *, most: int = 100, milliseconds: int = 200) -> list[ConsumerRecord]:
        """What comes next, partition by partition."""
        came = await self.consumer.getmany(timeout_ms=milliseconds, max_records=most)
        return [record for records in came.values() for record in records]

    async def read(self, count: int, *, most: int = 100) -> list[ConsumerRecord]:
        """So many records, in the order in which they came."""
        found: list[ConsumerRecord] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found) < count:
                found += await self.look(most=most)
        return found


@asynccontextmanager
async def a_member(
    bus: Bus,
    *topics: str,
    group: str,
    offsets: Offsets = BEGINNING,
    thinking: asyncio.Event | None = None,
) -> AsyncIterator[Member]:
    """It leaves the group with the context."""
    member = Member(offsets, thinking=thinking)
    member.consumer = await bus.open_consumer(group=group, topics=topics, starts=member.starts)
    try:
        yield member
    finally:
        await member.consumer.stop()


async def first_while_thinking(bus: Bus, name: str) -> tuple[bool, int]:
    """Whether anything came before a member had said that it stands at 3, and the first offset."""
    await bus.create_topic(name, partitions=1)
    await bus.sender().send([a_record(name)] * 5)
    start, thinking = {TopicPartition(name, 0): 3}, asyncio.Event()
    async with a_member(bus, name, group=name, offsets=start, thinking=thinking) as member:
        reading = asyncio.create_task(member.read(1))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not member.share and not reading.done():
                await asyncio.wait([reading], timeout=0.05)
        early, _ = await asyncio.wait([reading], timeout=FETCH_SECONDS)
        thinking.set()
        return bool(early), (await reading)[0].offset


async def all_look(*members: Member, until: Callable[[], bool]) -> None:
    """Let these ask for records until it has come to that."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not until():
            for member in members:
                await member.look()


async def look_for_ever(consumer: Consumer) -> None:
    """Ask for records until something goes wrong."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            await consumer.getmany(timeout_ms=200, max_records=1)


def ends_of(records: Sequence[ConsumerRecord]) -> Offsets:
    """Where to go on behind these records."""
    return {TopicPartition(r.topic, r.partition): r.offset + 1 for r in records}


class BusSuite:
    """Subclasses give a fixture `bus`, and a fixture `name` that no other test uses."""

    async def test_what_has_one_key_comes_in_the_order_in_which_it_was_sent(
        self, bus: Bus, name: str
    ) -> None:
        await bus.create_topic(name, partitions=PARTITIONS)
        sent = [a_record(name, f"note-{n % 7}", b"%d" % n) for n in range(70)]
        await bus.sender().send(sent[:40])
        await bus.sender().send(sent[40:])
        async with a_member(bus, name, group=name) as member:
            came = await member.read(70, most=9)
        for key in {record.key for record in sent}:
            assert [r.value for r in came if r.key == key] == [
                r.value for r in sent if r.key == key
            ]

    async def test_a_key_alone_decides_about_the_partition(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=PARTITIONS)
        keys = [*PLACES] * 2
        await bus.sender().send([a_record(name, key) for key in keys])
        async with a_member(bus, name, group=name) as member:
            came = await member.read(len(keys))
        found = {(record.key.decode(), record.partition) for record in came}
        assert found == set(PLACES.items())

    async def test_offsets_of_a_partition_count_from_nought_without_a_hole(
        self, bus: Bus, name: str
    ) -> None:
        await bus.create_topic(name, partitions=1)
        await bus.sender().send([a_record(name)] * 5)
        async with a_member(bus, name, group=name) as member:
            assert [record.offset for record in await member.read(5)] == [0, 1, 2, 3, 4]
            assert member.consumer.highwater(TopicPartition(name, 0)) == 5

    async def test_a_tombstone_is_no_empty_value(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=1)
        values = [b"{}", None, b""]
        await bus.sender().send([a_record(name, "t-1", value) for value in values])
        async with a_member(bus, name, group=name) as member:
            assert [record.value for record in await member.read(3)] == values

    async def test_headers_come_as_they_were_sent(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=1)
        headers = [("b", b"1"), ("a", "张".encode()), ("a", b""), ("z", b"\xff\0")]
        await bus.sender().send([a_record(name, "note-1", b"", *headers)])
        async with a_member(bus, name, group=name) as member:
            (came,) = await member.read(1)
        assert [tuple(header) for header in came.headers] == headers

    async def test_an_event_comes_back_as_it_was_recorded(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=1)
        known, hidden = an_event(BODY), an_event(PERSON)
        sent = [
            replace(record, topic=name)
            for recorded in (known, hidden)
            for record in records_of(recorded, published=PUBLISHED, states={})
        ]
        await bus.sender().send(sent)
        async with a_member(bus, name, group=name) as member:
            came = await member.read(2)
        codec = Codec(all_names())
        found = [read_record(codec, texts_of(r.headers), r.value) for r in came]
        assert found == [known, replace(hidden, event=None)]

    async def test_what_is_sent_again_comes_again(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=1)
        for _ in range(2):
            await bus.sender().send([a_record(name, "note-1", b"%d" % n) for n in range(3)])
        async with a_member(bus, name, group=name) as member:
            assert [r.value for r in await member.read(6)] == [b"0", b"1", b"2"] * 2

    async def test_a_reader_goes_on_where_it_says_it_stands(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=PARTITIONS)
        first = [a_record(name, f"note-{n}", b"first") for n in range(12)]
        await bus.sender().send(first)
        async with a_member(bus, name, group=name) as member:
            ends = ends_of(await member.read(12))
        await bus.sender().send([a_record(name, f"note-{n}", b"then") for n in range(12)])
        async with a_member(bus, name, group=name, offsets=ends) as member:
            assert {r.value for r in await member.read(12)} == {b"then"}
            assert not await member.look()

    async def test_nothing_comes_before_a_reader_has_said_where_it_stands(
        self, bus: Bus, name: str
    ) -> None:
        assert await first_while_thinking(bus, name) == (False, 3)

    async def test_what_keeps_a_reader_from_saying_where_it_stands_is_told(
        self, bus: Bus, name: str
    ) -> None:
        await bus.create_topic(name, partitions=1)

        async def starts(_: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
            raise LookupError("no such table")

        consumer = await bus.open_consumer(group=name, topics=[name], starts=starts)
        try:
            with pytest.raises(LookupError, match="no such table"):
                await look_for_ever(consumer)
        finally:
            await consumer.stop()

    async def test_a_reader_may_go_back(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=1)
        await bus.sender().send([a_record(name, "note-1", b"%d" % n) for n in range(5)])
        for offset in (4, 2, 0):
            start = {TopicPartition(name, 0): offset}
            async with a_member(bus, name, group=name, offsets=start) as member:
                came = await member.read(5 - offset)
            assert [record.offset for record in came] == list(range(offset, 5))

    async def test_no_more_comes_at_once_than_was_asked_for(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=PARTITIONS)
        await bus.sender().send([a_record(name, f"note-{n}") for n in range(30)])
        async with a_member(bus, name, group=name) as member:
            assert len(await member.read(1, most=1)) == 1
            assert 0 < len(await member.look(most=4, milliseconds=5000)) <= 4

    async def test_whoever_waits_is_told_what_comes(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=1)
        async with a_member(bus, name, group=name) as member:
            assert not await member.look(milliseconds=50)
            reading = asyncio.create_task(member.read(1))
            await bus.sender().send([a_record(name, "note-1", b"late")])
            assert [record.value for record in await reading] == [b"late"]

    async def test_one_reader_reads_several_topics(self, bus: Bus, name: str) -> None:
        topics = [f"{name}.a", f"{name}.b"]
        for topic in topics:
            await bus.create_topic(topic, partitions=2)
        await bus.sender().send([a_record(topic, f"n-{n}") for topic in topics for n in range(5)])
        async with a_member(bus, *topics, group=name) as member:
            came = await member.read(10)
        assert sorted(record.topic for record in came) == [topics[0]] * 5 + [topics[1]] * 5

    async def test_every_group_gets_everything(self, bus: Bus, name: str) -> None:
        await bus.create_topic(name, partitions=PARTITIONS)
        await bus.sender().send([a_record(name, f"note-{n}") for n in range(10)])
        for group in ("one", "two"):
            async with a_member(bus, name, group=f"{name}.{group}") as member:
                assert len(await member.read(10)) == 10

    async def test_members_of_a_group_share_what_comes_and_hand_it_over(
        self, bus: Bus, name: str
    ) -> None:
        await bus.create_topic(name, partitions=PARTITIONS)
        async with a_member(bus, name, group=name) as stays:
            async with a_member(bus, name, group=name) as leaves:
                await all_look(stays, leaves, until=lambda: (stays.share, leaves.share) == (2, 2))
            await all_look(stays, until=lambda: stays.share == PARTITIONS)
