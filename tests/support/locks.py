"""Whether somebody waits in PostgreSQL for what another one holds."""

import asyncio
from typing import Any

from sqlalchemy import text

from events.sourcing.kernel import Kernel
from tests.support.kernel import until

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def waits_for_a_lock(kernel: Kernel) -> bool:
    """In the database of this service."""
    async with kernel.reading.connect() as connection:
        return bool(await connection.scalar(_WAITING))


async def somebody_waits(kernel: Kernel, task: "asyncio.Task[Any]") -> None:
    """Return once somebody waits, or the task came to its end without."""

    async def so() -> bool:
        return task.done() or await waits_for_a_lock(kernel)

    await until(so)
