"""What is done apart is done in one other process, for as long as both are there."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import psutil
import pytest

from events.sourcing import ground
from events.sourcing.garbage import NOW_AND_THEN
from events.sourcing.ground import Apart, ProcessApart
from events.sourcing.transient import is_transient
from tests.simulation.ground import Apart as Simulated
from tests.support.waiting import comes_true

T = TypeVar("T")

_KEPT = list[str]()
"""What this module keeps, in whatever process it is."""


def keep(word: str) -> list[str]:
    _KEPT.append(word)
    return _KEPT


@pytest.fixture(params=["in a process", "simulated"])
def apart(request: pytest.FixtureRequest) -> Apart:
    _KEPT.clear()
    return ProcessApart() if request.param == "in a process" else Simulated()


async def test_the_work_comes_back_and_what_a_module_keeps_is_there_the_next_time(
    apart: Apart,
) -> None:
    assert await apart(partial(keep, "one")) == ["one"]
    assert await apart(partial(keep, "two")) == ["one", "two"]


async def test_what_the_work_raises_is_raised(apart: Apart) -> None:
    with pytest.raises(ValueError, match="nothing"):
        await apart(partial(int, "nothing"))
    assert await apart(partial(int, "7")) == 7


async def test_it_is_one_other_process() -> None:
    apart = ProcessApart()
    first = await apart(os.getpid)
    assert first != os.getpid()
    assert await apart(os.getpid) == first


async def test_there_it_is_searched_now_and_then_and_here_as_before() -> None:
    """As Python has it, a search through all that is remembered there takes a third of a second."""
    before = gc.get_threshold()
    apart = ProcessApart()
    assert await apart(gc.get_threshold) == NOW_AND_THEN != before
    assert await apart(gc.get_freeze_count) > 0
    assert gc.get_threshold() == before


async def test_where_it_was_lost_that_is_said_and_the_next_one_finds_another() -> None:
    apart = ProcessApart()
    first = await apart(os.getpid)
    with pytest.raises(ConnectionError) as failure:
        await apart(partial(os.kill, first, signal.SIGKILL))
    assert is_transient(failure.value)
    assert await apart(os.getpid) != first


async def test_ended_it_keeps_nothing_and_the_next_work_begins_another() -> None:
    apart = ProcessApart()
    await apart.end()
    assert await apart(partial(keep, "one")) == ["one"]
    first = psutil.Process(await apart(os.getpid))
    await apart.end()
    assert comes_true(lambda: not first.is_running(), seconds=20)
    assert await once_more(apart, partial(keep, "two")) == ["two"]


async def once_more(apart: Apart, work: Callable[[], T]) -> T:
    """As whoever asks does where a process was lost."""
    try:
        return await apart(work)
    except ConnectionError:
        return await apart(work)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_signals_to_all_of_a_group_neither_end_it_nor_mix_its_answers_up(number: int) -> None:
    apart = ProcessApart()
    other = await apart(os.getpid)
    os.kill(other, number)
    assert [await apart(partial(int, n)) for n in range(3)] == [0, 1, 2]
    assert await apart(os.getpid) == other


async def test_one_that_does_not_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = ProcessApart()
    other = psutil.Process(await apart(os.getpid))
    other.suspend()
    monkeypatch.setattr(ground, "ANSWERS_SECONDS", 0.1)
    with pytest.raises(TimeoutError) as failure:
        await apart(os.getpid)
    assert is_transient(failure.value)
    assert comes_true(lambda: not other.is_running(), seconds=20)


SERVICE = """
import asyncio, os
from events.sourcing.ground import ProcessApart

async def main():
    print(await ProcessApart()(os.getpid), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_it_ends_with_the_process_that_it_belongs_to_even_if_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVICE], stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        other = psutil.Process(int(service.stdout.readline()))
        assert other.is_running(), "the control"
        service.kill()
        assert comes_true(lambda: not other.is_running(), seconds=20)
