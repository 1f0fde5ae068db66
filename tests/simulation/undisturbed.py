"""The story as `make story` plays it, on the whole sample world, where nothing goes wrong."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx

from events.edge.identity import Actor
from events.sourcing.clock import SimulatedClock
from events.sourcing.types import Recorded
from infra.local.story import CROWD
from infra.world.load import fill
from infra.world.story import tell
from tests.simulation.bus import Broker
from tests.simulation.database.server import Server
from tests.simulation.fate import CalmFate, Trace
from tests.simulation.loop import VirtualLoop
from tests.simulation.make import SOUND
from tests.simulation.platform import Platform
from tests.simulation.services import SERVICES
from tests.simulation.settled import settle
from tests.simulation.story import give_command, give_commands
from tests.simulation.world import BEGINS, empty_bus
from tests.support.outcome import COMMANDS, MATTERS, Event


class Undisturbed:
    """A platform in memory; between two questions its time stands still."""

    def __init__(self, platform: Platform, runner: asyncio.Runner) -> None:
        self._platform = platform
        self._runner = runner

    def ask(self, service: str, path: str, *, actor: Actor) -> Any:
        """What a program is answered."""
        url = httpx.URL(path)
        asked = self._platform.client().get(service, url.path, actor=actor, **url.params)
        return self._runner.run(asked)

    def give_again(self, service: str) -> None:
        """A command of `give_commands` under another key, so that nobody knows it was given."""
        self._runner.run(_given_again(self._platform, service))

    def matters(self) -> Mapping[str, Sequence[Event]]:
        """The events of every matter, as the journals hold them."""
        matters = defaultdict[str, list[Event]](list)
        for recorded in self._recorded():
            matters[recorded.correlation_id].append(_shown(recorded))
        return {matter: matters[matter] for matter in MATTERS}

    def _recorded(self) -> Iterator[Recorded[Any]]:
        for life in self._platform.lives.values():
            assert life.kernel is not None
            rows = life.server.rows
            yield from life.kernel.desk.glance(rows.after(0, limit=rows.last_position()))


@contextmanager
def undisturbed(kek_file: Path) -> Iterator[Undisturbed]:
    """The platform after the story has come to its end, with the errands run beside it."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        platform = _platform(kek_file)
        try:
            runner.run(_played(platform))
            yield Undisturbed(platform, runner)
        finally:
            runner.run(platform.end())


def _platform(kek_file: Path) -> Platform:
    platform = Platform(
        make=SOUND,
        servers={name: Server() for name in SERVICES},
        broker=Broker(empty_bus(), Random(0)),
        clock=SimulatedClock(BEGINS),
        kek_file=kek_file,
        chance=Random(0),
        trace=Trace(),
    )
    platform.fate = CalmFate()
    return platform


async def _played(platform: Platform) -> None:
    await platform.start_all()
    client = platform.client()
    await fill(client, _say_nothing, count=CROWD)
    await settle(platform)
    await tell(client, _say_nothing)
    await give_commands(client)
    await settle(platform)


async def _given_again(platform: Platform, service: str) -> None:
    (given,) = [command for command in COMMANDS if command[0] == service]
    await give_command(platform.client(), given, key="again")
    await settle(platform)


def _shown(recorded: Recorded[Any]) -> Event:
    """As much of an event as ops shows of it in its matter."""
    causation_id = recorded.causation_id
    return {
        "event_id": str(recorded.event_id),
        "causation_id": None if causation_id is None else str(causation_id),
        "recorded_at": recorded.recorded_at.isoformat(),
        "name": recorded.name,
        "service": recorded.service,
        "position": recorded.position,
        "stream": recorded.stream,
        "version": recorded.version,
    }


def _say_nothing(_: str) -> None:
    """Nobody reads along."""
