"""Applies events for one reader: in order, once, and only where its checkpoint still stands."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Executable, func, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.kernel_tables import applied, checkpoint, parked
from events.sourcing.transient import is_transient
from events.sourcing.types import Recorded

Take: TypeAlias = Callable[[Recorded[Any]], Awaitable[Sequence[Executable]]]


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
    """Where the streams of one batch stand while it is applied."""

    versions: dict[str, int]
    behind: set[str]
    reached: dict[str, int] = field(default_factory=dict)

    def seen(self, stream: str) -> int:
        return self.reached.get(stream, self.versions.get(stream, 0))


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

    async def apply(self, batch: Batch) -> list[Recorded[Any]]:
        """The events that were applied. Raises `Fenced`, or what a passing fault raised."""
        try:
            return await self._commit(batch, savepoints=False)
        except Fenced:
            raise
        except Exception as failure:
            if is_transient(failure):
                raise
        return await self._commit(batch, savepoints=True)

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

    async def _commit(self, batch: Batch, *, savepoints: bool) -> list[Recorded[Any]]:
        done: list[Recorded[Any]] = []
        async with self._engine.begin() as connection:
            await self._hold(connection, batch)
            standing = await self._standing(connection, batch)
            for item in batch.items:
                verdict = self._verdict(batch.topic, item, standing)
                if isinstance(verdict, Recorded):
                    verdict = await self._one(connection, verdict, savepoint=savepoints)
                if isinstance(verdict, Failed):
                    standing.behind.add(item.stream)
                    await self._park(connection, batch.topic, item, verdict)
                elif verdict is not None:
                    standing.reached[item.stream] = item.version
                    done.append(verdict)
            await self._advance(connection, batch, standing)
        return done

    def _verdict(
        self, topic: str, item: Item, standing: _Standing
    ) -> Recorded[Any] | Failed | None:
        """What is to be applied, or why it is to be parked; `None` where it was seen before."""
        seen = standing.seen(item.stream)
        if self._gated and item.version <= seen:
            return None
        if topic in self._newest_wins:
            return item.recorded
        if item.stream in standing.behind:
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

    async def _hold(self, connection: AsyncConnection, batch: Batch) -> None:
        """Lock the checkpoint; raises `Fenced` unless it stands where the batch begins."""
        query = (
            select(checkpoint.c.next_offset)
            .where(
                checkpoint.c.reader == self._reader,
                checkpoint.c.topic == batch.topic,
                checkpoint.c.partition == batch.partition,
            )
            .with_for_update()
        )
        stands = await connection.scalar(query)
        if stands is None:
            # Only a row that exists can be locked against another worker.
            await connection.execute(self._checkpoint(batch, 0).on_conflict_do_nothing())
            stands = await connection.scalar(query)
        if stands != batch.start:
            raise Fenced(f"{self._reader} stands at {stands}, not {batch.start}")

    def _checkpoint(self, batch: Batch, next_offset: int) -> Insert:
        return insert(checkpoint).values(
            reader=self._reader,
            topic=batch.topic,
            partition=batch.partition,
            next_offset=next_offset,
        )

    async def _standing(self, connection: AsyncConnection, batch: Batch) -> _Standing:
        streams = {item.stream for item in batch.items}
        behind = select(parked.c.stream).where(
            parked.c.reader == self._reader,
            parked.c.topic == batch.topic,
            parked.c.stream.in_(streams),
        )
        return _Standing(
            versions=await self._versions(connection, batch.topic, streams),
            behind=set(await connection.scalars(behind)),
        )

    async def _versions(
        self, connection: AsyncConnection, topic: str, streams: set[str]
    ) -> dict[str, int]:
        if not self._gated:
            return {}
        query = select(applied.c.stream, applied.c.version).where(
            applied.c.reader == self._reader,
            applied.c.topic == topic,
            applied.c.stream.in_(streams),
        )
        return {row.stream: row.version for row in await connection.execute(query)}

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
        self, connection: AsyncConnection, batch: Batch, standing: _Standing
    ) -> None:
        if self._gated and standing.reached:
            rows = [
                {"reader": self._reader, "topic": batch.topic, "stream": s, "version": v}
                for s, v in standing.reached.items()
            ]
            upsert = insert(applied).values(rows)
            await connection.execute(
                upsert.on_conflict_do_update(
                    index_elements=["reader", "topic", "stream"],
                    set_={"version": upsert.excluded.version},
                )
            )
        moved = self._checkpoint(batch, batch.end).on_conflict_do_update(
            index_elements=["reader", "topic", "partition"], set_={"next_offset": batch.end}
        )
        await connection.execute(moved)
