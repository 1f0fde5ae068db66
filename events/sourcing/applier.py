"""Applies events for readers: in order, once, and only where their checkpoints still stand."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.batches import Batch, Failed, Item
from events.sourcing.clock import Clock
from events.sourcing.direct import Kept, at_once, transaction
from events.sourcing.faults import LATER, NEXT, POISON, SOUND, hole
from events.sourcing.forks import forked, is_fork
from events.sourcing.given_up import NOTHING, GivenUp
from events.sourcing.one_commit import Commit, Standing
from events.sourcing.parking import Place, park, unpark_overtaken
from events.sourcing.standing import (
    Fenced,
    move,
    note_versions,
    versions_and_parked,
)
from events.sourcing.statements import Bundle, Statement, execute
from events.sourcing.taking_back import take_back
from events.sourcing.transient import is_transient, let_go
from events.sourcing.types import Recorded
from events.sourcing.versions import Versions

Take: TypeAlias = Callable[[Recorded[Any]], Awaitable[Sequence[Statement]]]

# Asked again and again while nothing comes, so it is put together once.
_STANDS = text("SELECT topic, partition, next_offset FROM checkpoint WHERE reader = :reader")


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
        given_up: GivenUp = NOTHING,
    ) -> None:
        self.engine = engine
        self.plain = engine.execution_options(isolation_level="AUTOCOMMIT")
        """The same connections, without transactions that begin by themselves."""
        self.reader = reader
        self.gated = gated
        self._can_be_rebuilt = can_be_rebuilt
        self._take = take
        self.streams_apart = False
        """Whether what follows for one stream bears on no other (see `Process`)."""
        self.clock = clock
        self.newest_wins = frozenset(newest_wins)
        self._given_up = given_up
        self._versions = Versions(engine, reader)
        self._kept: Kept | None = None

    async def apply(self, *batches: Batch) -> list[Recorded[Any]]:
        """The events that were applied, of all batches in one commit.

        Raises `Fenced`, or what a passing fault raised.
        """
        return (await apply_together([self], batches))[0]

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Meanwhile a connection is kept from one commit to the next, until it is given back."""
        self._kept = kept = Kept(self.plain)
        try:
            yield
        finally:
            self._kept = None
            await let_go(kept.give_back())

    async def give_back(self) -> None:
        """Let others have the connection that is kept, as there is nothing to be done for now."""
        if self._kept is not None:
            await self._kept.give_back()

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """What is committed together."""
        return transaction(self.plain) if self._kept is None else self._kept.transaction()

    async def start_of(self, topic: str, partition: int) -> int:
        """The stored checkpoint, 0 at the beginning."""
        return (await self.starts()).get((topic, partition), 0)

    async def starts(self) -> Mapping[tuple[str, int], int]:
        """Every stored checkpoint of this reader, by topic and partition."""
        rows = await at_once(self.plain, _STANDS, {"reader": self.reader})
        return {(topic, partition): next_offset for topic, partition, next_offset in rows}

    async def version_of(self, stream: str) -> int:
        """The last version of a stream that this reader has applied."""
        return await self._versions.of(stream)

    async def take_in(self, within: Commit, batch: Batch, item: Item) -> Recorded[Any] | None:
        """The event if it was applied; `None` where it was seen before or is parked."""
        place = (self.reader, batch.topic, item.stream)
        settled = await self.settled(within, place, item)
        if isinstance(settled, Failed):
            await park(within.connection, place, item, settled, moment=self.clock())
            return None
        if settled is not None and batch.topic in self.newest_wins:
            await self.overtake(within, place, item.version)
        return settled

    async def overtake(self, within: Commit, place: Place, version: int) -> None:
        """A whole state leaves none parked before it, and a tombstone nothing of anybody in clear.

        It is done in the same commit: whoever forgets a person because of a tombstone cannot see
        yet what was parked just before it.
        """
        if place in within.standing.behind:
            await unpark_overtaken(within.connection, place, version)
            within.standing.behind.discard(place)

    async def settled(
        self, within: Commit, place: Place, item: Item
    ) -> Recorded[Any] | Failed | None:
        """The event once it is applied, or why it is to be parked; `None` if it was seen before."""
        standing = within.standing
        if item.retraction is not None:
            return await take_back(
                within,
                place,
                item.version,
                item.retraction,
                newest_wins=place[1] in self.newest_wins,
                can_be_rebuilt=self._can_be_rebuilt,
            )
        verdict = self._verdict(place, item, standing)
        if verdict is None:
            verdict = await self._seen_again(within, place, item)
        if isinstance(verdict, Recorded):
            verdict = await self._one(within, verdict)
        if isinstance(verdict, Failed):
            if verdict.kind not in SOUND and self._given_up.lets_go(place[1:], item.version):
                return None
            standing.behind.add(place)
        elif self.gated:
            self._note(place, standing, item.version if verdict is not None else 0)
            if verdict is not None:
                standing.positions[place] = verdict.position
        return verdict

    async def _seen_again(
        self, within: Commit, place: Place, item: Item
    ) -> Recorded[Any] | Failed | None:
        """A repetition is passed over; another event at the same version never is."""
        again = item.recorded
        if self._given_up.skips(place[1:], item.version) or not isinstance(again, Recorded):
            return None
        if not is_fork(again, await within.reached(place)):
            return None
        goes_on = place[1] in self.newest_wins or not self._can_be_rebuilt
        return again if goes_on else forked(item.version)

    def _verdict(
        self, place: Place, item: Item, standing: Standing
    ) -> Recorded[Any] | Failed | None:
        """What is to be applied, or why it is to be parked; `None` where it was seen before."""
        seen = self._given_up.beyond(place[1:], standing.seen(place))
        if self.gated and item.version <= seen:
            return None
        if self._given_up.skips(place[1:], item.version):
            return None
        if place[1] in self.newest_wins or isinstance(item.recorded, Failed):
            return item.recorded
        due = not self.gated or item.version == seen + 1
        if place in standing.behind:
            # The gate knows when it is the missing one that comes.
            return NEXT if due and self.gated else LATER
        return item.recorded if due else hole(item.version, seen)

    def _note(self, place: Place, standing: Standing, version: int) -> None:
        """The gate moves over what was taken, and over what is gone on without."""
        before = standing.seen(place)
        reached = max(version, self._given_up.beyond(place[1:], before))
        if reached > before:
            standing.reached[place] = reached

    async def _one(self, within: Commit, recorded: Recorded[Any]) -> Recorded[Any] | Failed:
        if within.bundle is not None and self.streams_apart:
            within.let_wait(recorded.stream, partial(self._take, recorded))
            return recorded
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
            return Failed(kind=POISON, reason=type(failure).__name__)
        return recorded


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
    moves = {
        (applier.reader, batch.topic, batch.partition): (batch.start, batch.end)
        for applier in appliers
        for batch in batches
    }
    async with appliers[0].transaction() as connection:
        await move(connection, moves)
        readers = {applier.reader: applier.gated for applier in appliers}
        versions, parked = await versions_and_parked(connection, readers, batches)
        standing = Standing(versions=versions, behind=parked)
        bundle = None if savepoints else Bundle()
        within = Commit(connection=connection, standing=standing, bundle=bundle)
        done = [await _taken(applier, within, batches) for applier in appliers]
        await within.write()
        await note_versions(connection, standing.reached, standing.positions)
    return done


async def _taken(applier: Applier, within: Commit, batches: Sequence[Batch]) -> list[Recorded[Any]]:
    return [
        recorded
        for batch in batches
        for item in batch.items
        if (recorded := await applier.take_in(within, batch, item)) is not None
    ]
