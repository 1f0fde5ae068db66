"""Applies events for one reader: in order, once, and only where its checkpoint still stands."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Executable, select
from sqlalchemy.dialects.postgresql import insert
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
        async with self._engine.connect() as connection:
            return await self._start(connection, topic, partition, lock=False)

    async def version_of(self, stream: str) -> int:
        """The last version of a stream that this reader has applied."""
        query = select(applied.c.version).where(
            applied.c.reader == self._reader, applied.c.stream == stream
        )
        async with self._engine.connect() as connection:
            return int(await connection.scalar(query) or 0)

    async def _commit(self, batch: Batch, *, savepoints: bool) -> list[Recorded[Any]]:
        async with self._engine.begin() as connection:
            stands = await self._start(connection, batch.topic, batch.partition, lock=True)
            if stands != batch.start:
                raise Fenced(f"{self._reader} stands at {stands}, not {batch.start}")
            versions = await self._versions(connection, batch) if self._gated else {}
            behind = await self._parked(connection, batch)
            done: list[Recorded[Any]] = []
            reached: dict[str, int] = {}
            for item in batch.items:
                seen = reached.get(item.stream, versions.get(item.stream, 0))
                verdict = self._verdict(batch.topic, item, seen, behind)
                if verdict == "seen":
                    continue
                if isinstance(verdict, Recorded):
                    verdict = await self._one(connection, verdict, savepoint=savepoints)
                if isinstance(verdict, Failed):
                    behind.add(item.stream)
                    await self._park(connection, batch.topic, item, verdict)
                elif isinstance(verdict, Recorded):
                    done.append(verdict)
                    reached[item.stream] = item.version
            await self._advance(connection, batch, reached)
        return done

    def _verdict(
        self, topic: str, item: Item, seen: int, behind: set[str]
    ) -> Recorded[Any] | Failed | str:
        if self._gated and item.version <= seen:
            return "seen"
        if item.stream in behind:
            return Failed(kind="behind", reason="an earlier event of this stream is parked")
        hole = item.version > seen + 1 and topic not in self._newest_wins
        if self._gated and hole:
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

    async def _start(
        self, connection: AsyncConnection, topic: str, partition: int, *, lock: bool
    ) -> int:
        query = select(checkpoint.c.next_offset).where(
            checkpoint.c.reader == self._reader,
            checkpoint.c.topic == topic,
            checkpoint.c.partition == partition,
        )
        found = await connection.scalar(query.with_for_update() if lock else query)
        return int(found or 0)

    async def _versions(self, connection: AsyncConnection, batch: Batch) -> Mapping[str, int]:
        query = select(applied.c.stream, applied.c.version).where(
            applied.c.reader == self._reader,
            applied.c.topic == batch.topic,
            applied.c.stream.in_({item.stream for item in batch.items}),
        )
        return {stream: version for stream, version in await connection.execute(query)}

    async def _parked(self, connection: AsyncConnection, batch: Batch) -> set[str]:
        query = select(parked.c.stream).where(
            parked.c.reader == self._reader,
            parked.c.topic == batch.topic,
            parked.c.stream.in_({item.stream for item in batch.items}),
        )
        return set(await connection.scalars(query))

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
        self, connection: AsyncConnection, batch: Batch, reached: Mapping[str, int]
    ) -> None:
        if self._gated and reached:
            statement = insert(applied).values(
                [
                    {"reader": self._reader, "topic": batch.topic, "stream": s, "version": v}
                    for s, v in reached.items()
                ]
            )
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["reader", "topic", "stream"],
                    set_={"version": statement.excluded.version},
                )
            )
        moved = insert(checkpoint).values(
            reader=self._reader,
            topic=batch.topic,
            partition=batch.partition,
            next_offset=batch.end,
        )
        await connection.execute(
            moved.on_conflict_do_update(
                index_elements=["reader", "topic", "partition"],
                set_={"next_offset": batch.end},
            )
        )
