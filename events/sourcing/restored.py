"""Holds a journal against what has left of it: after a restore, others know more than it does."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.bus import Left
from events.sourcing.clock import Clock
from events.sourcing.left import Ends
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

FRESH_SECONDS = 2.0
"""Who has just looked need not look again."""
MOST_NAMED = 100

_log = logging.getLogger(__name__)


class Comparison:
    """One service's journal and its topics. Nothing leaves before they were compared.

    `states` are the topics of its whole states.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        ends: Ends,
        *,
        service: str,
        states: Iterable[str],
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._ends = ends
        self._states = frozenset(states)
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
            known = await known_topics(connection) | self._states
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
