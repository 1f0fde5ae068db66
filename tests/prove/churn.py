"""A consumer group that grows and shrinks all the time: everything is applied exactly once.

The control stands beside it, on the same topic and through the same churn: workers that trust
aiokafka's transactions put some of it out twice.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from tests.prove import transactions
from tests.prove.children import Child, start
from tests.prove.oracle import Command
from tests.prove.points import LISTENER, SPEAKER
from tests.prove.transactions import Outputs, outputs, outputs_of
from tests.prove.verdict import doubled, reordered
from tests.prove.world import World

CHURN_SECONDS = 2.0
BATCH_SECONDS = 0.2
"""How long a batch is in hand: long enough that a partition moves away meanwhile."""

EVENTS_AT_ONCE = 10
STREAMS = 40
MOST_MEMBERS = 3
KILLED = 0.3
DRAIN_SECONDS = 120.0

Start: TypeAlias = Callable[[], Awaitable[Child]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Churn:
    """`moves` is how often a member came or went, in each of the two groups."""

    events: int
    moves: int
    applied: int
    lost: int
    doubled: int
    reordered: int
    outputs: int
    outputs_lost: int
    outputs_doubled: int

    @property
    def holds(self) -> bool:
        once = self.applied == self.events
        return once and not (self.lost or self.doubled or self.reordered)


@dataclass(slots=True, kw_only=True)
class Group:
    """Members of one consumer group, each a process of its own."""

    start: Start
    members: list[Child] = field(default_factory=list)

    async def grow(self) -> None:
        self.members.append(await self.start())

    async def shrink(self, *, killed: bool) -> None:
        """The one that has been there longest goes, by its own will or not."""
        member = self.members.pop(0)
        await (member.kill() if killed else member.end())


async def churn(world: World, events: int, *, seconds: float, seed: int) -> Churn:
    """Record the events over so many seconds while both groups churn, and let both finish."""
    chance = Random(seed)
    await world.speaker.create_topic(outputs_of(world.speaker.topic), partitions=1)
    speaker = await world.start(SPEAKER)
    groups = (_listeners(world), _workers(world))
    recording = asyncio.create_task(_record(world, speaker, events, seconds=seconds))
    moves = 0
    await asyncio.gather(*(group.grow() for group in groups))
    while not recording.done():
        await asyncio.wait([recording], timeout=CHURN_SECONDS)
        await _move(groups, chance)
        moves += 1
    await recording
    await world.drained()
    async with outputs(world.servers.kafka, world.speaker.topic) as theirs:
        await _all_put_out(theirs, events)
        return await _outcome(world, theirs.times, events=events, moves=moves)


async def _all_put_out(theirs: Outputs, events: int) -> None:
    async with asyncio.timeout(DRAIN_SECONDS):
        while len(theirs.times) < events:
            await theirs.read_on()
    await theirs.read_all()


async def _move(groups: tuple[Group, ...], chance: Random) -> None:
    """The same happens to both groups."""
    few = len(groups[0].members)
    grows = few == 1 or (few < MOST_MEMBERS and chance.random() < 0.5)
    killed = chance.random() < KILLED
    await asyncio.gather(
        *(group.grow() if grows else group.shrink(killed=killed) for group in groups)
    )


def _listeners(world: World) -> Group:
    async def start_listener() -> Child:
        return await world.start(LISTENER, BATCH_SECONDS=str(BATCH_SECONDS))

    return Group(start=start_listener)


def _workers(world: World) -> Group:
    async def start_worker() -> Child:
        told = {**world.environment(LISTENER), "BATCH_SECONDS": str(BATCH_SECONDS)}
        child = await start(world.reception, told, world.folder, main=transactions.main)
        world.children.append(child)
        return child

    return Group(start=start_worker)


async def _record(world: World, speaker: Child, events: int, *, seconds: float) -> None:
    commands = events // EVENTS_AT_ONCE
    for n in range(commands):
        command = Command(
            key=f"churn/{n}",
            stream=f"{world.speaker.service}-churn/{n % STREAMS}",
            words="b" * EVENTS_AT_ONCE,
        )
        world.oracle.intend(command)
        reply = await speaker.caller.ask(command)
        if reply.answered is not None:
            world.oracle.acknowledge(reply.answered)
        await asyncio.sleep(seconds / commands)


async def _outcome(world: World, theirs: Counter[bytes], *, events: int, moves: int) -> Churn:
    arrivals = await world.listening.arrived()
    recorded = world.oracle.account().acknowledged
    return Churn(
        events=events,
        moves=moves,
        applied=len(arrivals),
        lost=len(recorded - {one.event_id for one in arrivals}),
        doubled=doubled(arrivals),
        reordered=reordered(arrivals),
        outputs=theirs.total(),
        outputs_lost=events - len(theirs),
        outputs_doubled=theirs.total() - len(theirs),
    )
