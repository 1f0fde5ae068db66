"""How far a reader has come is told to whoever waits, and what keeps it is said once."""

import asyncio
import logging

import pytest

from events.sourcing import reader as module
from events.sourcing.reader import Progress, persist
from events.sourcing.standstill import StandsStill, Standstill
from tests.simulation.loop import in_no_time, run
from tests.support.in_memory import an_event
from tests.support.kernel import in_background

WHY = Standstill(reason="a topic is gone", remedy="make it anew")


def _now() -> float:
    return asyncio.get_running_loop().time()


@in_no_time
async def test_whoever_waits_is_told_when_it_has_come_to_that() -> None:
    progress, reached = Progress(), list[int]()
    waiting = asyncio.create_task(progress.until(lambda: bool(reached), timeout=5))
    await asyncio.sleep(1)
    await progress.tell([])
    await asyncio.sleep(1)
    assert not waiting.done()
    reached.append(1)
    await progress.tell([])
    assert await waiting
    assert _now() == 2


@in_no_time
async def test_whoever_waits_too_long_is_told_how_it_stands() -> None:
    progress, reached = Progress(), list[int]()
    assert not await progress.until(lambda: bool(reached), timeout=3)
    assert _now() == 3
    waiting = asyncio.create_task(progress.until(lambda: bool(reached), timeout=3))
    await asyncio.sleep(1)
    reached.append(1)
    assert await waiting


@in_no_time
async def test_every_listener_hears_what_was_applied() -> None:
    progress, heard = Progress(), list[object]()
    progress.on_applied(heard.append)
    progress.on_applied(heard.append)
    done = [an_event("note-1", 1)]
    await progress.tell(done)
    assert heard == [done, done]


def test_why_a_reader_stands_still_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    progress = Progress()
    assert (progress.retries, progress.running) == (0, False)
    assert (progress.standstill, progress.note) == (None, None)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            progress.stand_still(WHY)
    assert progress.standstill == WHY
    assert caplog.messages == ["a reader stands still: a topic is gone; make it anew"]


class Failing:
    """Fails after so many seconds each time; says when it was started."""

    def __init__(self, failure: Exception, *seconds: float) -> None:
        self.began: list[float] = []
        self._failure = failure
        self._seconds = iter(seconds)

    async def __call__(self) -> None:
        self.began.append(_now())
        await asyncio.sleep(next(self._seconds, 0))
        raise self._failure


@pytest.fixture
def _in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "jittered", lambda seconds: seconds)


@pytest.mark.usefixtures("_in_step")
def test_a_reader_that_fails_again_and_again_waits_longer_up_to_a_bound() -> None:
    async def scene() -> None:
        failing, progress = Failing(ValueError()), Progress()
        async with in_background(persist([progress], failing)):
            await asyncio.sleep(17)
        gaps = [b - a for a, b in zip(failing.began, failing.began[1:], strict=False)]
        assert gaps == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5, 5])
        assert (progress.retries, progress.running) == (8, False)

    run(scene())


@pytest.mark.usefixtures("_in_step")
def test_a_reader_that_ran_soundly_for_long_starts_again_at_once() -> None:
    async def scene() -> None:
        failing = Failing(ValueError(), 0, 0, 30.0, 30.1, 0)
        async with in_background(persist([Progress()], failing)):
            await asyncio.sleep(80)
        ends = [30.0 if n == 2 else 30.1 if n == 3 else 0 for n in range(5)]
        pauses = [
            b - a - end for a, b, end in zip(failing.began, failing.began[1:], ends, strict=False)
        ]
        assert pauses == pytest.approx([0.2, 0.4, 0.8, 0.1, 0.2])

    run(scene())


@in_no_time
async def test_while_it_runs_every_reader_of_the_loop_is_said_to_run() -> None:
    progresses = [Progress(), Progress()]
    failing = Failing(StandsStill(WHY.reason, remedy=WHY.remedy), 5)
    async with in_background(persist(progresses, failing)):
        await asyncio.sleep(1)
        assert [one.running for one in progresses] == [True, True]
        await asyncio.sleep(4.05)
        assert [(one.running, one.retries, one.standstill) for one in progresses] == [
            (False, 1, WHY)
        ] * 2
