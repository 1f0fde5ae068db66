"""Many writers with rollbacks, delays and killed back-ends: no reader loses, doubles or reorders.

The control is the same append without its lock: its readers lose events.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec

from events.sourcing.appender import BATCH_LIMIT
from events.sourcing.store import PostgresJournal
from tests.prove.cast import ELSEWHERE, READ_MODEL
from tests.prove.children import bring_forth
from tests.prove.points import LISTENER, SPEAKER
from tests.prove.verdict import Seen, doubled, reordered
from tests.prove.world import World
from tests.prove.writers import Outcome
from tests.prove.writers import main as write
from tests.support.broken_function import broken_function

PROCESSES, WRITERS = 4, 4
CUT_EVERY_SECONDS = 0.3
CUT_SHARE = 0.1
LOOK_SECONDS = 0.01
WRITE_SECONDS = 600.0
JOURNAL = "journal"

LOCK = "PERFORM pg_advisory_xact_lock(7001);"
TURN = "place := greatest(tip.position, "
WITHOUT_TURNS = "place := greatest(nextval('place_without_turns'), "


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one reader has of what is recorded."""

    reader: str
    recorded: int
    seen: int
    lost: int
    doubled: int
    reordered: int

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.reordered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`undone` were rolled back, `cut` is how many connections were, `astray` how many events are
    recorded though they were rolled back, or the other way round; `again` left a second time.
    """

    readings: Sequence[Reading]
    undone: int
    cut: int
    astray: int
    again: int

    @property
    def holds(self) -> bool:
        return not self.astray and all(reading.holds for reading in self.readings)

    @property
    def loses(self) -> bool:
        """Whether whoever remembers the highest position lost something."""
        return any(one.lost for one in self.readings if one.reader == JOURNAL)


async def without_lock(world: World) -> None:
    """Appends draw their positions when they begin and are readable when they commit."""
    async with world.speaker.connected() as owner:
        await owner.execute(f"CREATE SEQUENCE place_without_turns INCREMENT {BATCH_LIMIT}")
        app = f'"{world.speaker.service}_app"'
        await owner.execute(f"GRANT USAGE ON SEQUENCE place_without_turns TO {app}")
    await broken_function(world.speaker, "append_turn", {LOCK: "", TURN: WITHOUT_TURNS})


async def write_and_read(world: World, events: int) -> Order:
    """Everybody writes while everybody reads; what each reader has in the end."""
    await world.start(SPEAKER)
    await world.start(LISTENER)
    journal = world.speaker.kernel().journal
    async with _following(journal) as followed, _cutting(world) as cuts:
        outcomes = await _written(world, events)
    await world.drained()
    await _caught_up(followed, journal)
    recorded = {event_id for outcome in outcomes for event_id in outcome.recorded}
    stored = await world.speaking.stored()
    seen = {
        JOURNAL: followed.seen,
        READ_MODEL: await world.speaking.arrived(),
        ELSEWHERE: await world.listening.arrived(),
    }
    return Order(
        readings=[_reading(reader, recorded, arrivals) for reader, arrivals in seen.items()],
        undone=sum(len(outcome.undone) for outcome in outcomes),
        cut=sum(cuts),
        astray=len(recorded ^ {row.event_id for row in stored}),
        again=await world.sent() - len(stored),
    )


def _reading(reader: str, recorded: set[UUID], seen: Sequence[Seen]) -> Reading:
    return Reading(
        reader=reader,
        recorded=len(recorded),
        seen=len(seen),
        lost=len(recorded - {one.event_id for one in seen}),
        doubled=doubled(seen),
        reordered=reordered(seen),
    )


async def _written(world: World, events: int) -> list[Outcome]:
    quota = str(events // (PROCESSES * WRITERS))
    files = [world.folder / f"outcome-{number}.json" for number in range(PROCESSES)]
    programs = [
        bring_forth(write, {**world.environment(SPEAKER), **_task(number, quota, file)})
        for number, file in enumerate(files)
    ]
    for program in programs:
        if await program.died(seconds=WRITE_SECONDS) != 0:
            raise RuntimeError("a process of writers failed")
    return [
        outcome
        for file in files
        for outcome in msgspec.json.decode(file.read_bytes(), type=list[Outcome])
    ]


def _task(number: int, quota: str, file: Path) -> Mapping[str, str]:
    name = f"writer-{number}"
    return {"NAME": name, "EVENTS": quota, "WRITERS": str(WRITERS), "OUTCOME": str(file)}


@dataclass(slots=True)
class Follower:
    """Remembers the highest position it has seen, as every reader of a journal does."""

    journal: PostgresJournal
    seen: list[Seen]
    position: int = 0

    async def look(self) -> bool:
        """Take what is new; says whether there was anything."""
        rows = await self.journal.read_after(self.position, limit=500)
        self.seen += [Seen(row.stream, row.version, row.event_id) for row in rows]
        self.position = rows[-1].position if rows else self.position
        return bool(rows)

    async def follow(self) -> None:
        while True:
            if not await self.look():
                await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def _following(journal: PostgresJournal) -> AsyncIterator[Follower]:
    follower = Follower(journal, [])
    following = asyncio.create_task(follower.follow())
    try:
        yield follower
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _caught_up(follower: Follower, journal: PostgresJournal) -> None:
    last = await journal.last_position()
    while follower.position < last:
        await follower.look()


@asynccontextmanager
async def _cutting(world: World) -> AsyncIterator[list[int]]:
    """Meanwhile some connections of both services end, every now and then."""
    cuts: list[int] = []

    async def cut() -> None:
        while True:
            await asyncio.sleep(CUT_EVERY_SECONDS)
            cuts.append(await world.speaking.cut(CUT_SHARE))
            cuts.append(await world.listening.cut(CUT_SHARE))

    cutting = asyncio.create_task(cut())
    try:
        yield cuts
    finally:
        cutting.cancel()
        with suppress(asyncio.CancelledError):
            await cutting
