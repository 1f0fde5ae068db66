"""Throws one read model away and builds it again from its source."""

import asyncio
from collections.abc import Callable

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import applied, checkpoint, parked
from events.sourcing.projector import Projection, make_tables_anew
from events.sourcing.reader import Reader
from events.sourcing.topic_reader import TopicReader

REPORT_SECONDS = 1.0


async def forget(engine: AsyncEngine, projection: Projection) -> None:
    """Make a read model's tables anew and set its checkpoint back.

    A running reader notices and starts again; a new shape of a table needs nothing else.
    """
    async with engine.begin() as connection:
        for table in (checkpoint, applied, parked):
            await connection.execute(delete(table).where(table.c.reader == projection.name))
        await make_tables_anew(connection, projection.tables)


async def rebuild(kernel: Kernel, name: str, *, report: Callable[[str], None]) -> None:
    """Forget a read model and follow its source until it has caught up, saying how far it is."""
    await forget(kernel.engine, kernel.projections[name])
    reader = kernel.readers[name]
    running = asyncio.create_task(reader.run())
    try:
        goal = await kernel.journal.last_position()
        while not await _caught_up(reader, goal):
            report(f"{name}: {_place(reader, goal)}")
        report(f"{name}: built")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await kernel.close()


async def _caught_up(reader: Reader, goal: int) -> bool:
    match reader:
        case JournalReader():
            return await reader.reached(goal, timeout=REPORT_SECONDS)
        case TopicReader():
            return await reader.progress.until(lambda: reader.caught_up, timeout=REPORT_SECONDS)
        case _:
            raise TypeError(f"{reader.name} follows nothing that can be rebuilt")


def _place(reader: Reader, goal: int) -> str:
    behind = reader.behind if isinstance(reader, TopicReader) else 0
    position = reader.position if isinstance(reader, JournalReader) else 0
    return f"{behind} records to go" if behind else f"{position} of {goal} events"
