"""While Kafka is away the backlog has an age and no memory; afterwards it leaves in order."""

import asyncio
import gc
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from events.edge.identity import SignedTokens
from events.edge.service import make_app
from events.sourcing import relay as relay_module
from events.sourcing.bus import Record
from events.sourcing.kernel import Kernel
from events.sourcing.relay import Relay, _Load
from events.sourcing.unsent import unsent
from events.sourcing.wake import Wake
from tests.support.conforming import Conforming
from tests.support.kernel import (
    BODY,
    Note,
    Workplace,
    context,
    in_background,
    note,
    until,
    workplace,
)
from tests.support.leavings import little_to_collect
from tests.support.servers import Server, kafka_of_own

AGE = "concord_relay_oldest_unsent_seconds"


BACKLOG, BATCH = 200, 20


@pytest.fixture(autouse=True)
def _only_what_is_new() -> Iterator[None]:
    """What was in memory before is set apart, so that looking through it takes no time."""
    with little_to_collect():
        yield


class Bus:
    """Takes nothing while it is shut; remembers how many events were in memory meanwhile."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.sequences: list[int] = []
        self.calls = 0
        self.held = 0

    async def send(self, records: list[Record]) -> None:
        self.calls += 1
        self.held = max(self.held, _events_in_memory())
        await self.open.wait()
        self.sequences += [int(dict(record.headers)["ce_sequence"]) for record in records]


class FailingBus(Bus):
    """Fails instead of waiting."""

    async def send(self, records: list[Record]) -> None:
        if not self.open.is_set():
            self.calls += 1
            self.held = max(self.held, _events_in_memory())
            raise ConnectionRefusedError
        await super().send(records)


def _events_in_memory() -> int:
    gc.collect()
    return sum(one.events for one in gc.get_objects() if isinstance(one, _Load))


def _relay(kernel: Kernel, bus: Bus) -> Relay:
    return Relay(kernel.engine, kernel.tail, bus, published={}, states={}, wake=Wake())


async def _noted(kernel: Kernel, place: Workplace, count: int) -> None:
    await kernel.handle(note, place.stream(1), Note(events=(BODY,) * count), context())


async def _has_left(kernel: Kernel, position: int) -> bool:
    return (await unsent(kernel.engine)).relayed == position


async def _failed(bus: Bus, times: int) -> bool:
    return bus.calls >= times


async def test_the_oldest_unsent_event_ages_until_it_has_left(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), Bus()
        assert (await kernel.vitals()).oldest_unsent_seconds == 0
        await _noted(kernel, place, 1)
        place.clock.advance(timedelta(minutes=4))
        await _noted(kernel, place, 1)
        place.clock.advance(timedelta(minutes=1))
        assert (await kernel.vitals()).oldest_unsent_seconds == 300
        bus.open.set()
        async with in_background(_relay(kernel, bus).run()):
            await until(lambda: _has_left(kernel, 2))
        assert (await kernel.vitals()).oldest_unsent_seconds == 0


async def test_whichever_process_carries_every_one_knows_the_same(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel, other, bus = place.kernel(), place.kernel(), Bus()
        await _noted(kernel, place, 3)
        bus.open.set()
        async with in_background(_relay(kernel, bus).run()):
            await until(lambda: _has_left(kernel, 3))
        told = await other.health()
        assert (told["relayed_position"], told["oldest_unsent_seconds"]) == (3, 0)


@pytest.mark.parametrize("kind", [Bus, FailingBus])
async def test_of_a_backlog_only_two_batches_are_in_memory(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, kind: type[Bus]
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", BATCH)
    assert BATCH <= await _most_in_memory(postgres_url, monkeypatch, kind()) <= 2 * BATCH


async def test_a_relay_that_takes_all_there_is_holds_all_of_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: without the bound the same measure shows the whole backlog."""
    monkeypatch.setattr(relay_module, "BATCH", 10 * BACKLOG)
    assert await _most_in_memory(postgres_url, monkeypatch, FailingBus()) == BACKLOG


async def _most_in_memory(postgres_url: str, monkeypatch: pytest.MonkeyPatch, bus: Bus) -> int:
    monkeypatch.setattr(relay_module, "FIRST_PAUSE_SECONDS", 0.001)
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await _noted(kernel, place, BACKLOG)
        waits = 4 if isinstance(bus, FailingBus) else 1
        async with in_background(_relay(kernel, bus).run()):
            await until(lambda: _failed(bus, waits))
            bus.open.set()
            await until(lambda: _has_left(kernel, BACKLOG))
        assert bus.sequences == list(range(1, BACKLOG + 1))
    return bus.held


async def test_pauses_grow_to_their_limit_and_are_never_in_step(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def noted(seconds: float) -> float:
        pauses.append(seconds)
        return 0.0

    monkeypatch.setattr(relay_module, "jittered", noted)
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), FailingBus()
        await _noted(kernel, place, 1)
        async with in_background(_relay(kernel, bus).run()):
            await until(lambda: _failed(bus, 10))
    growing = pauses[:9]
    assert growing == sorted(growing)
    assert growing[0] == 2 * relay_module.FIRST_PAUSE_SECONDS
    assert growing[-1] == relay_module.LONGEST_PAUSE_SECONDS


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[Server]:
    with kafka_of_own(tmp_path) as server:
        yield server


async def test_prometheus_and_health_show_the_age_while_kafka_is_away(
    postgres_url: str, kafka: Server
) -> None:
    async with workplace(postgres_url, kafka.address) as place:
        await place.create_topic()
        kernel = place.kernel()
        app = make_app(kernel, title="notes", authenticator=SignedTokens(b"s"), routers=[])
        async with kernel.running():
            await _noted(kernel, place, 1)
            await until(lambda: _has_left(kernel, 1))
            assert await _shown(app, place) == (0, 0)
            await asyncio.to_thread(kafka.stop, signal.SIGKILL)
            await _noted(kernel, place, 50)
            place.clock.advance(timedelta(minutes=5))
            assert await _shown(app, place) == (300, 300)
            await asyncio.to_thread(kafka.start)
            await until(lambda: _has_left(kernel, 51), seconds=60)
            assert await _shown(app, place) == (0, 0)


async def _shown(app: FastAPI, place: Workplace) -> tuple[float, float]:
    """The age by `/metrics` and by `/health`."""
    transport = Conforming(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://notes") as client:
        figures = (await client.get("/metrics")).text
        health = (await client.get("/health")).json()
    (line,) = [one for one in figures.splitlines() if one.startswith(f"{AGE}{{")]
    assert f'service="{place.service}"' in line
    return float(line.rpartition(" ")[2]), health["oldest_unsent_seconds"]
