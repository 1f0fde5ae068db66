"""An erasure and the read models it empties never wait for each other."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, Text, delete, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing import purging as purges
from events.sourcing.batches import JOURNAL
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection, create_tables
from events.sourcing.purging import purging
from events.sourcing.standing import move
from events.sourcing.statements import Statement
from events.sourcing.types import Process, Recorded
from tests.support.kernel import workplace
from tests.support.locks import somebody_waits

TABLES = MetaData()
FIRST, SECOND = (
    Table(name, TABLES, Column("row_id", Text, primary_key=True), Column("talent_id", Text))
    for name in ("a_list", "b_list")
)


def project(_: Recorded[Any]) -> Iterable[Statement]:
    return ()


LISTS = Projection(name="lists", tables=TABLES, project=project)


async def let_go(kernel: Kernel, talent_id: str) -> None:
    async with purging(kernel) as connection:
        for table in (FIRST, SECOND):
            await connection.execute(delete(table).where(table.c.talent_id == talent_id))


@pytest.fixture
async def kernel(postgres_url: str) -> AsyncIterator[Kernel]:
    """A service that knows one person, in two tables."""
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        kernel.project(LISTS)
        await create_tables(kernel.engine, TABLES)
        async with kernel.engine.begin() as connection:
            for table in (FIRST, SECOND):
                await connection.execute(insert(table).values(row_id="r-1", talent_id="t-1"))
        async with applying(kernel, "lists"):
            pass  # The checkpoint is there from the first commit on.
        yield kernel


@asynccontextmanager
async def applying(kernel: Kernel, reader: str) -> AsyncIterator[AsyncConnection]:
    """A reader's commit: its checkpoint first, then rows."""
    async with kernel.engine.begin() as connection:
        await move(connection, {(reader, JOURNAL, 0): (0, 0)})
        yield connection


async def meet(kernel: Kernel) -> Sequence[BaseException]:
    """A reader changes the tables in one order while the erasure takes them in the other."""
    failed: list[BaseException] = []
    # Without the eraser, which would try again and hide whom the database chose to end.
    purge = asyncio.create_task(let_go(kernel, "t-1"))
    try:
        async with applying(kernel, "lists") as connection:
            await connection.execute(delete(SECOND).where(SECOND.c.row_id == "r-1"))
            await somebody_waits(kernel, purge)
            await connection.execute(delete(FIRST).where(FIRST.c.row_id == "r-1"))
    except DBAPIError as failure:
        failed.append(failure)
    failed += [one for one in await asyncio.gather(purge, return_exceptions=True) if one]
    return failed


async def left(kernel: Kernel) -> int:
    async with kernel.engine.connect() as connection:
        return sum([len((await connection.execute(select(t))).all()) for t in (FIRST, SECOND)])


async def test_an_erasure_waits_for_a_reader_s_commit_and_both_come_to_their_end(
    kernel: Kernel,
) -> None:
    assert await meet(kernel) == []
    assert await left(kernel) == 0


async def test_without_one_order_of_locks_one_of_them_dies(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same meeting, with the readers' checkpoints left alone."""

    async def holds_none(*_: object) -> None:
        return

    monkeypatch.setattr(purges, "hold_all_but", holds_none)
    (failure,) = await meet(kernel)
    assert isinstance(failure, DBAPIError)
    assert "deadlock" in str(failure)


async def test_an_erasure_does_not_wait_for_the_process_that_asked_for_it(kernel: Kernel) -> None:
    async def dispatch(*_: object) -> None:
        return

    kernel.react(Process(name="erasure", react=lambda _: ()), dispatch)
    async with asyncio.timeout(20), applying(kernel, "erasure"):
        await let_go(kernel, "t-1")
    assert await left(kernel) == 0
