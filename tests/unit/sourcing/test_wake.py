"""A bell wakes whoever waits for something new, and a call that was missed costs little."""

import asyncio
from collections.abc import Iterator

import pytest

from events.sourcing.kernel import Kernel
from events.sourcing.wake import (
    BUSY_SECONDS,
    LONGEST_SECONDS,
    TAIL_SECONDS,
    Wake,
    watch_tail,
)
from tests.simulation.loop import in_no_time
from tests.support.in_memory import in_memory
from tests.support.kernel import in_background
from tests.support.relaying import noted


async def _seconds(wake: Wake) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await wake.wait()
    return loop.time() - began


@in_no_time
async def test_whoever_is_rung_for_wakes_at_once() -> None:
    wake = Wake()
    asyncio.get_running_loop().call_later(1, wake.ring)
    assert await _seconds(wake) == pytest.approx(1)


@in_no_time
async def test_whoever_was_rung_for_at_work_lets_company_arrive() -> None:
    wake = Wake()
    wake.ring()
    assert await _seconds(wake) == pytest.approx(0.025)
    assert BUSY_SECONDS == 0.025
    asyncio.get_running_loop().call_later(1, wake.ring)
    assert await _seconds(wake) == pytest.approx(1)


@in_no_time
async def test_a_call_that_was_heard_is_over() -> None:
    wake = Wake()
    wake.ring()
    await wake.wait()
    assert await _seconds(wake) == pytest.approx(2.0)
    assert LONGEST_SECONDS == 2.0


@in_no_time
async def test_the_bells_ring_whenever_the_journal_has_grown_and_not_otherwise() -> None:
    positions, bells, looked = [0, 0, 1, 1], [Bell(), Bell()], list[float]()

    async def last_position() -> int:
        looked.append(asyncio.get_running_loop().time())
        return positions.pop(0) if len(positions) > 1 else positions[0]

    async with in_background(watch_tail(last_position, bells, rung_for=lambda: 0)):
        await asyncio.sleep(1.1)
    assert [bell.rung_at for bell in bells] == [pytest.approx([0.5])] * 2
    assert looked == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])
    assert TAIL_SECONDS == 0.25


@in_no_time
async def test_what_this_process_wrote_was_rung_for_already() -> None:
    """Its own events are those up to 2 and 6; others wrote 1, and 3 to 5."""
    positions, own, bell = [1, 2, 2, 5, 6], [0, 2, 2, 2, 6], Bell()

    async def last_position() -> int:
        return positions.pop(0)

    watching = watch_tail(last_position, [bell], rung_for=lambda: own.pop(0))
    async with in_background(watching):
        await asyncio.sleep(1.1)
    assert bell.rung_at == pytest.approx([0, 0.75])


@in_no_time
async def test_a_journal_that_was_set_back_is_new() -> None:
    positions, bell = [9, 9, 4, 4, 4], Bell()

    async def last_position() -> int:
        return positions.pop(0)

    async with in_background(watch_tail(last_position, [bell], rung_for=lambda: 9)):
        await asyncio.sleep(1.1)
    assert bell.rung_at == pytest.approx([0.5])


@in_no_time
async def test_a_journal_with_one_event_is_new_at_first() -> None:
    bell = Bell()

    async def last_position() -> int:
        return 1

    async with in_background(watch_tail(last_position, [bell], rung_for=lambda: 0)):
        await asyncio.sleep(1.1)
    assert bell.rung_at == [0]


@in_no_time
async def test_a_journal_that_cannot_be_read_is_looked_at_again() -> None:
    answers: Iterator[int | Exception] = iter([ConnectionError(), 4, ConnectionError(), 4, 5])
    bell = Bell()

    async def last_position() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with in_background(watch_tail(last_position, [bell], rung_for=lambda: 0)):
        await asyncio.sleep(1.1)
    assert bell.rung_at == pytest.approx([0.25, 1.0])


@in_memory
async def test_a_service_looks_for_what_others_wrote_and_knows_how_far_it_rang_itself(
    kernel: Kernel,
) -> None:
    bell = Bell()
    kernel._bells.append(bell)
    async with kernel.running():
        await asyncio.sleep(1)
        await noted(kernel, "note-1")
        await asyncio.sleep(1)
        assert bell.rung_at == []
        kernel.journal.appender.reached = 0
        await asyncio.sleep(1)
        assert bell.rung_at == []
        await noted(kernel, "note-1")
        kernel.journal.appender.reached = 0
        await asyncio.sleep(1)
        assert len(bell.rung_at) == 1


class Bell(Wake):
    """Remembers when it was rung."""

    def __init__(self) -> None:
        super().__init__()
        self.rung_at: list[float] = []

    def ring(self) -> None:
        self.rung_at.append(asyncio.get_running_loop().time())
