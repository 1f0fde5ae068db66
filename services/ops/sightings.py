"""Notes when each event became visible in the journey, and forgets it a while later."""

import logging
from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.types import Recorded
from events.sourcing.wake import Wake
from services.ops.sighting_table import KEPT_FOR, sighting

WAITING = 50_000
"""Sightings that may wait for the database; the oldest are let go first."""
TURN = 2_000
SWEEP_SECONDS = 60.0

_log = logging.getLogger(__name__)


class Sightings:
    """Hears what the journey has committed; what it cannot write is counted without a length."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._waiting: deque[dict[str, Any]] = deque(maxlen=WAITING)
        self._wake = Wake()

    def heard(self, done: Sequence[Recorded[Any]]) -> None:
        """These events are visible from now on."""
        moment = self._clock()
        self._waiting.extend({"event_id": str(one.event_id), "seen_at": moment} for one in done)
        self._wake.ring()

    async def run(self) -> None:
        """Write until cancelled."""
        swept = monotonic()
        while True:
            try:
                if not await self.write():
                    await self._wake.wait()
                if monotonic() - swept > SWEEP_SECONDS:
                    await self.sweep()
                    swept = monotonic()
            except Exception as failure:  # noqa: BLE001 - they are figures, not the record
                _log.warning("sightings are lost after %s", type(failure).__name__)
                await self._wake.wait()

    async def write(self) -> int:
        """Write one turn; how many there were. What was seen before, as in a rebuild, stays."""
        turn = [self._waiting.popleft() for _ in range(min(TURN, len(self._waiting)))]
        if turn:
            async with self._engine.begin() as connection:
                await connection.execute(insert(sighting).on_conflict_do_nothing(), turn)
        return len(turn)

    async def sweep(self) -> None:
        """Forget what nobody measures any more."""
        async with self._engine.begin() as connection:
            old = sighting.c.seen_at < self._clock() - KEPT_FOR
            await connection.execute(delete(sighting).where(old))
