"""All services in one process, on what outlives theirs; they end, stand still and start again."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, cast

import httpx

from events.sourcing.clock import SimulatedClock
from events.sourcing.settings import Settings
from infra.world.client import Client
from tests.simulation import fate
from tests.simulation.bus import Broker
from tests.simulation.database.server import Server
from tests.simulation.doors import Doors
from tests.simulation.fate import Trace
from tests.simulation.ground import lay
from tests.simulation.life import Fate, Life, task_of_a_life
from tests.simulation.make import Make
from tests.simulation.services import SERVICES, live

SECRET = b"simulated"

STANDS_STILL_SECONDS = (0.5, 2.0, 5.0)
"""Shorter and longer than the lease of a relay."""
OVERTAKEN_SECONDS = (1.0, 5.0)
"""Long enough for what follows from an event to come before it."""


@dataclass(kw_only=True)
class Platform:
    """`servers` and `broker` are all that a crash leaves."""

    make: Make
    servers: Mapping[str, Server]
    broker: Broker
    clock: SimulatedClock
    kek_file: Path
    chance: Random
    trace: Trace
    fate: Fate = field(init=False)
    lives: dict[str, Life] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    """The events that whoever asked was told of."""
    frozen: int = 0
    _ever: list[Life] = field(default_factory=list)

    async def start_all(self) -> None:
        """Start every service, and wait until all of them are up."""
        asyncio.get_running_loop().set_task_factory(cast("Any", task_of_a_life))
        for service in SERVICES:
            self.start(service)
        while any(life.kernel is None for life in self.lives.values()):  # noqa: ASYNC110 - a life says nothing
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """Let every process end in good order, so that its leases do."""
        for life in self.lives.values():
            life.work.cancel()
            await asyncio.wait([life.work])
        await self.end()

    async def end(self) -> None:
        """End every process there ever was, and see that nothing of it goes on."""
        for life in self._ever:
            life.end()
        while left := [task for life in self._ever for task in life.tasks]:
            await asyncio.wait(left)

    def start(self, service: str) -> None:
        """A new process of a service; requests go to it from now on."""
        life = Life(service, len(self._ever) + 1, self.servers[service], self.fate)
        self.lives[service] = life
        self._ever.append(life)
        life.work = life.start(self._run(life))

    async def _run(self, life: Life) -> None:
        try:
            await live(life, self._settings(life), self.make.tune)
        except Exception as failure:  # noqa: BLE001 - whatever it was, a supervisor starts it again
            self.trace.note(life.service, life.number, type(failure).__name__)
            self.crash(life)

    def _settings(self, life: Life) -> Settings:
        return Settings(
            service=life.service,
            database_url="postgresql://nobody@nowhere",
            bootstrap="nowhere",
            secret=SECRET,
            kek_file=self.kek_file,
            clock=self.clock,
            otlp_endpoint=None,
            host="nowhere",
            port=0,
            peers={},
            lay=lambda **_: lay(self.broker, life),
        )

    def client(self) -> Client:
        """Somebody who asks over HTTP."""
        http = httpx.AsyncClient(transport=Doors(self.lives, self.acknowledged))
        return Client(SECRET, {name: f"http://{name}" for name in SERVICES}, http)

    async def befall(self, what: str, life: Life, step: str) -> None:
        """Let a mishap happen to a process at one of its steps."""
        match what:
            case fate.CRASH:
                self.crash(life)
                await asyncio.get_running_loop().create_future()
            case fate.FREEZE:
                self.freeze(life)
            case fate.CUT:
                raise ConnectionResetError
            case fate.SLOW:
                await asyncio.sleep(self.chance.uniform(0.2, 2))
            case fate.OUTAGE:
                self.broker.stop(self.chance.uniform(0.5, 3))
            case fate.REORDER:
                self.broker.reorder(self.chance.uniform(*OVERTAKEN_SECONDS))
            case fate.AGAIN if step == "poll":
                self.broker.bus.rebalance()
            case _:
                self.broker.again()

    def crash(self, life: Life) -> None:
        """The process ends between two steps; another one starts a little later."""
        life.end()
        if self.lives[life.service] is life:
            _after(self.chance.uniform(0.05, 1), partial(self.start, life.service))

    def freeze(self, life: Life) -> None:
        """The process stands still, another takes its place, and then the first goes on."""
        if self.lives[life.service] is not life or not life.thawed.is_set():
            return
        self.frozen += 1
        life.thawed.clear()
        _after(self.chance.uniform(0, 3), life.be_silent)
        _after(self.chance.uniform(0.05, 1), partial(self.start, life.service))
        _after(self.chance.choice(STANDS_STILL_SECONDS), partial(self._thaw, life))

    def _thaw(self, life: Life) -> None:
        life.thawed.set()
        _after(self.chance.uniform(0.1, 1), partial(self._end_late, life))

    def _end_late(self, life: Life) -> None:
        life.end()
        self.frozen -= 1


def _after(seconds: float, do: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, do)
