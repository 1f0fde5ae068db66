"""How fast a read model is built again, beside others, and what people notice of it meanwhile.

The concierge's read model of every request is built by the command that an operator types, from a
journal in which some thousands of tickets were open at any time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import asyncpg

from events.sourcing.batches import JOURNAL, Batch
from events.sourcing.database import service_url
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.projector import create_tables
from events.sourcing.reader import BATCH
from events.sourcing.settings import read_settings
from events.sourcing.tail import item_of
from services.concierge.app import build
from services.concierge.projection import MINE
from tests.bench.append import create_database
from tests.bench.figures import Figure, say
from tests.bench.pace import for_seconds
from tests.bench.peer_projection import PEER, Peer
from tests.bench.platform import Platform, platform
from tests.bench.road import LISTENING, SPEAKING, Waits, driving
from tests.bench.tickets import LIFE, lives, record
from tests.support.kernel import workplace

TICKETS = 100_000
FEW_TICKETS = 5_000
"""Enough for those who take one event after the other."""

ROUNDS = 3
SECONDS = 6.0
WARM_UP_SECONDS = 5
QUIET_SECONDS = 12
"""Before the build, and as long behind it."""

BUSY_SECONDS = 90
"""At most; a build that has not come to its end by then comes there without commands."""

ONE_BY_ONE_AIM, PEER_AIM, P95_AIM = 20.0, 10.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Events in a second, of one round."""

    rebuilt: float
    one_by_one: float
    peer: float


def measure(tickets: int = TICKETS) -> Iterator[Figure]:
    """Rates beside two others in turns, then what commands wait while it builds."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        platform(Path(folder), [SPEAKING, LISTENING]) as place,
    ):
        events = asyncio.run(_fill(place, tickets))
        rounds = asyncio.run(_rounds(place, events))
        asyncio.run(_check(place, tickets))
        yield from _beside_others(rounds)
        with place.serving():
            quiet, busy = asyncio.run(_meanwhile(place, events))
        yield _noticed("record.answered-p95-while-rebuilding", quiet.answered, busy.answered)
        yield _noticed("record.seen-p95-while-rebuilding", quiet.seen, busy.seen)


def _beside_others(rounds: list[Rates]) -> Iterator[Figure]:
    one_by_one, peer = median(r.one_by_one for r in rounds), median(r.peer for r in rounds)
    beside = [
        ("record.rebuild.of-one-by-one", "one event for each commit", one_by_one, ONE_BY_ONE_AIM),
        ("record.rebuild.of-peer", PEER, peer, PEER_AIM),
    ]
    for figure, name, value, aim in beside:
        yield Figure(
            figure=figure,
            value=median(r.rebuilt for r in rounds),
            unit="events/s",
            peer=name,
            peer_value=value,
            aim=aim,
        )


def _noticed(figure: str, quiet: Sequence[float], busy: Sequence[float]) -> Figure:
    return Figure(
        figure=figure,
        value=_p95(busy),
        unit="ms",
        peer="the same without a rebuild",
        peer_value=_p95(quiet),
        aim=P95_AIM,
        better="less",
    )


def _p95(waits: Sequence[float]) -> float:
    return quantiles(waits, n=100)[94]


async def _fill(place: Platform, tickets: int) -> int:
    """A concierge that was up to date when it stopped, but for the read model to be built."""
    say(f"record: {tickets * len(LIFE)} events of {tickets} tickets are recorded first")
    kernel: Kernel = build(read_settings(SPEAKING, place.told)).state.kernel
    events = await record(kernel, tickets)
    await kernel.close()
    readers = [r.name for r in kernel.readers.values() if isinstance(r, JournalReader)]
    owner = await asyncpg.connect(service_url(place.server_url, service=SPEAKING, role="owner"))
    try:
        await owner.execute("UPDATE relay_pointer SET position = $1", events)
        await owner.executemany(
            "INSERT INTO checkpoint VALUES ($1, $2, 0, $3)",
            [(name, JOURNAL, events) for name in readers],
        )
    finally:
        await owner.close()
    return events


async def _rounds(place: Platform, events: int) -> list[Rates]:
    await create_database(place.server_url, "peer")
    peer = Peer(place.server_url, "peer")
    await asyncio.to_thread(peer.record, lives(FEW_TICKETS))
    rounds = list[Rates]()
    async with _one_by_one(place.server_url) as ours:
        for _ in range(ROUNDS):
            rates = Rates(
                rebuilt=await _rebuilt(place, events),
                one_by_one=await ours.rate(SECONDS),
                peer=await asyncio.to_thread(peer.rate, SECONDS),
            )
            say(f"record: {rates}")
            rounds.append(rates)
    return rounds


async def _check(place: Platform, tickets: int) -> None:
    """Raises `RuntimeError` unless every request came to its end in what was built."""
    service = await asyncpg.connect(service_url(place.server_url, service=SPEAKING, role="app"))
    try:
        rated = await service.fetchval("SELECT count(*) FROM mine WHERE state = 'rated'")
    finally:
        await service.close()
    if rated != tickets:
        raise RuntimeError(f"{rated} of {tickets} rows are as they should be")


async def _rebuilt(place: Platform, events: int) -> float:
    """From typing the command until the new model serves."""
    began = time.perf_counter()
    building = place.behind_others(f"services.{SPEAKING}", "rebuild", MINE.name)
    code = await asyncio.to_thread(building.wait)
    took = time.perf_counter() - began
    if code != 0:
        raise RuntimeError("the read model could not be built")
    return events / took


async def _meanwhile(place: Platform, events: int) -> tuple[Waits, Waits]:
    """The waits before and behind a build, and the waits while it builds."""
    async with driving(place.ports) as road:
        await road.at_rate(for_seconds(WARM_UP_SECONDS))
        before = await road.at_rate(for_seconds(QUIET_SECONDS))
        building = asyncio.create_task(_rebuilt(place, events))
        limit = for_seconds(BUSY_SECONDS)
        busy = await road.at_rate(lambda: building.done() or limit())
        meanwhile = "" if building.done() else ", in part without commands"
        say(f"record: built at {await building:.0f} events/s{meanwhile}")
        return before + await road.at_rate(for_seconds(QUIET_SECONDS)), busy


class OneByOne:
    """The same projection as it is fed live, but each event commits alone."""

    def __init__(self, kernel: Kernel) -> None:
        reader = kernel.project(MINE)
        if not isinstance(reader, JournalReader):
            raise TypeError(reader)
        self._reader = reader

    async def rate(self, seconds: float) -> float:
        """Events in a second, going on where it stood; they are read many at a time."""
        stood, over = self._reader.position, for_seconds(seconds)
        began = time.perf_counter()
        while not over():
            await self._some(over)
        return (self._reader.position - stood) / (time.perf_counter() - began)

    async def _some(self, over: Callable[[], bool]) -> None:
        for one in await self._reader.tail.after(self._reader.position, limit=BATCH):
            if over():
                return
            start, end = self._reader.position, one.row.position
            items = [item_of(one)]
            await self._reader.applier.apply(
                Batch(topic=JOURNAL, partition=0, start=start, end=end, items=items)
            )
            self._reader.position = end


@asynccontextmanager
async def _one_by_one(server_url: str) -> AsyncIterator[OneByOne]:
    async with workplace(server_url) as place:
        kernel = place.kernel()
        ours = OneByOne(kernel)
        await create_tables(kernel.engine, MINE.tables)
        await record(kernel, FEW_TICKETS)
        yield ours
