"""How fast a journal drains to Kafka, and how fast a read model is built from it."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import insert

from contracts.sample import sample
from events.catalog.demand import DemandRaised
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.rebuild import forget
from events.sourcing.types import Published, Recorded
from tests.bench.figures import Figure, say
from tests.support.kernel import Note, Workplace, context, in_background, note, until, workplace
from tests.support.servers import kafka_of_own, postgres_of_own

EVENTS = 20_000
STREAMS = 200
ROUNDS = 3
DRAIN_AIM = 8_000.0
RAISED = sample(DemandRaised)
FIELDS = tuple(name for name in RAISED.__slots__)

TABLES = MetaData()
OPEN_DEMANDS = Table(
    "open_demand",
    TABLES,
    Column("stream", Text, primary_key=True),
    Column("title", Text),
    Column("version", BigInteger),
)


def project(recorded: Recorded[DemandRaised]) -> Any:
    """One upsert for each event, as the projections of the services make them."""
    row = insert(OPEN_DEMANDS).values(
        stream=recorded.stream, title=recorded.event.title_zh, version=recorded.version
    )
    yield row.on_conflict_do_update(
        index_elements=["stream"],
        set_={"title": row.excluded.title, "version": row.excluded.version},
    )


OPEN = Projection(name="open-demands", tables=TABLES, project=project)


def measure_drain() -> Iterator[Figure]:
    """From the first record to the pointer behind the last one; every record acknowledged."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        postgres_of_own(Path(folder) / "postgres") as postgres,
        kafka_of_own(Path(folder) / "kafka") as kafka,
    ):
        rates = asyncio.run(_on_a_filled_journal(postgres.address, kafka.address, _drain))
    yield Figure(figure="relay.drain", value=median(rates), unit="events/s", aim=DRAIN_AIM)


def measure_replay() -> Iterator[Figure]:
    """A read model forgotten and built again by its ordinary reader."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        postgres_of_own(Path(folder)) as postgres,
    ):
        rates = asyncio.run(_on_a_filled_journal(postgres.address, "", _replay))
    yield Figure(figure="replay.projection", value=median(rates), unit="events/s")


async def _on_a_filled_journal(
    server_url: str,
    bootstrap: str,
    measured: Callable[[Workplace, Kernel], Coroutine[Any, Any, float]],
) -> list[float]:
    async with workplace(server_url, bootstrap) as place:
        if bootstrap:
            await place.create_topic(partitions=4)
        published = {DemandRaised: Published(classification="public", fields=FIELDS)}
        kernel = place.kernel(published=published)
        kernel.project(OPEN)
        await _fill(place, kernel)
        return [await measured(place, kernel) for _ in range(ROUNDS)]


async def _fill(place: Workplace, kernel: Kernel) -> None:
    say(f"recording {EVENTS} events")
    each = EVENTS // STREAMS
    await asyncio.gather(
        *(
            kernel.handle(note, place.stream(n), Note(events=(RAISED,) * each), context())
            for n in range(STREAMS)
        )
    )


async def _drain(place: Workplace, kernel: Kernel) -> float:
    async with place.connected() as owner:
        await owner.execute("UPDATE relay_pointer SET position = 0, leased_until = '-infinity'")
        began = time.perf_counter()
        async with in_background(kernel.relay.run()):
            await until(lambda: _drained(owner), seconds=120)
        return _rate("drain", began)


async def _drained(owner: asyncpg.Connection) -> bool:
    return bool(await owner.fetchval("SELECT position FROM relay_pointer") == EVENTS)


async def _replay(_: Workplace, kernel: Kernel) -> float:
    reader = kernel.readers[OPEN.name]
    if not isinstance(reader, JournalReader):
        raise TypeError(reader)
    await forget(kernel.engine, OPEN)
    reader.position = 0
    began = time.perf_counter()
    async with in_background(reader.run()):
        await reader.reached(EVENTS, timeout=120)
    return _rate("replay", began)


def _rate(what: str, began: float) -> float:
    rate = EVENTS / (time.perf_counter() - began)
    say(f"{what}: {rate:.0f} events/s")
    return rate
