"""Sends what was promised for later: due rows are picked, sent, and closed."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid5

import msgspec
from sqlalchemy import ARRAY, Executable, Row, Text, all_, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.batches import Failed
from events.sourcing.clock import Clock
from events.sourcing.direct import ask, transaction
from events.sourcing.faults import POISON, UNDECODABLE, UNKNOWN_TYPE, unreadable
from events.sourcing.kernel_tables import parked, timer
from events.sourcing.parking import park_again, unpark
from events.sourcing.process import Dispatch, send
from events.sourcing.transient import called_off, is_transient, jittered
from events.sourcing.types import Context

READER = "timers"
"""The reader that parked timers belong to."""

BATCH = 50
POLL_SECONDS = 0.5

# Asked twice a second while nothing is due, so it is put together once.
DUE_FIRST = (
    select(timer)
    .where(
        timer.c.due_at <= bindparam("now"),
        timer.c.timer != all_(bindparam("waiting", type_=ARRAY(Text))),
    )
    .order_by(timer.c.due_at, timer.c.timer)
    .limit(1)
    .with_for_update(skip_locked=True)
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A timer as it is fired, and as it is parked where it cannot be."""

    timer: str
    generation: str
    due_at: datetime
    command_name: str
    command: bytes
    context: bytes


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
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._clock = clock
        self._commands = commands
        self._dispatch = dispatch

    async def run(self) -> None:
        """Fire until cancelled."""
        while True:
            try:
                fired = await self.fire_due()
            except (Exception, asyncio.CancelledError) as failure:
                if called_off():
                    # A transaction that is cut short may say so by another name.
                    raise
                # The rows stand; they are tried again.
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
        async with transaction(self._engine) as connection:
            asked = {"now": self._clock(), "waiting": sorted(waiting)}
            rows = await ask(connection, DUE_FIRST, asked)
            if not rows:
                return None
            due = Due(**dict(zip(timer.c.keys(), rows[0], strict=True)))
            try:
                failed = await self.fire(due)
            except Exception as passing:
                if called_off():
                    raise
                # What passes by itself is sent again later.
                _log.warning("a timer waits after %s", type(passing).__name__)
                waiting.add(due.timer)
                return due.timer
            if failed is not None:
                await connection.execute(self._park(due, failed))
            await connection.execute(
                timer.delete().where(
                    timer.c.timer == due.timer, timer.c.generation == due.generation
                )
            )
        return due.timer

    async def fire(self, due: Due) -> Failed | None:
        """Send the command; why that failed for good, which may not hold up those due behind it.

        Raises what passes by itself.
        """
        if due.command_name not in self._commands:
            return Failed(kind=UNKNOWN_TYPE, reason="no such command in this release")
        try:
            command, context = self._read(due)
        except msgspec.MsgspecError as failure:
            return unreadable(failure)
        try:
            await send(self._dispatch, command, context)
        except Exception as failure:
            if is_transient(failure):
                raise
            return Failed(kind=POISON, reason=type(failure).__name__)
        return None

    async def fire_parked(self, connection: AsyncConnection, row: Row[Any]) -> bool:
        """Send a parked command again, under its own key; it stays parked where that fails."""
        place = (row.reader, row.topic, row.stream)
        failed = await self._fire_kept(row.record)
        if failed is None:
            await unpark(connection, place, row.version)
        else:
            await park_again(connection, place, row.version, failed, moment=self._clock())
        return failed is None

    async def _fire_kept(self, record: bytes) -> Failed | None:
        try:
            due = msgspec.json.decode(record, type=Due)
        except msgspec.MsgspecError:
            return Failed(kind=UNDECODABLE, reason="it was kept without its context")
        return await self.fire(due)

    def _park(self, due: Due, failed: Failed) -> Executable:
        entry = insert(parked).values(
            reader=READER,
            topic=due.command_name,
            stream=due.timer,
            version=1,
            record=msgspec.json.encode(due),
            class_=failed.kind,
            reason=failed.reason,
            parked_at=self._clock(),
        )
        columns = ("record", "class_", "reason", "parked_at")
        return entry.on_conflict_do_update(
            index_elements=["reader", "topic", "stream", "version"],
            set_={parked.c[name]: entry.excluded[name] for name in columns},
        )

    def _read(self, due: Due) -> tuple[Any, Context]:
        command: Any = msgspec.json.decode(due.command, type=self._commands[due.command_name])
        context = msgspec.json.decode(due.context, type=Context)
        return command, replace(
            context,
            command_id=uuid5(context.command_id, f"timer/{due.timer}"),
            actor="process:timer",
            idempotency_key=f"{due.timer}/{due.generation}",
            target=due.timer,
        )
