"""Builds a read model again beside the one that serves, and lets it serve once it has caught up."""

import asyncio
from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.applier import Applier
from events.sourcing.database import open_builder_engine, service_url
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import applied, checkpoint, parked
from events.sourcing.projector import Projection, create_tables, make_tables_anew
from events.sourcing.switch import begin, builder, switch
from events.sourcing.topic_reader import TopicReader
from events.sourcing.wake import Wake

BATCH = 5000
"""Events in one commit: nobody waits for a build, so it takes many at once."""

REPORT_SECONDS = 1.0
MOST_RETRIES = 10

Report = Callable[[str], None]


class RebuildFailed(Exception):
    """An event cannot be read or applied; the model that serves was left alone."""


async def forget(engine: AsyncEngine, projection: Projection) -> None:
    """Empty the serving tables and set their checkpoint back; a running reader starts again."""
    async with engine.begin() as connection:
        for table in (checkpoint, applied, parked):
            await connection.execute(delete(table).where(table.c.reader == projection.name))
        await make_tables_anew(connection, projection.tables)


async def rebuild(kernel: Kernel, name: str, *, report: Report) -> int:
    """Build anew from the journal or the topics, saying how far it is; the version that serves.

    The model that serves goes on meanwhile, and hears nothing twice: only it tells others what
    moved. Raises `RebuildFailed` with stream and version of an event that cannot be applied.
    """
    projection = kernel.projections[name]
    settings = kernel.settings
    url = service_url(settings.database_url, service=settings.service, role="app")
    engine = open_builder_engine(url)
    try:
        await create_tables(kernel.engine, projection.tables)
        version = await begin(engine, projection, clock=kernel.clock)
        while True:
            await _catch_up(kernel, engine, projection, version, report=report)
            if await switch(kernel.engine, projection, version, clock=kernel.clock):
                break
    finally:
        await engine.dispose()
    report(f"{name}: version {version} serves")
    return version


async def _catch_up(
    kernel: Kernel, engine: AsyncEngine, projection: Projection, version: int, *, report: Report
) -> None:
    reader = _reader(kernel, engine, projection, version)
    goal = await kernel.journal.last_position()
    running = asyncio.create_task(reader.run())
    try:
        while not await _caught_up(reader, goal):
            if reader.progress.retries > MOST_RETRIES:
                raise RebuildFailed("it failed again and again; the log above says why")
            await _stop_at_the_unreadable(engine, reader.name)
            report(f"{projection.name}: {_place(reader, goal)}")
        await _stop_at_the_unreadable(engine, reader.name)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _reader(
    kernel: Kernel, engine: AsyncEngine, projection: Projection, version: int
) -> JournalReader | TopicReader:
    name = builder(projection.name, version)
    applier = Applier(
        engine,
        reader=name,
        take=projection.take,
        clock=kernel.clock,
        gated=bool(projection.topics),
        newest_wins=projection.newest_wins,
    )
    if not projection.topics:
        return JournalReader(name, kernel.tail, applier, Wake(), most=BATCH)
    return TopicReader(
        name,
        applier,
        kernel.codec,
        open_consumer=kernel.ground.open_consumer,
        group=f"{kernel.service}.{name}",
        topics=projection.topics,
        most=BATCH,
    )


async def _caught_up(reader: JournalReader | TopicReader, goal: int) -> bool:
    if isinstance(reader, JournalReader):
        return await reader.reached(goal, timeout=REPORT_SECONDS)
    return await reader.progress.until(lambda: reader.caught_up, timeout=REPORT_SECONDS)


async def _stop_at_the_unreadable(engine: AsyncEngine, reader: str) -> None:
    query = select(parked).where(parked.c.reader == reader).order_by(parked.c.parked_at).limit(1)
    async with engine.connect() as connection:
        row = (await connection.execute(query)).first()
    if row is not None:
        place = f"{row.stream} at version {row.version}"
        raise RebuildFailed(f"{place} cannot be applied ({row.class_}: {row.reason})")


def _place(reader: JournalReader | TopicReader, goal: int) -> str:
    if isinstance(reader, TopicReader):
        return f"{reader.behind} records to go"
    return f"{reader.position} of {goal} events"
