"""Who commits again and again keeps a connection, and lets others have it in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import AsyncAdaptedQueuePool, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.sourcing.applier import Applier
from events.sourcing.database import operator_url
from events.sourcing.direct import Kept
from events.sourcing.journal_reader import JournalReader
from events.sourcing.projector import create_tables
from events.sourcing.types import Recorded
from events.sourcing.wake import Wake
from tests.support.applier_suite import TABLES, Bench, item
from tests.support.kernel import Note, Workplace, context, in_background, note, until

WHO = text("SELECT pg_backend_pid()")
NOTE = text("INSERT INTO checkpoint (reader, topic, partition, next_offset) VALUES (:r, 't', 0, 0)")
NOTED = text("SELECT reader FROM checkpoint ORDER BY reader")


class Broken(Exception):
    """Something went wrong meanwhile."""


@pytest.fixture
async def engine(place: Workplace) -> AsyncIterator[AsyncEngine]:
    """Two connections at most, and no transactions that begin by themselves."""
    made = create_async_engine(
        place.kernel().engine.url, pool_size=2, max_overflow=0, isolation_level="AUTOCOMMIT"
    )
    yield made
    await made.dispose()


def taken(engine: AsyncEngine) -> int:
    """How many connections somebody has just now."""
    assert isinstance(engine.pool, AsyncAdaptedQueuePool)
    return engine.pool.checkedout()


async def noted_by(kept: Kept, reader: str) -> int:
    """Note a reader in a transaction of its own; which process of the server did it."""
    async with kept.transaction() as connection:
        await connection.execute(NOTE, {"r": reader})
        return int((await connection.execute(WHO)).scalar_one())


async def noted(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return [*await connection.scalars(NOTED)]


async def _fail(kept: Kept, reader: str) -> None:
    async with kept.transaction() as connection:
        await connection.execute(NOTE, {"r": reader})
        raise Broken


async def test_one_transaction_after_the_other_is_on_one_connection(engine: AsyncEngine) -> None:
    kept = Kept(engine)
    first = await noted_by(kept, "a")
    assert taken(engine) == 1
    assert await noted_by(kept, "b") == first
    assert await noted(engine) == ["a", "b"]
    await kept.give_back()
    assert taken(engine) == 0
    await kept.give_back()


async def test_each_is_committed_by_itself_and_what_fails_gives_the_connection_back(
    engine: AsyncEngine,
) -> None:
    kept = Kept(engine)
    await noted_by(kept, "a")
    with pytest.raises(Broken):
        await _fail(kept, "b")
    assert taken(engine) == 0
    await noted_by(kept, "c")
    assert await noted(engine) == ["a", "c"]
    await kept.give_back()


async def test_one_that_was_cut_meanwhile_is_replaced(
    engine: AsyncEngine, place: Workplace
) -> None:
    kept = Kept(engine)
    first = await noted_by(kept, "a")
    operator = await asyncpg.connect(operator_url(place.server_url, service=place.service))
    try:
        await operator.execute(f"SELECT pg_terminate_backend({first})")
        async with asyncio.timeout(10):
            while not kept.is_cut:
                await operator.execute("SELECT 1")
    finally:
        await operator.close()
    assert await noted_by(kept, "b") != first
    assert await noted(engine) == ["a", "b"]
    await kept.give_back()


async def test_a_reader_keeps_one_as_long_as_it_is_told_to(place: Workplace) -> None:
    kernel = place.kernel()
    await create_tables(kernel.engine, TABLES)
    bench = Bench(kernel)
    async with bench.applier.keeping():
        for version in (1, 2):
            await bench.feed(item("note-1", version))
            assert taken(kernel.engine) == 1
        await bench.applier.give_back()
        assert taken(kernel.engine) == 0
        await bench.feed(item("note-1", 3))
        assert taken(kernel.engine) == 1
    assert taken(kernel.engine) == 0
    await bench.feed(item("note-1", 4))
    assert taken(kernel.engine) == 0
    assert await bench.sums() == {"note-1": 10}


async def test_a_reader_to_whom_nothing_comes_gives_it_back(place: Workplace) -> None:
    async def take(_: Recorded[Any]) -> Sequence[Any]:
        return []

    async def nobody_has_any() -> bool:
        return taken(kernel.engine) == 0

    kernel = place.kernel()
    applier = Applier(kernel.engine, reader="sums", take=take, clock=kernel.clock, gated=False)
    reader = JournalReader("sums", kernel.tail, applier, Wake())
    await kernel.handle(note, "note-1", Note(), context())
    async with in_background(reader.run()):
        assert await reader.reached(1, timeout=5)
        await until(nobody_has_any)
