"""One run of the story under one seed: the same seed, the same run."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from events.sourcing.clock import SimulatedClock
from tests.simulation.bus import Broker
from tests.simulation.database.server import Server
from tests.simulation.fate import CalmFate, SeededFate, Trace, draw
from tests.simulation.life import task_of_a_life
from tests.simulation.loop import run
from tests.simulation.platform import Platform
from tests.simulation.services import SERVICES
from tests.simulation.settled import settle
from tests.simulation.state import State, digest, state_of
from tests.simulation.story import tell
from tests.simulation.world import BEGINS, World, empty_bus, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run has come to, and what happened on the way."""

    state: State
    trace: Trace
    steps: Counter[str]
    mishaps: list[tuple[str, str]]

    @property
    def digest(self) -> str:
        return digest(self.state)


def make_world(kek_file: Path) -> World:
    """Load it once, without a fault."""

    async def loading() -> World:
        servers = {name: Server() for name in SERVICES}
        platform = _platform(servers, Broker(empty_bus(), Random(0)), kek_file, Random(0))
        platform.fate = CalmFate()
        await platform.start_all()
        await load(platform.client())
        await settle(platform)
        await platform.stop()
        return World(
            tables={name: server.tables() for name, server in servers.items()},
            rows={name: server.rows for name, server in servers.items()},
            bus=platform.broker.bus.copy(),
            kek_file=kek_file,
        )

    return run(loading())


def play(world: World, seed: int | None, steps: Mapping[str, int]) -> Run:
    """The story with the mishaps of this seed; without a seed, nothing goes wrong."""
    return run(_playing(world, seed, steps))


async def _playing(world: World, seed: int | None, steps: Mapping[str, int]) -> Run:
    random.seed(seed or 0)
    chance = Random(seed or 0)
    broker = Broker(world.bus.copy(), Random(seed or 0))
    platform = _platform(world.servers(), broker, world.kek_file, Random(seed or 0))
    fate = (
        CalmFate()
        if seed is None
        else SeededFate(chance, draw(chance, steps), platform.trace, platform.befall)
    )
    platform.fate = fate
    await platform.start_all()
    await tell(platform.client(), platform.clock, partial(settle, platform))
    platform.fate.rest()
    state = await state_of(platform)
    counted = Counter(fate.steps)
    await platform.stop()
    return Run(state=state, trace=platform.trace, steps=counted, mishaps=fate.happened)


def _platform(
    servers: Mapping[str, Server], broker: Broker, kek_file: Path, chance: Random
) -> Platform:
    asyncio.get_running_loop().set_task_factory(task_of_a_life)
    return Platform(
        servers=servers,
        broker=broker,
        clock=SimulatedClock(BEGINS),
        kek_file=kek_file,
        chance=chance,
        trace=Trace(),
    )
