"""Applies events for readers: in order, once, and only where their checkpoints still stand."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.batches import Batch, Failed, Item
from events.sourcing.clock import Clock
from events.sourcing.kernel_tables import applied, checkpoint
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

    def seen(self, place: Place) -> int:
        return self.reached.get(place, self.versions.get(place, 0))


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
    ) -> None:
        self.engine = engine
        self.reader = reader
        self.gated = gated
        self._take = take
        self._clock = clock
        self._newest_wins = frozenset(newest_wins)
        # Asked again and again while nothing comes, so it is put together once.
        self._stands = select(checkpoint).where(checkpoint.c.reader == reader)

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
        async with self.engine.connect() as connection:
            rows = (await connection.execute(self._stands)).all()
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
        verdict = self._verdict(place, item, standing)
        if isinstance(verdict, Recorded):
            verdict = await self._one(within, verdict)
        if isinstance(verdict, Failed):
            standing.behind.add(place)
            await park(within.connection, place, item, verdict, moment=self._clock())
            return None
        if verdict is not None and self.gated:
            standing.reached[place] = item.version
        return verdict

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
            await within.bundle.add(await self._take(recorded))
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
        bundle = None if savepoints else Bundle(connection)
        within = _Commit(connection=connection, standing=standing, bundle=bundle)
        done = [await _taken(applier, within, batches) for applier in appliers]
        if bundle is not None:
            await bundle.flush()
        await note_versions(connection, standing.reached)
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
