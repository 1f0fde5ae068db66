"""What was known of somebody is found nowhere after an erasure: tables, topics, logs, spans."""

import logging
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from sqlalchemy import insert, select

from events.sourcing import telemetry
from events.sourcing.bus import records_of
from events.sourcing.database import BEFORE, NEXT
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import checkpoint, erasure, parked
from events.sourcing.rebuild import rebuild
from events.sourcing.switch import switch_back
from services.feeds.app import build as build_feeds
from services.ops.app import build as build_ops
from services.registry.publish import PUBLISHED, STATES
from tests.support.broken_build import break_off, silent
from tests.support.kernel import until
from tests.support.marked import HOLDERS, Person, is_spoken_of, told_about
from tests.support.policy import CITY, document
from tests.support.remains import in_database, on_topics, says
from tests.support.spans import Recorder
from tests.support.town import NIGHT, Town, open_town

QUICKLY = {"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.0"}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def town(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Town]:
    beside = {"feeds": build_feeds, "ops": build_ops}
    async with open_town(postgres_url, kafka_bootstrap, tmp_path, beside=beside) as opened:
        yield opened


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder("town")
    monkeypatch.setattr(telemetry, "_tracer", recorder.tracer)
    return recorder


def kernel_of(town: Town, service: str) -> Kernel:
    kernel: Kernel = town.apps[service].state.kernel
    return kernel


async def known_everywhere(town: Town, person: Person) -> None:
    """Wait until the talent's facts have come wherever they go, and leave some of them parked."""
    await until(lambda: holds(town, "policy", "entitlement", person), seconds=90)
    await until(lambda: holds(town, "matching", "profile", person), seconds=90)
    await until(lambda: holds(town, "portal", "activity", person), seconds=90)
    value = msgspec.json.encode({"talent_id": person.talent_id, "facts": person.word})
    async with kernel_of(town, "matching").engine.begin() as connection:
        await connection.execute(
            insert(parked).values(
                reader="profile",
                topic="talent.facts",
                stream=f"talent-{person.talent_id}",
                version=99,
                record=msgspec.json.encode([[], value]),
                class_="poison",
                reason="KeyError",
                parked_at=NIGHT,
            )
        )


async def holds(town: Town, service: str, table: str, person: Person) -> bool:
    async with kernel_of(town, service).engine.connect() as connection:
        found = await connection.exec_driver_sql(
            f"SELECT 1 FROM {table} WHERE talent_id = $1",  # noqa: S608 - our own constant
            (person.talent_id,),
        )
        return found.first() is not None


async def forgotten(town: Town, service: str, person: Person) -> bool:
    """Whether a service has come to the end of an erasure."""
    query = select(erasure.c.completed_at).where(erasure.c.subject == person.talent_id)
    async with kernel_of(town, service).engine.connect() as connection:
        return await connection.scalar(query) is not None


async def remains(town: Town, postgres_url: str, *words: str) -> dict[str, list[str]]:
    """In which columns of which service's database any of these words stands."""
    found = {
        name: [
            place
            for word in words
            for place in await in_database(postgres_url, app.state.kernel.service, word)
        ]
        for name, app in town.apps.items()
    }
    return {name: places for name, places in found.items() if places}


async def built_in_every_way(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each read model also stands as it served before, and as a build that was broken off."""

    for service in HOLDERS:
        kernel = kernel_of(town, service)
        for name in kernel.projections:
            await rebuild(kernel, name, report=silent)
            await break_off(kernel, name, monkeypatch)


async def switched_back(town: Town) -> None:
    """Every build that served before serves again, and has caught up."""
    for kernel in (kernel_of(town, service) for service in HOLDERS):
        for projection in kernel.projections.values():
            await switch_back(kernel.engine, projection, clock=kernel.clock)
    # Only now, because each reader takes its time to notice.
    for kernel in (kernel_of(town, service) for service in HOLDERS):
        last = await kernel.journal.last_position()
        for projection in kernel.projections.values():
            if not projection.topics:
                await until(partial(_stands_at, kernel, projection.name, last), seconds=60)


async def _stands_at(kernel: Kernel, reader: str, position: int) -> bool:
    query = select(checkpoint.c.next_offset).where(checkpoint.c.reader == reader)
    async with kernel.engine.connect() as connection:
        return (await connection.scalar(query) or 0) >= position


async def erase(town: Town, person: Person) -> None:
    """Ask for it, and wait until everybody has done it and everything was carried."""
    path = f"/talents/{person.talent_id}/erasure"
    await person.post("registry", path, {"reason": "consent-withdrawn"}, person.actor)
    for service in HOLDERS:
        await until(lambda service=service: forgotten(town, service, person), seconds=60)  # type: ignore[misc]
    await until(lambda: carried(town))


async def carried(town: Town) -> bool:
    registry = kernel_of(town, "registry")
    return registry.relay.position >= await registry.journal.last_position()


async def compacted(town: Town, bootstrap: str, person: Person) -> None:
    """Wait until Kafka has compacted the facts away behind the tombstone.

    The newest segment is never compacted, and a new one begins with a new record: the tombstone
    is sent again, as a relay does that died before it moved its pointer.
    """
    await _compact_quickly(bootstrap)
    registry = kernel_of(town, "registry")
    rows = await registry.journal.read_stream(f"talent-{person.talent_id}")
    erased = [r for r in await registry.desk.open(rows) if r.name == "talent.erased.v1"]
    tombstone = records_of(erased[0], published=PUBLISHED, states=STATES)[1:]
    assert [record.value for record in tombstone] == [None]

    async def gone() -> bool:
        await registry.sender.send(tombstone)
        return not await on_topics(bootstrap, person.word, only=["talent.facts"])

    await until(gone, seconds=120, every=0.5)  # Compaction is slow, and signals nothing.


async def _compact_quickly(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        topic = ConfigResource(ConfigResourceType.TOPIC, "talent.facts", configs=QUICKLY)
        await admin.alter_configs([topic])
    finally:
        await admin.close()


async def record_of(town: Town) -> dict[str, list[tuple[Any, ...]]]:
    """Every byte of every journal."""
    query = "SELECT * FROM journal ORDER BY position"
    found = {}
    for name in HOLDERS:
        async with kernel_of(town, name).engine.connect() as connection:
            found[name] = [tuple(row) for row in await connection.exec_driver_sql(query)]
    return found


async def is_whole(town: Town, service: str) -> bool:
    """Whether every row's link follows from the row and the link before it."""
    query = (
        "SELECT bool_and(link = link_of(before, position, stream, version, event_id, name, payload,"
        " metadata, recorded_at)) FROM (SELECT *, coalesce(lag(link) OVER (ORDER BY position),"
        " ''::bytea) AS before FROM journal) AS chained"
    )
    async with kernel_of(town, service).engine.connect() as connection:
        return bool((await connection.exec_driver_sql(query)).scalar())


async def test_a_word_is_found_everywhere_before_and_nowhere_after_an_erasure(
    town: Town,
    postgres_url: str,
    kafka_bootstrap: str,
    spans: Recorder,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for room in ("events", "services"):
        caplog.set_level(logging.DEBUG, logger=room)
    person, other = Person(town.client), Person(town.client)
    await person.post("policy", "/bodies", CITY)
    await person.post("policy", "/policies", {"document": document()})
    await person.arrive()
    await other.arrive()
    await known_everywhere(town, person)
    await known_everywhere(town, other)
    await until(partial(is_spoken_of, town, person))
    await built_in_every_way(town, monkeypatch)

    before = await remains(town, postgres_url, person.word)
    assert {"read_model.profile.full_name", "read_model.tier.document"} & set(before["registry"])
    assert "read_model.talent_fact_list.facts" in before["policy"]
    assert {"read_model.card.message", "read_model.entry.said"} <= set(before["concierge"])
    assert "public.parked.record" in before["matching"]
    for service, columns in before.items():
        for schema in (BEFORE, NEXT):
            assert any(column.startswith(f"{schema}.") for column in columns), service
    assert await on_topics(kafka_bootstrap, person.word) == ["talent.facts"]
    record = await record_of(town)

    await erase(town, person)
    await compacted(town, kafka_bootstrap, person)

    assert await remains(town, postgres_url, person.word, person.number) == {}
    assert await on_topics(kafka_bootstrap, person.word) == []
    assert await told_about(town, person) == set()
    assert person.word not in caplog.text
    assert spans.spans()
    assert not says(spans.body(), person.word)
    assert not await holds(town, "portal", "activity", person)
    assert other.word in str(await remains_of(town, postgres_url, other))
    after = await record_of(town)
    for service in HOLDERS:
        assert after[service][: len(record[service])] == record[service]
        assert await is_whole(town, service)

    await switched_back(town)
    assert await remains(town, postgres_url, person.word, person.number) == {}
    assert await told_about(town, person) == set()


async def remains_of(town: Town, postgres_url: str, person: Person) -> dict[str, str]:
    found = await remains(town, postgres_url, person.word)
    return {service: f"{person.word} in {places}" for service, places in found.items()}
