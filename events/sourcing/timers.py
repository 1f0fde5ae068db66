"""Sends what was promised for later: due rows are picked, sent, and closed."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid5

import msgspec
from sqlalchemy import Executable, Row, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.kernel_tables import parked, timer
from events.sourcing.process import Dispatch, send
from events.sourcing.transient import is_transient, jittered
from events.sourcing.types import Context

BATCH = 50
POLL_SECONDS = 0.5

# Asked twice a second while nothing is due, so it is put together once.
DUE_FIRST = (
    select(timer)
    .where(
        timer.c.due_at <= bindparam("now"),
        timer.c.timer.not_in(bindparam("waiting", expanding=True)),
    )
    .order_by(timer.c.due_at, timer.c.timer)
    .limit(1)
    .with_for_update(skip_locked=True)
)

_log = logging.getLogger(__name__)


class Timers:
    """Fires due timers. A timer fired twice is one command: its key is (timer, generation).

    `commands` names the command types that may be kept. Several processes may run this at once.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Clock,
        commands: Mapping[str, type],
        dispatch: Dispatch,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._commands = commands
        self._dispatch = dispatch

    async def run(self) -> None:
        """Fire until cancelled."""
        while True:
            try:
                fired = await self.fire_due()
            except Exception as failure:  # noqa: BLE001 - the rows stand; they are tried again
                _log.warning("timers wait after %s", type(failure).__name__)
                fired = 0
            if not fired:
                await asyncio.sleep(jittered(POLL_SECONDS))

    async def fire_due(self) -> int:
        """Send what is due; how many were sent. A crash in between sends the last one again.

        Each timer has its own transaction: one that must wait holds up nobody else's, and what is
        sent may itself set timers.
        """
        fired, waiting = 0, set[str]()
        while fired + len(waiting) < BATCH:
            name = await self._fire_next(waiting)
            if name is None:
                break
            fired += name not in waiting
        return fired

    async def _fire_next(self, waiting: set[str]) -> str | None:
        """Fire the timer due first, but none that waits; its name, `None` when nothing is due."""
        async with self._engine.begin() as connection:
            asked = {"now": self._clock(), "waiting": sorted(waiting)}
            row = (await connection.execute(DUE_FIRST, asked)).first()
            if row is None:
                return None
            name = str(row.timer)
            try:
                failure = await self._try(row)
            except Exception as passing:  # noqa: BLE001 - what passes by itself is sent again later
                _log.warning("a timer waits after %s", type(passing).__name__)
                waiting.add(name)
                return name
            if failure is not None:
                await connection.execute(self._park(row, failure))
            await connection.execute(
                timer.delete().where(
                    timer.c.timer == row.timer, timer.c.generation == row.generation
                )
            )
        return name

    async def _try(self, row: Row[Any]) -> Exception | None:
        """A command that fails for good may not hold up those that are due behind it."""
        try:
            await self._send(row)
        except Exception as failure:
            if is_transient(failure):
                raise
            return failure
        return None

    def _park(self, row: Row[Any], failure: Exception) -> Executable:
        entry = insert(parked).values(
            reader="timers",
            topic=row.command_name,
            stream=row.timer,
            version=1,
            record=row.command,
            class_="poison",
            reason=type(failure).__name__,
            parked_at=self._clock(),
        )
        return entry.on_conflict_do_update(
            index_elements=["reader", "topic", "stream", "version"],
            set_={name: entry.excluded[name] for name in ("record", "reason", "parked_at")},
        )

    async def _send(self, row: Row[Any]) -> None:
        command: Any = msgspec.json.decode(row.command, type=self._commands[row.command_name])
        context = msgspec.json.decode(row.context, type=Context)
        command_id = uuid5(context.command_id, f"timer/{row.timer}")
        context = replace(
            context,
            command_id=command_id,
            actor="process:timer",
            idempotency_key=f"{row.timer}/{row.generation}",
            target=row.timer,
        )
        await send(self._dispatch, command, context)
