"""A service whose reader fails on what the test says, fed by hand as Kafka would feed it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from aiokafka import ConsumerRecord
from sqlalchemy import Column, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from contracts.sample import NOON, sample
from events.catalog.body import BodyEstablished
from events.sourcing.batches import Batch
from events.sourcing.bus import records_of
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import applied, parked
from events.sourcing.projector import Projection, create_tables
from events.sourcing.repair.release import Discard, Repaired, Repairs
from events.sourcing.statements import Statement
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Context, Published, Recorded
from tests.support.kernel import Workplace, context, workplace

TOPIC = "note.events"
PUBLISHED: Mapping[type, Published] = {
    BodyEstablished: Published(
        classification="internal", fields=tuple(sample(BodyEstablished).__slots__)
    )
}
TABLES = MetaData()
TRAIL = Table("trail", TABLES, Column("stream", Text, primary_key=True), Column("versions", Text))
"""Every version that was applied, in the order in which that happened."""


def event(stream: str, version: int, *, position: int | None = None) -> Recorded[Any]:
    """The n-th event of a stream; the same each time."""
    return Recorded(
        event=sample(BodyEstablished, number=version),
        name="body.established.v1",
        event_id=uuid5(UUID(int=0), f"{stream}/{version}"),
        service="notes",
        stream=stream,
        version=version,
        position=position or version,
        recorded_at=NOON,
        actor="clerk",
        correlation_id=f"matter-{stream}",
        causation_id=None,
    )


def added_to_trail(recorded: Recorded[Any]) -> Statement:
    """One version more; applied twice, it shows twice."""
    row = insert(TRAIL).values(stream=recorded.stream, versions=str(recorded.version))
    longer = TRAIL.c.versions + " " + row.excluded.versions
    return row.on_conflict_do_update(index_elements=["stream"], set_={"versions": longer})


class Doorman:
    """Lets a test look in while an event is being taken."""

    def __init__(self) -> None:
        self.asked: Callable[[Recorded[Any]], Awaitable[None]] | None = None

    async def __call__(self, recorded: Recorded[Any]) -> None:
        if self.asked is not None:
            await self.asked(recorded)


@dataclass(slots=True, kw_only=True)
class Bench:
    """One service with one reader.

    `broken` are the places (stream, version) it cannot take; `before` is asked before each.
    """

    place: Workplace
    kernel: Kernel
    reader: TopicReader
    repairs: Repairs
    broken: set[tuple[str, int]]
    before: Doorman
    offset: int = 0

    async def feed(self, *events: Recorded[Any]) -> None:
        """As records of one batch."""
        await self.feed_records(*(self.record(one) for one in events))

    async def feed_records(self, *records: ConsumerRecord) -> None:
        batch = Batch(
            topic=TOPIC,
            partition=0,
            start=self.offset,
            end=self.offset + len(records),
            items=[await self.reader.intake.item(record) for record in records],
        )
        await self.reader.applier.apply(batch)
        self.offset = batch.end

    def record(self, recorded: Recorded[Any], **headers: bytes) -> ConsumerRecord:
        """The event as it arrives, with some headers other than they should be."""
        (sent,) = records_of(recorded, published=PUBLISHED, states={})
        return ConsumerRecord(
            topic=TOPIC,
            partition=0,
            offset=self.offset,
            timestamp=0,
            timestamp_type=0,
            key=sent.key,
            value=sent.value,
            checksum=None,
            serialized_key_size=0,
            serialized_value_size=0,
            headers=list({**dict(sent.headers), **headers}.items()),
        )

    async def release(self, stream: str, asked: Context | None = None) -> Repaired:
        return await self.repairs.release(self.at(stream), asked or context())

    async def discard(
        self, stream: str, version: int, because: str, asked: Context | None = None
    ) -> Repaired:
        discard = Discard(version=version, because=because, reference="INC-7")
        return await self.repairs.discard(self.at(stream), discard, asked or context())

    def at(self, stream: str) -> tuple[str, str, str]:
        return self.reader.name, TOPIC, stream

    async def trail(self) -> dict[str, str]:
        async with self.kernel.engine.connect() as connection:
            rows = await connection.execute(select(TRAIL))
            return {row.stream: row.versions for row in rows}

    async def parked(self, stream: str) -> list[tuple[int, str]]:
        return [(row.version, row.class_) for row in await self.rows(stream)]

    async def rows(self, stream: str) -> Sequence[Any]:
        query = select(parked).where(parked.c.stream == stream).order_by(parked.c.version)
        async with self.kernel.engine.connect() as connection:
            return (await connection.execute(query)).all()

    async def gate(self, stream: str) -> int:
        query = select(applied.c.version).where(applied.c.stream == stream)
        async with self.kernel.engine.connect() as connection:
            return int(await connection.scalar(query) or 0)

    async def recorded(self) -> list[Any]:
        """What stands in the journal about repairs."""
        rows = await self.kernel.journal.read_after(0, limit=1000)
        return [one.event for one in await self.kernel.desk.open(rows)]


@asynccontextmanager
async def open_bench(postgres_url: str, *, newest_wins: bool = False) -> AsyncIterator[Bench]:
    async with workplace(postgres_url) as place:
        kernel, broken, before = place.kernel(), set[tuple[str, int]](), Doorman()

        def project(recorded: Recorded[Any]) -> Iterable[Statement]:
            if (recorded.stream, recorded.version) in broken:
                raise ZeroDivisionError
            yield added_to_trail(recorded)

        topics = (TOPIC,)
        reader = kernel.project(
            Projection(
                name="trail",
                tables=TABLES,
                project=project,
                topics=topics,
                newest_wins=topics if newest_wins else (),
            )
        )
        assert isinstance(reader, TopicReader)
        take = reader.applier._take

        async def take_watched(recorded: Recorded[Any]) -> Sequence[Statement]:
            await before(recorded)
            return await take(recorded)

        reader.applier._take = take_watched
        await create_tables(kernel.engine, TABLES)
        yield Bench(
            place=place,
            kernel=kernel,
            reader=reader,
            repairs=Repairs(kernel),
            broken=broken,
            before=before,
        )
