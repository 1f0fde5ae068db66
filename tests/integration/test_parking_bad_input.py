"""Whatever arrives on a topic has a class, a reason and an owner, and the other streams flow."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, select

from contracts.sample import NOON
from events.sourcing.bus import read_record
from events.sourcing.faults import owner_of
from events.sourcing.intake import UNCLAIMED, Intake
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.projector import Projection
from events.sourcing.statements import Newest, Statement
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Recorded
from tests.support.bad_records import BAD, NAME, Bad, Sending, envelope, producer
from tests.support.kernel import Workplace, until, workplace

TABLES = MetaData()
HEARD = Table(
    "heard", TABLES, Column("stream", Text, primary_key=True), Column("version", BigInteger)
)


def project(recorded: Recorded[Any]) -> Sequence[Statement]:
    return [Newest(HEARD, {"stream": recorded.stream, "version": recorded.version})]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """A service that listens to a topic of one partition, on which anybody may send anything."""

    place: Workplace
    kernel: Kernel
    reader: TopicReader
    sending: Sending

    def stream(self, name: object) -> str:
        return self.place.stream(name)

    async def heard(self) -> dict[str, int]:
        async with self.kernel.engine.connect() as connection:
            rows = await connection.execute(select(HEARD))
            return {row.stream: row.version for row in rows}

    async def parked(self) -> dict[tuple[str, int], tuple[str, str, str]]:
        """Class, reason and owner of what stands where."""
        async with self.kernel.engine.connect() as connection:
            rows = (await connection.execute(select(parked))).all()
        return {
            (row.stream, row.version): (row.class_, row.reason, owner_of(row.class_))
            for row in rows
        }

    async def listens_up_to(self, stream: str, version: int) -> None:
        assert await self.reader.reached_version(stream, version, timeout=30)


@pytest.fixture
async def ear(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Ear]:
    async with an_ear(postgres_url, kafka_bootstrap) as opened:
        yield opened


@asynccontextmanager
async def an_ear(
    postgres_url: str, kafka_bootstrap: str, *, compacted: bool = False
) -> AsyncIterator[Ear]:
    async with workplace(postgres_url, kafka_bootstrap) as place:
        await make_topic(kafka_bootstrap, place.topic, compacted=compacted)
        kernel = place.kernel()
        topics = (place.topic,)
        reader = kernel.project(
            Projection(
                name="heard",
                tables=TABLES,
                project=project,
                topics=topics,
                newest_wins=topics if compacted else (),
            )
        )
        assert isinstance(reader, TopicReader)
        async with producer(kafka_bootstrap) as client, kernel.running():
            sending = Sending(producer=client, topic=place.topic, moment=NOON)
            yield Ear(place=place, kernel=kernel, reader=reader, sending=sending)


async def make_topic(bootstrap: str, name: str, *, compacted: bool) -> None:
    """Of one partition, and open to records larger than any of ours."""
    configs = {"max.message.bytes": str(8 * 1024 * 1024)}
    if compacted:
        configs["cleanup.policy"] = "compact"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1, topic_configs=configs)])
    finally:
        await admin.close()


async def sent_between_good_ones(ear: Ear, bad: Mapping[str, Bad]) -> None:
    """Each on a stream of its own behind one sound event; another stream goes on between them."""
    for number, one in enumerate(bad.values(), start=1):
        await ear.sending.good(ear.stream(number), 1)
        await ear.sending.bad(ear.stream(number), 2, one)
        await ear.sending.good(ear.stream(number), 3)
        await ear.sending.good(ear.stream("sound"), number)


async def test_each_bad_record_has_its_class_reason_and_owner_and_the_others_flow(
    ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await sent_between_good_ones(ear, BAD)
    await ear.listens_up_to(ear.stream("sound"), len(BAD))
    first = {stream: version for stream, version in await ear.parked() if version != 3}
    table = await ear.parked()
    for number, (what, bad) in enumerate(BAD.items(), start=1):
        stream = ear.stream(number)
        told = table[stream, first[stream]]
        assert told == (bad.kind, bad.reason, bad.owner), what
        assert table[stream, 3][0] in {"behind", "ready", "hole"}, what
    expected = {ear.stream(number): 1 for number in range(1, len(BAD) + 1)}
    assert await ear.heard() == {**expected, ear.stream("sound"): len(BAD)}
    assert caplog.records
    said = [caplog.text, *(reason for _, reason, _ in table.values())]
    assert not [part for part in NAME.split() if any(part in text for text in said)]


async def test_without_the_intake_the_first_such_record_stops_every_stream(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a reader that takes records as they are starts again and again."""

    def as_it_is(
        self: Intake, topic: str, texts: Any, *, value: bytes | None, headers: Any
    ) -> Recorded[Any]:
        return read_record(self.codec, texts, value)

    monkeypatch.setattr(Intake, "read", as_it_is)
    await sent_between_good_ones(ear, {"no id": BAD["no id"]})
    await until(lambda: _has_retried(ear))
    assert await ear.heard() == {}


async def _has_retried(ear: Ear) -> bool:
    return ear.reader.progress.retries >= 2


async def test_a_tombstone_on_a_compacted_topic_is_an_event(
    postgres_url: str, kafka_bootstrap: str
) -> None:
    async with an_ear(postgres_url, kafka_bootstrap, compacted=True) as ear:
        stream = ear.stream(1)
        await ear.sending.good(stream, 1)
        await ear.sending.raw(stream, envelope(stream, 2, NOON), None)
        await ear.listens_up_to(stream, 2)
        assert await ear.parked() == {}


async def test_a_clock_that_is_a_little_ahead_parks_nothing(ear: Ear) -> None:
    stream = ear.stream(1)
    ahead = replace(BAD["a clock far ahead"], headers={"ce_time": b"2026-03-02T05:00:00Z"})
    await ear.sending.bad(stream, 1, ahead)
    await ear.listens_up_to(stream, 1)
    assert await ear.parked() == {}


async def test_a_record_that_claims_no_place_stands_under_its_key_behind_all_versions(
    ear: Ear,
) -> None:
    stream = ear.stream(1)
    nowhere = {"ce_subject", "ce_streamversion"}
    await ear.sending.bad(stream, 1, replace(BAD["no type"], without=frozenset(nowhere)))
    await ear.sending.raw(None, {}, NAME.encode())
    await ear.sending.raw("k" * 5_000, {}, NAME.encode())
    await ear.sending.good(ear.stream("sound"), 1)
    await ear.listens_up_to(ear.stream("sound"), 1)
    places = sorted(await ear.parked(), key=lambda place: place[1])
    (keyed, _), (keyless, _), (long_keyed, _) = places
    assert (keyed, keyless, long_keyed[:8]) == (stream, "unknown-0", "unknown-")
    assert min(version for _, version in places) >= UNCLAIMED


async def test_a_sound_record_takes_the_place_of_a_bad_one(ear: Ear) -> None:
    stream = ear.stream(1)
    await ear.sending.bad(stream, 1, BAD["another shape"])
    await ear.sending.good(stream, 1)
    await ear.sending.good(ear.stream("sound"), 1)
    await ear.listens_up_to(ear.stream("sound"), 1)
    assert {place: told[0] for place, told in (await ear.parked()).items()} == {
        (stream, 1): "ready"
    }


async def test_what_a_newer_release_sends_is_told_apart_from_what_nobody_knows(ear: Ear) -> None:
    newer, unknown = BAD["a type of a later day"], BAD["a type that nobody knows"]
    await ear.sending.bad(ear.stream(1), 1, newer)
    await ear.sending.bad(ear.stream(2), 1, unknown)
    await ear.sending.good(ear.stream("sound"), 1)
    await ear.listens_up_to(ear.stream("sound"), 1)
    table = await ear.parked()
    assert table[ear.stream(1), 1][2] == "operators"
    assert table[ear.stream(2), 1][2] == "publisher"
