"""Holds a journal against what has left of it: after a restore, others know more than it does."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.left import Ends, Left
from events.sourcing.listed_topics import listed_topics
from events.sourcing.losses import (
    Restore,
    be_here,
    has_moved,
    known_topics,
    losses,
    lost_of,
    note_losses,
    open_restore,
)
from events.sourcing.standstill import StandsStill
from events.sourcing.store import PostgresJournal
from events.sourcing.transient import jittered

FRESH_SECONDS = 2.0
"""Who has just looked need not look again."""
MOST_NAMED = 100
LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Comparison:
    """One service's journal and its topics. Nothing leaves before they were compared."""

    def __init__(self, engine: AsyncEngine, ends: Ends, *, service: str, clock: Clock) -> None:
        self._engine = engine
        self._ends = ends
        self._service = service
        self._clock = clock
        self._turn = asyncio.Lock()
        self._looked = float("-inf")

    async def check(self) -> None:
        """Raises `StandsStill` where events have left that the journal does not hold.

        From then on positions go on behind the highest of them. Raises while Kafka is away.
        """
        async with self._turn:
            if monotonic() - self._looked < FRESH_SECONDS:
                return
            found = await self._open() or await self._compare()
            if found is not None:
                raise StandsStill(await self._reason(found), remedy=self._remedy)
            async with self._engine.begin() as connection:
                await be_here(connection)
            self._looked = monotonic()

    async def is_suspect(self) -> bool:
        """Whether the database may be an older copy that was not held against Kafka yet."""
        async with self._engine.connect() as connection:
            return await has_moved(connection)

    async def _open(self) -> Restore | None:
        async with self._engine.connect() as connection:
            return await open_restore(connection)

    async def _compare(self) -> Restore | None:
        async with self._engine.connect() as connection:
            known = await known_topics(connection)
        lost = await self._ends.lost(listed_topics(), known, self._lost)
        if not lost:
            # Another process may have noted meanwhile what this one would have found.
            return await self._open()
        found = await note_losses(self._engine, lost, clock=self._clock)
        self._name(lost)
        return found

    async def _lost(self, left: Sequence[Left]) -> set[Left]:
        async with self._engine.connect() as connection:
            return await lost_of(connection, left)

    def _name(self, lost: Iterable[Left]) -> None:
        named = sorted(lost, key=lambda one: (one.position, one.topic))
        for one in named[:MOST_NAMED]:
            _log.error(
                "left for %s and lost: position %s, event %s, %s@%s",
                *(one.topic, one.position, one.event_id, one.stream, one.version),
            )

    async def _reason(self, found: Restore) -> str:
        async with self._engine.connect() as connection:
            lost = [one.left for one in await losses(connection) if one.found_at == found.found_at]
        positions = sorted({one.position for one in lost})
        first = min(lost, key=lambda one: one.position)
        return (
            f"the journal was restored to an earlier moment: {len(positions)} events that have left"
            f" are not in it, at positions {positions[0]} to {positions[-1]}, the first of them"
            f" {first.event_id}; it goes on behind {found.highest_published}"
        )

    @property
    def _remedy(self) -> str:
        command = "python -m events.sourcing.restore"
        return (
            f"look at `{command} report {self._service}`, then `{command} resume {self._service}`"
        )


async def first_look(journal: PostgresJournal, comparison: Comparison) -> None:
    """Appends wait until the journal was held against Kafka.

    While Kafka is away they go on all the same, unless the database lies elsewhere than before: it
    may be an older copy, and would use positions again that others know.
    """
    while not await _may_go_on(comparison):  # noqa: ASYNC110 - it is Kafka that is waited for
        await asyncio.sleep(jittered(LOOK_SECONDS))
    journal.release()


async def _may_go_on(comparison: Comparison) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await comparison.check()
    except StandsStill:
        return True
    except Exception as failure:  # noqa: BLE001 - whatever keeps it from looking, it looks again
        _log.warning("not compared with Kafka yet: %s", type(failure).__name__)
    else:
        return True
    try:
        return not await comparison.is_suspect()
    except Exception as failure:  # noqa: BLE001 - the same for the database
        _log.warning("not compared with itself yet: %s", type(failure).__name__)
        return False
