"""A loop that must not end: only who told it to stop can end it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from events.sourcing import reader
from events.sourcing.reader import Progress, persist
from events.sourcing.transient import called_off, let_go


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "jittered", lambda _: 0.0)


async def given_up_by_a_library() -> None:
    """As aiokafka does: it calls a task of its own off and then waits for it."""
    inner = asyncio.ensure_future(asyncio.Event().wait())
    await asyncio.sleep(0)
    inner.cancel()
    await inner


async def failing() -> None:
    raise ValueError


async def for_good() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("fails", [given_up_by_a_library, failing])
async def test_a_reader_goes_on_after_whatever_happens_inside(
    fails: Callable[[], Awaitable[None]],
) -> None:
    times, progress = iter([fails, fails, for_good]), Progress()

    async def follow() -> None:
        await next(times)()

    running = asyncio.create_task(persist([progress], follow))
    for _ in range(50):
        await asyncio.sleep(0)
    assert (progress.retries, running.done()) == (2, False)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_reader_that_believes_every_cancellation_ends_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: as it was, the reader took a library's own cancellation for its own."""
    monkeypatch.setattr(reader, "called_off", lambda: True)
    progress = Progress()
    running = asyncio.create_task(persist([progress], given_up_by_a_library))
    await asyncio.wait([running], timeout=5)
    assert running.cancelled()
    assert progress.retries == 0


async def test_a_reader_that_is_told_to_stop_ends_even_when_stopping_fails() -> None:
    async def fails_to_stop() -> None:
        try:
            await for_good()
        finally:
            raise OSError("gone already")

    progress = Progress()
    running = asyncio.create_task(persist([progress], fails_to_stop))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(OSError, match="gone already"):
        await running
    assert progress.retries == 0


@pytest.mark.parametrize("closing", [given_up_by_a_library, failing])
async def test_what_fails_while_it_is_let_go_of_is_not_heard_of(
    closing: Callable[[], Awaitable[None]],
) -> None:
    await let_go(closing())
    assert not called_off()


async def test_who_lets_go_can_still_be_told_to_stop() -> None:
    running = asyncio.create_task(let_go(for_good()))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
