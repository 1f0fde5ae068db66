"""Who moves a checkpoint goes on from where it stands, whoever else is about to move it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing import standing
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import checkpoint
from events.sourcing.standing import Fenced, Mark, Move, hold_topic, move
from tests.support.kernel import workplace
from tests.support.locks import somebody_waits

TOPIC = "talent.events"
ONE, OTHER, THIRD = (("readers", TOPIC, partition) for partition in range(3))
CHECKED = " AND checkpoint.next_offset = moved.from_offset"


@pytest.fixture
async def kernel(postgres_url: str) -> AsyncIterator[Kernel]:
    """A service whose reader stands at 5 in two partitions, and has not seen the third yet."""
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await moved(kernel, {ONE: (0, 5), OTHER: (0, 5)})
        yield kernel


async def moved(kernel: Kernel, moves: Mapping[Mark, Move]) -> None:
    async with kernel.engine.begin() as connection:
        await move(connection, moves)


async def stands(kernel: Kernel) -> dict[int, int]:
    async with kernel.reading.connect() as connection:
        rows = await connection.execute(select(checkpoint.c.partition, checkpoint.c.next_offset))
        return {row.partition: row.next_offset for row in rows}


@asynccontextmanager
async def waiting(
    kernel: Kernel, moves: Mapping[Mark, Move]
) -> AsyncIterator[tuple[AsyncConnection, "asyncio.Task[None]"]]:
    """Somebody has the checkpoint, and who wants to move it waits for them."""
    async with kernel.engine.connect() as holder:
        await hold_topic(holder, "readers", TOPIC)
        waiter = asyncio.create_task(moved(kernel, moves))
        await somebody_waits(kernel, waiter)
        assert not waiter.done()
        yield holder, waiter


async def test_who_waited_for_another_that_went_on_is_fenced(kernel: Kernel) -> None:
    async with waiting(kernel, {ONE: (5, 7), OTHER: (5, 6)}) as (holder, waiter):
        await move(holder, {ONE: (5, 9)})
        await holder.commit()
        with pytest.raises(Fenced, match=f"readers does not stand at 5 of {TOPIC}/0"):
            await waiter
    # What it could have moved stands where it stood.
    assert await stands(kernel) == {0: 9, 1: 5}


@pytest.mark.parametrize("commits", [True, False])
async def test_who_waited_for_another_that_did_not_go_on_moves(
    kernel: Kernel, commits: bool
) -> None:
    async with waiting(kernel, {ONE: (5, 7), OTHER: (5, 6)}) as (holder, waiter):
        if not commits:
            await move(holder, {ONE: (5, 9)})
        await (holder.commit() if commits else holder.rollback())
        await waiter
    assert await stands(kernel) == {0: 7, 1: 6}


async def test_of_two_that_begin_a_partition_one_is_fenced(kernel: Kernel) -> None:
    first = {THIRD: (0, 3)}
    outcomes = await asyncio.gather(
        *[moved(kernel, first) for _ in range(4)], return_exceptions=True
    )
    assert [type(one) for one in outcomes].count(Fenced) == 3
    assert outcomes.count(None) == 1
    assert await stands(kernel) == {0: 5, 1: 5, 2: 3}


async def test_without_the_check_a_checkpoint_would_be_moved_from_elsewhere(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is this condition that fences."""
    told = standing._MOVE
    assert CHECKED in told.text
    unchecked = text(told.text.replace(CHECKED, "")).bindparams(*told._bindparams.values())
    monkeypatch.setattr(standing, "_MOVE", unchecked)
    async with waiting(kernel, {ONE: (5, 7)}) as (holder, waiter):
        await move(holder, {ONE: (5, 9)})
        await holder.commit()
        await waiter
    assert await stands(kernel) == {0: 7, 1: 5}
