"""A reader of one topic on a database in memory, and a Kafka that says what a test tells it to."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeAlias, cast
from uuid import UUID

from aiokafka import ConsumerRecord, TopicPartition
from sqlalchemy import insert

from events.sourcing.applier import Applier
from events.sourcing.bus import records_of
from events.sourcing.kafka import Starts
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import checkpoint
from events.sourcing.projector import create_tables
from events.sourcing.topic_reader import Source, TopicReader
from events.sourcing.topics import Shape
from events.sourcing.types import Recorded
from tests.support.applier_suite import TABLES, TALLY, project
from tests.support.in_memory import execute, in_memory, rows_of

TOPIC, STREAM = "note.events", "note-1"
P0, P1 = TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)
ID = UUID(int=1)


class Kafka:
    """One topic; the one who reads it is given all partitions, and told what a test says."""

    def __init__(self) -> None:
        self.shape = Shape(topic_id=ID, partitions=2)
        self.ends: dict[TopicPartition, int | None] = {P0: 0, P1: 0}
        self.given = [P0, P1]
        self.waiting: list[dict[TopicPartition, list[ConsumerRecord]]] = []
        self.begun: list[Mapping[TopicPartition, int]] = []
        self.joined: list[tuple[str, Sequence[str]]] = []
        self.looked_up_at: list[float] = []
        self.asked: list[tuple[int, int]] = []
        self.stopped = 0

    async def shapes(self, names: Sequence[str]) -> Mapping[str, Shape]:
        self.looked_up_at.append(asyncio.get_running_loop().time())
        return dict.fromkeys(names, self.shape)

    async def open_consumer(self, *, group: str, topics: Sequence[str], starts: Starts) -> "Kafka":
        self.joined.append((group, topics))
        self.begun.append(await starts(self.given))
        return self

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Any:
        self.asked.append((timeout_ms, max_records))
        if self.waiting:
            return self.waiting.pop(0)
        await asyncio.sleep(timeout_ms / 1000)
        return {}

    def highwater(self, partition: TopicPartition) -> int | None:
        return self.ends[partition]

    async def stop(self) -> None:
        self.stopped += 1

    def say(self, *events: tuple[TopicPartition, int, Recorded[Any]]) -> None:
        """These come together, at these offsets."""
        came: dict[TopicPartition, list[ConsumerRecord]] = {}
        for partition, offset, event in events:
            came.setdefault(partition, []).append(record(partition, offset, event))
            self.ends[partition] = max(self.ends[partition] or 0, offset + 1)
        self.waiting.append(came)


def record(partition: TopicPartition, offset: int, event: Recorded[Any]) -> ConsumerRecord:
    (sent,) = records_of(event, published={}, states={})
    return ConsumerRecord(
        topic=partition.topic,
        partition=partition.partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=sent.key,
        value=sent.value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=tuple(sent.headers),
    )


class Play:
    """A reader that adds versions up, and what it reads from."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.kafka = Kafka()
        self.told: list[list[int]] = []

    def reader(self, **more: Any) -> TopicReader:
        async def take(recorded: Recorded[Any]) -> Sequence[Any]:
            return project(recorded)

        made = TopicReader(
            "sums",
            Applier(
                self.kernel.engine, reader="sums", take=take, clock=self.kernel.clock, gated=True
            ),
            self.kernel.intake(reader="sums"),
            Source(
                bootstrap="",
                topics=cast("Any", self.kafka),
                open_consumer=cast("Any", self.kafka.open_consumer),
            ),
            group="notes.sums",
            topics=(TOPIC,),
            **more,
        )
        made.progress.on_applied(lambda done: self.told.append([one.version for one in done]))
        return made

    async def sums(self) -> dict[str, int]:
        return {row["stream"]: row["sum"] for row in await rows_of(self.kernel, TALLY)}

    async def checkpoints(self) -> dict[int, int]:
        return {
            row["partition"]: row["next_offset"] for row in await rows_of(self.kernel, checkpoint)
        }

    async def stand(self, partition: int, offset: int) -> None:
        """Another worker has come as far."""
        values = {"reader": "sums", "topic": TOPIC, "partition": partition, "next_offset": offset}
        await execute(self.kernel, insert(checkpoint).values(**values))


Scene: TypeAlias = Callable[[Play], Coroutine[Any, Any, None]]


def told_in_memory(scene: Scene) -> Callable[[], None]:
    async def on(kernel: Kernel) -> None:
        await create_tables(kernel.engine, TABLES)
        await scene(Play(kernel))

    on.__name__ = scene.__name__
    return in_memory(on)
