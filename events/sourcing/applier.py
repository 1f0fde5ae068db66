"""Applies events for readers: in order, once, and only where their checkpoints still stand."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.batches import Batch, Failed, Item
from events.sourcing.clock import Clock
from events.sourcing.forks import (
    forked,
    is_applied,
    is_fork,
    keep_retraction,
    position_reached,
    retracted,
)
from events.sourcing.kernel_tables import applied, checkpoint
from events.sourcing.retraction import Retraction
from events.sourcing.standing import (
    Fenced,
    Place,
    advance,
    hold,
    note_versions,
    park,
    streams_behind,
    versions_of,
)
from events.sourcing.statements import Bundle, Statement, execute
from events.sourcing.transient import is_transient
from events.sourcing.types import Recorded

Take: TypeAlias = Callable[[Recorded[Any]], Awaitable[Sequence[Statement]]]


@dataclass(slots=True, kw_only=True)
class _Standing:
    """Where the streams of the batches stand while they are applied, for each reader."""

    versions: Mapping[Place, int]
    behind: set[Place]
    reached: dict[Place, int] = field(default_factory=dict)
    positions: dict[Place, int | None] = field(default_factory=dict)

    def seen(self, place: Place) -> int:
        return self.reached.get(place, self.versions.get(place, 0))

    def go_back(self, place: Place, *, version: int, position: int) -> None:
        self.reached[place], self.positions[place] = version, position


class Applier:
    """Commits what a reader makes of a batch together with its checkpoint.

    An event that fails is parked, and the later ones of its stream behind it; the rest flows.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        reader: str,
        take: Take,
        clock: Clock,
        gated: bool,
        newest_wins: Sequence[str] = (),
        can_be_rebuilt: bool = True,
    ) -> None:
        self.engine = engine
        self.reader = reader
        self.gated = gated
        self._can_be_rebuilt = can_be_rebuilt
        self._take = take
        self._clock = clock
        self._newest_wins = frozenset(newest_wins)

    async def apply(self, *batches: Batch) -> list[Recorded[Any]]:
        """The events that were applied, of all batches in one commit.

        Raises `Fenced`, or what a passing fault raised.
        """
        return (await apply_together([self], batches))[0]

    async def start_of(self, topic: str, partition: int) -> int:
        """The stored checkpoint, 0 at the beginning."""
        return (await self.starts()).get((topic, partition), 0)

    async def starts(self) -> Mapping[tuple[str, int], int]:
        """Every stored checkpoint of this reader, by topic and partition."""
        query = select(checkpoint).where(checkpoint.c.reader == self.reader)
        async with self.engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return {(row.topic, row.partition): row.next_offset for row in rows}

    async def version_of(self, stream: str) -> int:
        """The last version of a stream that this reader has applied."""
        query = select(func.max(applied.c.version)).where(
            applied.c.reader == self.reader, applied.c.stream == stream
        )
        async with self.engine.connect() as connection:
            return int(await connection.scalar(query) or 0)

    async def take_in(self, within: "_Commit", batch: Batch, item: Item) -> Recorded[Any] | None:
        """The event if it was applied; `None` where it was seen before or is parked."""
        place, standing = (self.reader, batch.topic, item.stream), within.standing
        if item.retraction is not None:
            await self._take_back(within, place, item, item.retraction)
            return None
        verdict = self._verdict(place, item, standing)
        if verdict is None:
            verdict = await self._seen_again(within, place, item)
        if isinstance(verdict, Recorded):
            verdict = await self._one(within, verdict)
        if isinstance(verdict, Failed):
            standing.behind.add(place)
            await park(within.connection, place, item, verdict, moment=self._clock())
            return None
        if verdict is not None and self.gated:
            standing.reached[place] = item.version
            standing.positions[place] = verdict.position
        return verdict

    async def _seen_again(
        self, within: "_Commit", place: Place, item: Item
    ) -> Recorded[Any] | Failed | None:
        """A repetition is passed over; another event at the same version never is."""
        again = item.recorded
        if not isinstance(again, Recorded) or not is_fork(again, await within.reached(place)):
            return None
        goes_on = place[1] in self._newest_wins or not self._can_be_rebuilt
        return again if goes_on else forked(item.version)

    async def _take_back(
        self, within: "_Commit", place: Place, item: Item, retraction: Retraction
    ) -> None:
        """A read model that rests on an event that never happened stops at its stream.

        A process goes on: what it sent cannot be taken back. So does what takes whole states,
        where one follows that holds.
        """
        await keep_retraction(within.connection, retraction)
        standing = within.standing
        if item.version > standing.seen(place):
            return
        if not is_applied(retraction, await within.reached(place)):
            return
        if place[1] in self._newest_wins and not retraction.is_last:
            standing.go_back(place, version=0, position=0)
        elif not self._can_be_rebuilt:
            standing.go_back(place, version=item.version - 1, position=retraction.position - 1)
        else:
            standing.behind.add(place)
            failed = retracted(item.version)
            await park(within.connection, place, item, failed, moment=self._clock())

    def _verdict(
        self, place: Place, item: Item, standing: _Standing
    ) -> Recorded[Any] | Failed | None:
        """What is to be applied, or why it is to be parked; `None` where it was seen before."""
        seen = standing.seen(place)
        if self.gated and item.version <= seen:
            return None
        if place[1] in self._newest_wins:
            return item.recorded
        if place in standing.behind:
            return Failed(kind="behind", reason="an earlier event of this stream is parked")
        if self.gated and item.version > seen + 1 and isinstance(item.recorded, Recorded):
            return Failed(kind="hole", reason=f"version {item.version} after {seen}")
        return item.recorded

    async def _one(self, within: "_Commit", recorded: Recorded[Any]) -> Recorded[Any] | Failed:
        if within.bundle is not None:
            within.bundle.add(await self._take(recorded))
            return recorded
        try:
            async with within.connection.begin_nested():
                for statement in await self._take(recorded):
                    await execute(within.connection, statement)
        except Exception as failure:
            if is_transient(failure):
                raise
            return Failed(kind="poison", reason=type(failure).__name__)
        return recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class _Commit:
    """One transaction; without a bundle, an event that fails does not take the others along."""

    connection: AsyncConnection
    standing: _Standing
    bundle: Bundle | None

    async def reached(self, place: Place) -> int | None:
        """Where the last applied event of a stream stands in its journal, if that is known."""
        positions = self.standing.positions
        if place not in positions:
            positions[place] = await position_reached(self.connection, place)
        return positions[place]


async def apply_together(
    appliers: Sequence[Applier], batches: Sequence[Batch]
) -> list[list[Recorded[Any]]]:
    """What each reader applied of the same batches, all in one commit of one database.

    Raises `Fenced`, or what a passing fault raised.
    """
    try:
        return await _commit(appliers, batches, savepoints=False)
    except Fenced:
        raise
    except Exception as failure:
        if is_transient(failure):
            raise
    return await _commit(appliers, batches, savepoints=True)


async def _commit(
    appliers: Sequence[Applier], batches: Sequence[Batch], *, savepoints: bool
) -> list[list[Recorded[Any]]]:
    marks = [
        ((applier.reader, batch.topic, batch.partition), batch)
        for applier in appliers
        for batch in batches
    ]
    async with appliers[0].engine.begin() as connection:
        await hold(connection, {mark: batch.start for mark, batch in marks})
        gated = [applier.reader for applier in appliers if applier.gated]
        standing = _Standing(
            versions=await versions_of(connection, gated, batches),
            behind=await streams_behind(connection, [a.reader for a in appliers], batches),
        )
        bundle = None if savepoints else Bundle()
        within = _Commit(connection=connection, standing=standing, bundle=bundle)
        done = [await _taken(applier, within, batches) for applier in appliers]
        if bundle is not None:
            await bundle.write(connection)
        await note_versions(connection, standing.reached, standing.positions)
        await advance(connection, {mark: batch.end for mark, batch in marks})
    return done


async def _taken(
    applier: Applier, within: _Commit, batches: Sequence[Batch]
) -> list[Recorded[Any]]:
    return [
        recorded
        for batch in batches
        for item in batch.items
        if (recorded := await applier.take_in(within, batch, item)) is not None
    ]
