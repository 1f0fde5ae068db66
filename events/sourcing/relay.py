"""Carries the journal to Kafka: every event, in order, at least once."""

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.bus import Record, records_of
from events.sourcing.desk import Desk
from events.sourcing.telemetry import span
from events.sourcing.types import Published, Recorded, WholeState
from events.sourcing.wake import Wake

BATCH = 2000
LEASE = timedelta(seconds=10)
LONGEST_PAUSE_SECONDS = 10.0

_CLAIM = text(
    "UPDATE relay_pointer SET token = token + 1, leased_until = clock_timestamp() + :lease"
    " WHERE leased_until < clock_timestamp() RETURNING position, token"
)
_MOVE = text(
    "UPDATE relay_pointer SET position = :to, leased_until = clock_timestamp() + :lease"
    " WHERE token = :token AND position = :at"
)
_RELEASE = text("UPDATE relay_pointer SET leased_until = '-infinity' WHERE token = :token")


class Sender(Protocol):
    """Takes records to the bus."""

    async def send(self, records: list[Record]) -> None:
        """Return once every record is acknowledged by all replicas; raise when one is not."""


class LostLease(Exception):
    """Another relay of this service took over; this one may only have made duplicates."""


class Relay:
    """The only way out of a service. One relay is active, by a lease with a fencing token."""

    def __init__(
        self,
        engine: AsyncEngine,
        desk: Desk,
        sender: Sender,
        *,
        published: Mapping[type, Published],
        states: Mapping[type, WholeState],
        wake: Wake,
    ) -> None:
        self._engine = engine
        self._desk = desk
        self._sender = sender
        self._published = published
        self._states = states
        self._wake = wake
        self.position = 0

    async def run(self) -> None:
        """Carry events until cancelled; backs off with jitter while Kafka does not answer."""
        pause = 0.1
        while True:
            try:
                await self._hold_lease()
            except LostLease:
                pause = 0.1
            except asyncio.CancelledError:
                raise
            except Exception:
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause * (0.5 + random.random()))

    async def _hold_lease(self) -> None:
        claimed = await self._claim()
        if claimed is None:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            return
        self.position, token = claimed
        try:
            while True:
                if not await self.carry(token):
                    await self._move(token, self.position)
                    await self._wake.wait(timeout=LEASE.total_seconds() / 4)
        finally:
            await asyncio.shield(self._run(_RELEASE, token=token))

    async def carry(self, token: int) -> int:
        """Send one batch and move the pointer behind it; how many events left."""
        rows = await self._desk.journal.read_after(self.position, limit=BATCH)
        if not rows:
            return 0
        recorded = await self._desk.open(rows)
        with span("relay.send", events=len(rows), position=rows[-1].position):
            await self._sender.send([r for one in recorded for r in self._records(one)])
        await self._move(token, rows[-1].position)
        return len(rows)

    def _records(self, recorded: Recorded[Any]) -> list[Record]:
        return records_of(recorded, published=self._published, states=self._states)

    async def _claim(self) -> tuple[int, int] | None:
        async with self._engine.begin() as connection:
            row = (await connection.execute(_CLAIM, {"lease": LEASE})).first()
        return None if row is None else (row.position, row.token)

    async def _move(self, token: int, to: int) -> None:
        async with self._engine.begin() as connection:
            moved = await connection.execute(
                _MOVE, {"to": to, "token": token, "at": self.position, "lease": LEASE}
            )
        if moved.rowcount != 1:
            raise LostLease
        self.position = to

    async def _run(self, statement: Any, **values: object) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(statement, values)
