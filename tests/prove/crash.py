"""Each crash point, again and again: crash there, start clean, ask again, drain, compare."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from tests.prove.children import Child
from tests.prove.clients import Clients
from tests.prove.points import CRASHED, LISTENER, POINTS, SPEAKER
from tests.prove.verdict import Verdict
from tests.prove.world import World

REACHED_SECONDS = 60.0


class NeverReached(Exception):
    """A run that never came to its crash point shows nothing."""


async def crash(world: World, point: str, seed: int) -> Verdict:
    """One run; the verdict is about all runs in this world so far."""
    run = f"{point}/{seed}"
    role, most = POINTS.get(point, (SPEAKER, 1))
    chance = Random(run)
    clients = clients_of(world, run, chance)
    steady = await world.undisturbed(LISTENER if role == SPEAKER else SPEAKER)
    struck = await world.start(role, CRASH_AT=point, AT_PASS=str(chance.randint(1, most)), SEED=run)
    async with asking(clients, struck if role == SPEAKER else steady):
        if await struck.program.died(seconds=REACHED_SECONDS) != CRASHED:
            raise NeverReached(f"{run}: {struck.program.process.exitcode}")
    clean = await world.start(role)
    await clients.ask_again((clean if role == SPEAKER else steady).caller)
    verdict = await world.drained_verdict()
    await clean.end()
    return verdict


def clients_of(world: World, run: str, chance: Random) -> Clients:
    """The clients of one run."""
    return Clients(oracle=world.oracle, category=world.speaker.service, run=run, chance=chance)


@asynccontextmanager
async def asking(clients: Clients, speaker: Child) -> AsyncIterator[None]:
    """Meanwhile everybody asks; afterwards nobody waits for an answer any more."""
    lanes = asyncio.create_task(clients.ask(speaker.caller))
    try:
        yield
    finally:
        clients.stop()
        await lanes
