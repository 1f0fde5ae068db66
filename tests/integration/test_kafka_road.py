"""From one service's journal over Kafka into another's read model: everything, once, in order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Executable, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.talent import FactsStated
from events.sourcing.bus import Record
from events.sourcing.kafka import KafkaSender
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.projector import Projection
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Published, Recorded, WholeState
from tests.support.kernel import BODY, PERSON, Note, Workplace, context, note, until, workplace

PUBLISHED = {BodyEstablished: Published(classification="internal", fields=tuple(BODY.__slots__))}
TABLES = MetaData()
HEARD = Table(
    "heard",
    TABLES,
    Column("stream", Text, primary_key=True),
    Column("times", BigInteger),
    Column("version", BigInteger),
    Column("said", Text),
)


def project(recorded: Recorded[Any]) -> Sequence[Executable]:
    said = None if recorded.event is None else str(recorded.event)
    # The envelope and the state of an event come on two topics, in whatever order.
    stated = "/stated" if isinstance(recorded.event, FactsStated) else ""
    heard = insert(HEARD).values(
        stream=recorded.stream + stated, times=1, version=recorded.version, said=said
    )
    return [
        heard.on_conflict_do_update(
            index_elements=["stream"],
            set_={
                "times": HEARD.c.times + 1,
                "version": heard.excluded.version,
                "said": heard.excluded.said,
            },
        )
    ]


@dataclass(slots=True)
class Road:
    """A service that speaks, and another that listens to its topic and to a topic of states."""

    speaker: Workplace
    listener: Workplace

    @property
    def states(self) -> str:
        return f"{self.speaker.service}.facts"

    def speaking(self) -> Kernel:
        states = {FactsStated: WholeState(topic=self.states, key="talent_id")}
        return self.speaker.kernel(published=PUBLISHED, states=states)

    def listening(self) -> tuple[Kernel, TopicReader]:
        kernel = self.listener.kernel()
        topics = (self.speaker.topic, self.states)
        reader = kernel.project(
            Projection(
                name="heard",
                tables=TABLES,
                project=project,
                topics=topics,
                newest_wins=(self.states,),
            )
        )
        assert isinstance(reader, TopicReader)
        return kernel, reader

    async def heard(self) -> dict[str, tuple[int, int, str | None]]:
        async with self.listener.kernels[0].engine.connect() as connection:
            rows = await connection.execute(select(HEARD))
            return {row.stream: (row.times, row.version, row.said) for row in rows}

    async def parked(self) -> list[tuple[str, int, str]]:
        async with self.listener.kernels[0].engine.connect() as connection:
            rows = await connection.execute(select(parked).order_by(parked.c.version))
            return [(row.stream, row.version, row.class_) for row in rows]

    async def send(self, *records: Record) -> None:
        sender = KafkaSender(self.speaker.bootstrap, client_id="tests")
        try:
            await sender.send(list(records))
        finally:
            await sender.close()


@pytest.fixture
async def road(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Road]:
    async with (
        workplace(postgres_url, kafka_bootstrap) as speaker,
        workplace(postgres_url, kafka_bootstrap) as listener,
    ):
        road = Road(speaker, listener)
        await speaker.create_topic()
        await speaker.create_topic(road.states)
        yield road


async def test_what_one_service_records_another_can_wait_for(road: Road) -> None:
    speaking, (listening, reader) = road.speaking(), road.listening()
    stream = road.speaker.stream("1")
    async with speaking.running(), listening.running():
        receipt = await speaking.handle(note, stream, Note(events=(BODY, PERSON)), context())
        assert await reader.reached_version(stream, receipt.version, timeout=30)
        assert await road.heard() == {stream: (2, 2, None)}
        await speaking.handle(note, stream, Note(events=(BODY,)), context())
        assert await reader.reached_version(stream, 3, timeout=30)
        assert await road.heard() == {stream: (3, 3, str(BODY))}
        await until(lambda: _is_caught_up(reader))


async def _is_caught_up(reader: TopicReader) -> bool:
    return reader.caught_up


async def test_a_whole_state_leaves_in_clear_on_its_own_topic_alone(road: Road) -> None:
    speaking, (listening, _) = road.speaking(), road.listening()
    stream, stated = road.speaker.stream("1"), sample(FactsStated)
    async with speaking.running(), listening.running():
        await speaking.handle(note, stream, Note(events=(stated,)), context())
        newest = replace(stated, facts=())
        await speaking.handle(note, stream, Note(events=(newest,)), context())
        await until(lambda: _says(road, f"{stream}/stated", str(newest)))
    assert await road.parked() == []


async def _says(road: Road, stream: str, said: str) -> bool:
    heard = await road.heard()
    return stream in heard and heard[stream][1:] == (2, said)


async def test_a_record_that_is_no_event_parks_its_own_key_alone(road: Road) -> None:
    listening, reader = road.listening()
    broken, whole = road.speaker.stream("broken"), road.speaker.stream("whole")
    headers = {
        "ce_type": b"body.established.v1",
        "ce_id": b"6a0e2f0c-6a3b-5b0e-9a55-0c6f6d1c5a11",
        "ce_source": b"/services/notes",
        "ce_time": b"2026-03-02T04:00:00+00:00",
        "ce_sequence": b"1",
        "ce_correlationid": b"c",
        "ce_dataclassification": b"internal",
    }

    def record(stream: str, version: int, value: bytes = b"", **other: bytes) -> Record:
        own = {"ce_subject": stream.encode(), "ce_streamversion": str(version).encode()}
        return Record(
            topic=road.speaker.topic,
            key=stream.encode(),
            value=value,
            headers=list((headers | own | other).items()),
        )

    await road.send(
        Record(topic=road.speaker.topic, key=broken.encode(), value=b"\xff\0", headers=[]),
        record(broken, 1),
        record(broken, 2, ce_streamversion="²".encode()),
        record(broken, 3, value=b"{}"),
        record(broken, 4, value=b"{}", ce_type=b"note.unknown.v1"),
        record(whole, 1),
        record(whole, 1),
        record(whole, 2, ce_subject=b"\0"),
        record(whole, 2),
    )
    async with listening.running():
        assert await reader.reached_version(whole, 2, timeout=30)
        await until(lambda: _is_caught_up(reader))
    assert await road.heard() == {whole: (2, 2, None)}
    kinds = [kind for stream, _, kind in await road.parked() if stream == broken]
    assert kinds == ["ready", "schema-invalid", "unknown-type", "undecodable", "undecodable"]


async def test_members_that_come_and_go_apply_everything_once(road: Road) -> None:
    speaking = road.speaking()
    streams = [road.speaker.stream(n) for n in range(20)]
    members = [road.listening() for _ in range(3)]
    async with speaking.running():
        for round_, (kernel, _) in enumerate(members):
            async with kernel.running():
                await asyncio.gather(
                    *(
                        speaking.handle(note, stream, Note(events=(BODY,) * 5), context())
                        for stream in streams
                    )
                )
                overlapping = members[(round_ + 1) % 3][1]
                async with asyncio.timeout(30):
                    await _overlap(overlapping, road, streams, versions=5 * (round_ + 1))
    expected = {stream: (15, 15, str(BODY)) for stream in streams}
    assert await road.heard() == expected
    assert await road.parked() == []


async def _overlap(
    other: TopicReader, road: Road, streams: Sequence[str], *, versions: int
) -> None:
    """A second member joins the group while records flow, and stays until all are applied."""
    joined = asyncio.create_task(other.run())
    try:
        await until(lambda: _all_heard(road, streams, versions))
    finally:
        joined.cancel()
        await asyncio.gather(joined, return_exceptions=True)


async def _all_heard(road: Road, streams: Sequence[str], versions: int) -> bool:
    heard = await road.heard()
    return all(heard.get(stream, (0, 0, None))[1] >= versions for stream in streams)
