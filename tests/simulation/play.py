"""One run of the story under one seed: the same seed, the same run."""

import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from events.sourcing.clock import SimulatedClock
from tests.simulation.bus import Broker
from tests.simulation.database.server import Server
from tests.simulation.fate import CalmFate, SeededFate, Steps, Trace, draw
from tests.simulation.loop import run
from tests.simulation.make import SOUND, Make
from tests.simulation.once import each_question_once
from tests.simulation.platform import Platform
from tests.simulation.services import SERVICES
from tests.simulation.settled import settle
from tests.simulation.state import State, digest, state_of
from tests.simulation.story import tell
from tests.simulation.whole import flaws
from tests.simulation.world import BEGINS, World, empty_bus, load
from tests.support.leavings import little_to_collect


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run has come to, and what happened on the way."""

    state: State
    digest: str
    flaws: list[str]
    trace: Trace
    steps: Steps
    mishaps: list[tuple[str, str]]


def make_world(kek_file: Path) -> World:
    """Load it once, without a fault."""
    with each_question_once():
        return run(_loading(kek_file))


async def _loading(kek_file: Path) -> World:
    platform = _platform(
        make=SOUND,
        servers={name: Server() for name in SERVICES},
        broker=Broker(empty_bus(), Random(0)),
        kek_file=kek_file,
        chance=Random(0),
    )
    platform.fate = CalmFate()
    await platform.start_all()
    await load(platform.client())
    await settle(platform)
    await platform.stop()
    return World(
        tables={name: server.tables() for name, server in platform.servers.items()},
        rows={name: server.rows for name, server in platform.servers.items()},
        bus=platform.broker.bus.copy(),
        kek_file=kek_file,
    )


def play_calmly(world: World, *, make: Make = SOUND, seed: int = 0) -> Run:
    """The story as it goes when nothing goes wrong; which partition answers first is drawn."""
    return _run(_copied(world, make, seed), CalmFate())


def play(
    world: World,
    seed: int,
    steps: Steps,
    *,
    make: Make = SOUND,
    without: Collection[str] = (),
) -> Run:
    """The story with the mishaps of this seed; `steps` is how many there are of each kind.

    Of what is drawn, mishaps named in `without` are left out.
    """
    platform, chance = _copied(world, make, seed), Random(seed)
    appointments = [one for one in draw(chance, steps) if one.what not in without]
    fate = SeededFate(chance, appointments, platform.trace, platform.befall)
    return _run(platform, fate)


def _run(platform: Platform, fate: CalmFate | SeededFate) -> Run:
    with each_question_once(), little_to_collect():
        return run(_playing(platform, fate))


async def _playing(platform: Platform, fate: CalmFate | SeededFate) -> Run:
    platform.fate = fate
    try:
        await platform.start_all()
        await tell(platform.client(), platform.clock, partial(settle, platform))
        fate.rest()
        # Looking at the state takes steps of its own, which are none of the run's.
        steps = Counter(fate.steps)
        state = await state_of(platform)
        return Run(
            steps=steps,
            mishaps=fate.happened,
            trace=platform.trace,
            state=state,
            digest=digest(state),
            flaws=await flaws(platform),
        )
    finally:
        await platform.end()
        for server in platform.servers.values():
            server.close()


def _copied(world: World, make: Make, seed: int) -> Platform:
    """A platform of its own on a copy of the world."""
    # The services spread load by chance as well.
    random.seed(seed)
    return _platform(
        make=make,
        servers={
            name: make.server(world.tables[name], world.rows[name].copy()) for name in SERVICES
        },
        broker=Broker(world.bus.copy(), Random(seed)),
        kek_file=world.kek_file,
        chance=Random(seed),
    )


def _platform(**parts: Any) -> Platform:
    return Platform(clock=SimulatedClock(BEGINS), trace=Trace(), **parts)
