"""Applies events for one reader: in order, once, and only where its checkpoint still stands."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Executable, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.kernel_tables import applied, checkpoint, parked
from events.sourcing.transient import is_transient
from events.sourcing.types import Recorded

Take: TypeAlias = Callable[[Recorded[Any]], Awaitable[Sequence[Executable]]]

Place: TypeAlias = tuple[str, str]
"""A topic and a stream in it."""


class Fenced(Exception):
    """Another worker moved this reader's checkpoint; start again from where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why an event cannot be applied; says nothing about its content."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to apply: the event, or why it could not be read, with the bytes to park."""

    stream: str
    version: int
    recorded: Recorded[Any] | Failed
    record: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Consecutive items of one partition (the own journal is topic "journal", partition 0)."""

    topic: str
    partition: int
    start: int
    end: int
    items: Sequence[Item]


@dataclass(slots=True, kw_only=True)
class _Standing:
    """Where the streams of the batches stand while they are applied, each in its topic."""

    versions: dict[Place, int]
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
        self._engine = engine
        self._reader = reader
        self._take = take
        self._clock = clock
        self._gated = gated
        self._newest_wins = frozenset(newest_wins)

    async def apply(self, *batches: Batch) -> list[Recorded[Any]]:
        """The events that were applied, of all batches in one commit.

        Raises `Fenced`, or what a passing fault raised.
        """
        try:
            return await self._commit(batches, savepoints=False)
        except Fenced:
            raise
        except Exception as failure:
            if is_transient(failure):
                raise
        return await self._commit(batches, savepoints=True)

    async def start_of(self, topic: str, partition: int) -> int:
        """The stored checkpoint, 0 at the beginning."""
        return (await self.starts()).get((topic, partition), 0)

    async def starts(self) -> Mapping[tuple[str, int], int]:
        """Every stored checkpoint of this reader, by topic and partition."""
        query = select(checkpoint).where(checkpoint.c.reader == self._reader)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return {(row.topic, row.partition): row.next_offset for row in rows}

    async def version_of(self, stream: str) -> int:
        """The last version of a stream that this reader has applied."""
        query = select(func.max(applied.c.version)).where(
            applied.c.reader == self._reader, applied.c.stream == stream
        )
        async with self._engine.connect() as connection:
            return int(await connection.scalar(query) or 0)

    async def _commit(self, batches: Sequence[Batch], *, savepoints: bool) -> list[Recorded[Any]]:
        async with self._engine.begin() as connection:
            await self._hold(connection, batches)
            standing = await self._standing(connection, batches)
            done = [
                recorded
                for batch in batches
                for item in batch.items
                if (recorded := await self._item(connection, batch, item, standing, savepoints))
            ]
            await self._advance(connection, batches, standing)
        return done

    async def _item(
        self,
        connection: AsyncConnection,
        batch: Batch,
        item: Item,
        standing: _Standing,
        savepoint: bool,  # noqa: FBT001 - passed through from the two ways to commit
    ) -> Recorded[Any] | None:
        """The event if it was applied; `None` where it was seen before or is parked."""
        place = (batch.topic, item.stream)
        verdict = self._verdict(batch.topic, item, standing)
        if isinstance(verdict, Recorded):
            verdict = await self._one(connection, verdict, savepoint=savepoint)
        if isinstance(verdict, Failed):
            standing.behind.add(place)
            await self._park(connection, batch.topic, item, verdict)
            return None
        if verdict is not None:
            standing.reached[place] = item.version
        return verdict

    def _verdict(
        self, topic: str, item: Item, standing: _Standing
    ) -> Recorded[Any] | Failed | None:
        """What is to be applied, or why it is to be parked; `None` where it was seen before."""
        seen = standing.seen((topic, item.stream))
        if self._gated and item.version <= seen:
            return None
        if topic in self._newest_wins:
            return item.recorded
        if (topic, item.stream) in standing.behind:
            return Failed(kind="behind", reason="an earlier event of this stream is parked")
        if self._gated and item.version > seen + 1 and isinstance(item.recorded, Recorded):
            return Failed(kind="hole", reason=f"version {item.version} after {seen}")
        return item.recorded

    async def _one(
        self, connection: AsyncConnection, recorded: Recorded[Any], *, savepoint: bool
    ) -> Recorded[Any] | Failed:
        if not savepoint:
            await self._execute(connection, recorded)
            return recorded
        try:
            async with connection.begin_nested():
                await self._execute(connection, recorded)
        except Exception as failure:
            if is_transient(failure):
                raise
            return Failed(kind="poison", reason=type(failure).__name__)
        return recorded

    async def _execute(self, connection: AsyncConnection, recorded: Recorded[Any]) -> None:
        for statement in await self._take(recorded):
            await connection.execute(statement)

    async def _hold(self, connection: AsyncConnection, batches: Sequence[Batch]) -> None:
        """Lock the checkpoints; raises `Fenced` unless each stands where its batch begins."""
        wanted = {(batch.topic, batch.partition): batch.start for batch in batches}
        stands = await self._lock(connection, wanted)
        if len(stands) < len(wanted):
            # Only a row that exists can be locked against another worker.
            missing = [self._checkpoint(place, 0) for place in wanted if place not in stands]
            await connection.execute(insert(checkpoint).values(missing).on_conflict_do_nothing())
            stands = await self._lock(connection, wanted)
        for place, start in wanted.items():
            if stands[place] != start:
                raise Fenced(f"{self._reader} stands at {stands[place]}, not {start}")

    async def _lock(
        self, connection: AsyncConnection, wanted: Iterable[tuple[str, int]]
    ) -> dict[tuple[str, int], int]:
        """Always in the same order, so that two workers cannot wait for each other."""
        query = (
            select(checkpoint)
            .where(
                checkpoint.c.reader == self._reader,
                tuple_(checkpoint.c.topic, checkpoint.c.partition).in_(list(wanted)),
            )
            .order_by(checkpoint.c.topic, checkpoint.c.partition)
            .with_for_update()
        )
        rows = await connection.execute(query)
        return {(row.topic, row.partition): row.next_offset for row in rows}

    def _checkpoint(self, place: tuple[str, int], next_offset: int) -> dict[str, object]:
        topic, partition = place
        return {
            "reader": self._reader,
            "topic": topic,
            "partition": partition,
            "next_offset": next_offset,
        }

    async def _standing(self, connection: AsyncConnection, batches: Sequence[Batch]) -> _Standing:
        topics = {batch.topic for batch in batches}
        streams = {item.stream for batch in batches for item in batch.items}
        behind = select(parked.c.topic, parked.c.stream).where(
            parked.c.reader == self._reader,
            parked.c.topic.in_(topics),
            parked.c.stream.in_(streams),
        )
        rows = await connection.execute(behind)
        return _Standing(
            versions=await self._versions(connection, topics, streams),
            behind={(row.topic, row.stream) for row in rows},
        )

    async def _versions(
        self, connection: AsyncConnection, topics: set[str], streams: set[str]
    ) -> dict[Place, int]:
        if not self._gated:
            return {}
        query = select(applied).where(
            applied.c.reader == self._reader,
            applied.c.topic.in_(topics),
            applied.c.stream.in_(streams),
        )
        rows = await connection.execute(query)
        return {(row.topic, row.stream): row.version for row in rows}

    async def _park(
        self, connection: AsyncConnection, topic: str, item: Item, failed: Failed
    ) -> None:
        await connection.execute(
            insert(parked)
            .values(
                reader=self._reader,
                topic=topic,
                stream=item.stream,
                version=item.version,
                record=item.record,
                class_=failed.kind,
                reason=failed.reason,
                parked_at=self._clock(),
            )
            .on_conflict_do_nothing()
        )

    async def _advance(
        self, connection: AsyncConnection, batches: Sequence[Batch], standing: _Standing
    ) -> None:
        if self._gated and standing.reached:
            rows = [
                {"reader": self._reader, "topic": topic, "stream": stream, "version": version}
                for (topic, stream), version in standing.reached.items()
            ]
            upsert = insert(applied).values(rows)
            await connection.execute(
                upsert.on_conflict_do_update(
                    index_elements=["reader", "topic", "stream"],
                    set_={"version": upsert.excluded.version},
                )
            )
        ends = [self._checkpoint((batch.topic, batch.partition), batch.end) for batch in batches]
        moved = insert(checkpoint).values(ends)
        await connection.execute(
            moved.on_conflict_do_update(
                index_elements=["reader", "topic", "partition"],
                set_={"next_offset": moved.excluded.next_offset},
            )
        )
