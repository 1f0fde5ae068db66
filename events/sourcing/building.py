"""Fills the tables of a build: events are folded in memory, and many rows are written at once."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.batches import Batch, Failed, Item
from events.sourcing.clock import elapsed
from events.sourcing.given_up import NOTHING, GivenUp
from events.sourcing.kernel_tables import applied, checkpoint
from events.sourcing.pages import PAGE, Marks, Missing, Source, read_ahead
from events.sourcing.projector import Projection
from events.sourcing.rows import many_rows
from events.sourcing.standing import Fenced, move, note_versions
from events.sourcing.statements import Bundle
from events.sourcing.transient import is_transient, jittered
from events.sourcing.types import Recorded

ROWS = 1_000
"""Rows, more or less, that are folded in memory before they are written and committed.

While a transaction is open no dead row is swept, so each change of a row that all are writing to
takes longer than the last: a build that commits seldom is felt by everybody.
"""

ROWS_ALONE = 8_000
"""The same while nothing else moves: nobody is there to feel it."""

REST = 2
"""Times as long as it wrote a build rests while others are at work: the database is theirs too."""

STRIDES = (200_000, 500, 1)
"""Events in one commit at most: fewer after a failure, until a single one is to blame."""

MOST_RETRIES = 10
PAUSE_SECONDS = 0.5

Told = Callable[[Marks], None]


class RebuildFailed(Exception):
    """A build cannot go on; the model that serves was left alone."""


@dataclass(slots=True, kw_only=True)
class _Load:
    """What is committed together."""

    starts: dict[tuple[str, int], int]
    ends: dict[tuple[str, int], int] = field(default_factory=dict)
    bundle: Bundle = field(default_factory=Bundle)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    positions: dict[tuple[str, str], int] = field(default_factory=dict)
    events: int = 0
    last: Item | None = None


class Building:
    """One build on its way; nobody hears of the events that it applies."""

    def __init__(
        self,
        engine: AsyncEngine,
        projection: Projection,
        source: Source,
        *,
        reader: str,
        given_up: GivenUp = NOTHING,
    ) -> None:
        self._engine = engine
        self._projection = projection
        self._source = source
        self._reader = reader
        self._given_up = given_up
        self._versions: dict[tuple[str, str], int] = {}
        self._rows = ROWS
        self._others: int | None = None

    async def up_to(self, ends: Marks, *, told: Told) -> None:
        """Apply everything before these marks and nothing behind them.

        Raises `RebuildFailed`, with stream and version where an event is to blame.
        """
        for stride in STRIDES:
            try:
                await self._patiently(ends, stride, told)
            except RebuildFailed:
                raise
            except Exception:
                if stride == STRIDES[-1]:
                    raise
            else:
                return

    async def _patiently(self, ends: Marks, stride: int, told: Told) -> None:
        """Passing faults are waited for; each time it goes on from where it stands."""
        for _ in range(MOST_RETRIES):
            try:
                await self._fill(ends, stride, told)
            except (Fenced, Missing) as failure:
                raise RebuildFailed(str(failure)) from failure
            except Exception as failure:
                if not is_transient(failure):
                    raise
            else:
                return
            await asyncio.sleep(jittered(PAUSE_SECONDS))
        raise RebuildFailed("what it reads or writes was away again and again")

    async def _fill(self, ends: Marks, stride: int, told: Told) -> None:
        load = _Load(starts=await self._stands())
        pages = self._source.between(load.starts, ends, most=min(PAGE, stride))
        async with aclosing(read_ahead(pages)) as coming:
            async for page in coming:
                for batch in page:
                    self._fold(batch, load)
                if load.events >= stride or load.bundle.waiting >= self._rows:
                    began = elapsed()
                    load = await self._commit(load)
                    await self._give_way(elapsed() - began)
                told({**load.starts, **load.ends})
        await self._commit(load)

    async def _give_way(self, wrote: float) -> None:
        """Rest where another reader has moved since the last look, and hurry where none has."""
        others, self._others = self._others, await self._others_stand()
        is_alone = self._others == others
        self._rows = ROWS_ALONE if is_alone else ROWS
        if not is_alone:
            await asyncio.sleep(REST * wrote)

    async def _others_stand(self) -> int:
        """How far all other readers of this service have come, in one number."""
        moved = select(func.coalesce(func.sum(checkpoint.c.next_offset), 0))
        async with self._engine.connect() as connection:
            stand = await connection.scalar(moved.where(checkpoint.c.reader != self._reader))
        return int(stand or 0)

    async def _stands(self) -> dict[tuple[str, int], int]:
        """Its own marks and versions as the database has them, whatever was lost on the way."""
        marks = select(checkpoint).where(checkpoint.c.reader == self._reader)
        versions = select(applied).where(applied.c.reader == self._reader)
        async with self._engine.connect() as connection:
            noted = (await connection.execute(versions)).all()
            self._versions = {(row.topic, row.stream): row.version for row in noted}
            stand = (await connection.execute(marks)).all()
        return {(row.topic, row.partition): row.next_offset for row in stand}

    def _fold(self, batch: Batch, load: _Load) -> None:
        for item in batch.items:
            recorded = self._to_apply(batch.topic, item, load)
            if recorded is not None:
                load.bundle.add(self._changes(recorded))
            load.last = item
        load.events += len(batch.items)
        load.ends[batch.topic, batch.partition] = batch.end

    def _to_apply(self, topic: str, item: Item, load: _Load) -> Recorded[Any] | None:
        """The event, unless it was seen or is gone on without; it may not leave a hole."""
        place = (topic, item.stream)
        seen = self._seen(place, load) if self._projection.topics else 0
        if item.version <= seen or self._given_up.skips(place, item.version):
            return None
        if isinstance(item.recorded, Failed):
            if self._given_up.lets_go(place, item.version):
                return None
            raise _blamed(item, item.recorded.kind, item.recorded.reason)
        if self._projection.topics:
            if item.version > seen + 1 and topic not in self._projection.newest_wins:
                raise _blamed(item, "hole", f"version {item.version} after {seen}")
            load.versions[place] = self._given_up.beyond(place, item.version)
        load.positions[place] = item.recorded.position
        return item.recorded

    def _seen(self, place: tuple[str, str], load: _Load) -> int:
        before = load.versions.get(place) or self._versions.get(place, 0)
        seen = self._given_up.beyond(place, before)
        if seen > before:
            load.versions[place] = seen
        return seen

    def _changes(self, recorded: Recorded[Any]) -> list[Any]:
        try:
            return list(self._projection.project(recorded))
        except Exception as failure:
            raise _blamed(recorded, "poison", type(failure).__name__) from failure

    async def _commit(self, load: _Load) -> _Load:
        """Rows, versions and marks together; what comes next begins there."""
        try:
            await self._write(load)
        except Exception as failure:
            if load.events != 1 or load.last is None or is_transient(failure):
                raise
            raise _blamed(load.last, "poison", type(failure).__name__) from failure
        self._versions |= load.versions
        return _Load(starts=load.starts | load.ends)

    async def _write(self, load: _Load) -> None:
        moves = {
            (self._reader, *mark): (load.starts.get(mark, 0), end)
            for mark, end in load.ends.items()
        }
        if not moves:
            return
        async with self._engine.begin() as connection:
            await move(connection, moves)
            await load.bundle.write(connection, many_rows)
            reached = {(self._reader, *place): v for place, v in load.versions.items()}
            places = {(self._reader, *place): at for place, at in load.positions.items()}
            await note_versions(connection, reached, places)


def _blamed(one: Item | Recorded[Any], kind: str, reason: str) -> RebuildFailed:
    place = f"{one.stream} at version {one.version}"
    return RebuildFailed(f"{place} cannot be applied ({kind}: {reason})")
