"""What people and memory notice while Kafka is away, and how fast all that waited leaves after it.

Commands go on at the steady rate of the road until some twenty thousand events wait; then Kafka is
started again. The way out is measured from that moment, its start and the relay's pauses included.
"""

import asyncio
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil

from tests.bench.figures import Figure, say
from tests.bench.pace import for_seconds
from tests.bench.platform import Platform, platform
from tests.bench.road import LISTENING, SPEAKING, Waits, driving
from tests.support.kernel import until

EVENTS = 20_000
WARM_UP_SECONDS = 5
QUIET_SECONDS = 15
DRAIN_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Waits and resident bytes before and during it; how many events left at which rate after."""

    quiet: Waits
    away: Waits
    before: int
    most: int
    waited: int
    drained: float


def measure(events: int = EVENTS) -> Iterator[Figure]:
    """The waits of commands, the service's memory, and the way out."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        platform(Path(folder), [SPEAKING, LISTENING]) as place,
        place.serving(),
    ):
        outage = asyncio.run(_outage(place, events))
    yield Figure(
        figure="backlog.answered-p95-without-kafka",
        value=_p95(outage.away),
        unit="ms",
        peer="the same with Kafka",
        peer_value=_p95(outage.quiet),
        better="less",
    )
    yield Figure(
        figure="backlog.memory",
        value=outage.most / 2**20,
        unit="MiB",
        peer=f"before {outage.waited} events waited",
        peer_value=outage.before / 2**20,
        better="less",
    )
    yield Figure(figure="backlog.drain", value=outage.drained, unit="events/s")


def _p95(waits: Waits) -> float:
    return quantiles(waits.answered, n=100)[94]


async def _outage(place: Platform, events: int) -> Outage:
    speaker = psutil.Process(place.running[SPEAKING].pid)
    async with driving(place.ports) as road, _health_of(place) as health:
        await road.at_rate(for_seconds(WARM_UP_SECONDS))
        quiet = await road.at_rate(for_seconds(QUIET_SECONDS), looked_for=_nobody)
        await until(lambda: _has_left(health), seconds=DRAIN_SECONDS)
        before = speaker.memory_info().rss
        await asyncio.to_thread(place.kafka.stop, signal.SIGKILL)
        piling = asyncio.create_task(_piled_up(health, events))
        away = await road.at_rate(piling.done, looked_for=_nobody)
        waited, most = await _unsent(health), speaker.memory_info().rss
        say(f"backlog: {waited} events wait")
        began = time.perf_counter()
        await asyncio.to_thread(place.kafka.start)
        await until(lambda: _has_left(health), seconds=DRAIN_SECONDS)
        drained = waited / (time.perf_counter() - began)
        await piling
    return Outage(quiet=quiet, away=away, before=before, most=most, waited=waited, drained=drained)


def _nobody(_: int) -> bool:
    """Nothing is looked for in the other service: it hears of nothing while Kafka is away."""
    return False


def _health_of(place: Platform) -> httpx.AsyncClient:
    address = f"http://127.0.0.1:{place.ports[SPEAKING]}"
    return httpx.AsyncClient(base_url=address, timeout=30)


async def _piled_up(health: httpx.AsyncClient, events: int) -> None:
    async def so_many() -> bool:
        return await _unsent(health) >= events

    await until(so_many, seconds=600, every=1)


async def _has_left(health: httpx.AsyncClient) -> bool:
    return await _unsent(health) == 0


async def _unsent(health: httpx.AsyncClient) -> int:
    state: dict[str, Any] = (await health.get("/health")).json()
    return int(state["last_position"]) - int(state["relayed_position"])
