"""Sends what was promised for later: due rows are picked, sent, and closed."""

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid5

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.kernel_tables import timer
from events.sourcing.process import Dispatch, send
from events.sourcing.types import Context

BATCH = 50
POLL_SECONDS = 0.5

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
            except Exception as failure:
                _log.warning("timers wait after %s", type(failure).__name__)
                fired = 0
            if not fired:
                await asyncio.sleep(POLL_SECONDS * (0.5 + random.random()))

    async def fire_due(self) -> int:
        """Send what is due; how many were sent. A crash in between sends them again."""
        async with self._engine.begin() as connection:
            due = (
                select(timer)
                .where(timer.c.due_at <= self._clock())
                .order_by(timer.c.due_at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
            rows: Sequence[Row[Any]] = (await connection.execute(due)).all()
            for row in rows:
                await self._send(row)
                await connection.execute(
                    timer.delete().where(
                        timer.c.timer == row.timer, timer.c.generation == row.generation
                    )
                )
        return len(rows)

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
