"""Each crash point, again and again: crash there, start clean, ask again, drain, compare."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random

from tests.prove.children import Child
from tests.prove.clients import Clients
from tests.prove.points import CRASHED, MOST_PASSES, SPEAKER, other, role_at
from tests.prove.verdict import Verdict
from tests.prove.world import World

REACHED_SECONDS = 120.0


class NeverReached(Exception):
    """A run that never came to its crash point shows nothing."""


async def crash(world: World, point: str, seed: int) -> Verdict:
    """One run; the verdict is about all runs in this world so far."""
    clients = await _crash_at(world, point, seed)
    return await _recovered(world, [clients], role=role_at(point))


async def crash_in_a_row(world: World, points: Sequence[str]) -> Verdict:
    """Crash at one point after the other of one service; who starts after a crash crashes next."""
    struck = [await _crash_at(world, point, 0) for point in points]
    return await _recovered(world, struck, role=role_at(points[0]))


async def _crash_at(world: World, point: str, seed: int) -> Clients:
    """Those who asked meanwhile; not all have an answer."""
    run, role = f"{point}/{seed}", role_at(point)
    chance = Random(run)
    clients = clients_of(world, run, chance)
    steady = await world.undisturbed(other(role))
    passes = str(chance.randint(1, MOST_PASSES.get(point, 1)))
    struck = await world.start(role, CRASH_AT=point, AT_PASS=passes, SEED=run)
    async with asking(clients, struck if role == SPEAKER else steady):
        if await struck.program.died(seconds=REACHED_SECONDS) != CRASHED:
            raise NeverReached(f"{run}: {struck.program.process.exitcode}")
    return clients


async def _recovered(world: World, asked: Sequence[Clients], *, role: str) -> Verdict:
    """What is there after a clean start."""
    clean, steady = await world.start(role), await world.undisturbed(other(role))
    for clients in asked:
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
