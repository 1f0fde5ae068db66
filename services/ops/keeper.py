"""Keeps spans: never lets a service wait, and never keeps more than its bounds."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock, real_clock
from events.sourcing.transient import jittered
from events.sourcing.wake import Wake
from services.ops.otlp import Span
from services.ops.span_tables import span, span_link

WAITING = 20_000
"""Spans that may wait for the database; more are turned away, and the sender is told."""
TURN = 1_000
KEPT = 200_000
KEPT_FOR = timedelta(hours=72)
SWEEP_SECONDS = 60.0
PAUSE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class SpanKeeper:
    """Writes what was offered, in turns, and forgets what is old."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._waiting: deque[Span] = deque()
        self._wake = Wake()
        self._in_hand = 0
        self.kept = 0
        self.turned_away = 0

    @property
    def waiting(self) -> int:
        """How many spans are taken and not written yet."""
        return len(self._waiting) + self._in_hand

    def offer(self, spans: Sequence[Span]) -> int:
        """Take what there is room for; how many were turned away."""
        room = max(0, WAITING - len(self._waiting))
        self._waiting.extend(spans[:room])
        self._wake.ring()
        lost = max(0, len(spans) - room)
        self.turned_away += lost
        return lost

    async def run(self) -> None:
        """Write until cancelled; while the database is away, spans wait and then are lost."""
        swept = monotonic()
        while True:
            try:
                while True:
                    if not await self.write():
                        await self._wake.wait()
                    if monotonic() - swept > SWEEP_SECONDS:
                        await self.sweep()
                        swept = monotonic()
            except Exception as failure:  # noqa: BLE001 - spans are not the record; go on with the next
                _log.warning("spans wait after %s", type(failure).__name__)
            await asyncio.sleep(jittered(PAUSE_SECONDS))

    async def write(self) -> int:
        """Write one turn; how many spans it held."""
        turn = [self._waiting.popleft() for _ in range(min(TURN, len(self._waiting)))]
        if not turn:
            return 0
        self._in_hand = len(turn)
        try:
            await self._insert(turn)
        finally:
            self._in_hand = 0
        self.kept += len(turn)
        return len(turn)

    async def _insert(self, turn: Sequence[Span]) -> None:
        ahead = self._clock() - real_clock()
        links = [row for one in turn for row in _link_rows(one)]
        async with self._engine.begin() as connection:
            await connection.execute(
                insert(span).on_conflict_do_nothing(), [_span_row(one, ahead) for one in turn]
            )
            if links:
                await connection.execute(insert(span_link).on_conflict_do_nothing(), links)

    async def sweep(self) -> None:
        """Forget what is too old or too much, the oldest first."""
        newest = select(func.max(span.c.arrival)).scalar_subquery()
        too_many = span.c.arrival <= newest - KEPT
        too_old = span.c.arrived_at < func.now() - KEPT_FOR
        async with self._engine.begin() as connection:
            await connection.execute(delete(span).where(too_many | too_old))


def _span_row(one: Span, ahead: timedelta) -> dict[str, Any]:
    """`ahead` is how far the platform's clock is before the real one that spans are timed by."""
    return {
        "trace_id": one.trace_id,
        "span_id": one.span_id,
        "parent_span_id": one.parent_span_id,
        "name": one.name,
        "service": one.service,
        "kind": one.kind,
        "began_at": datetime.fromtimestamp(one.began_ns / 1e9, UTC) + ahead,
        "began_ns": one.began_ns,
        "took_ns": one.ended_ns - one.began_ns,
        "failed": one.failed,
        "attributes": one.attributes,
    }


def _link_rows(one: Span) -> list[dict[str, Any]]:
    return [
        {
            "trace_id": one.trace_id,
            "span_id": one.span_id,
            "ordinal": ordinal,
            "to_trace_id": link.trace_id,
            "to_span_id": link.span_id,
        }
        for ordinal, link in enumerate(one.links)
    ]
