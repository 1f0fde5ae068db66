"""Short work beside the loop is not held up by long work."""

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest

from events.sourcing.ground import Aside, in_a_thread, in_the_brief_thread

MORE_THAN_ANY_POOL_HAS = 40


@pytest.fixture
def long_work() -> Iterator[Event]:
    """What it waits for; it comes to its end with the test, whatever happens."""
    over = Event()
    yield over
    over.set()


async def is_done_meanwhile(aside: Aside, over: Event) -> bool:
    """Whether short work comes to its end while long work does not."""
    long = [asyncio.create_task(in_a_thread(over.wait)) for _ in range(MORE_THAN_ANY_POOL_HAS)]
    await asyncio.sleep(0)
    short = asyncio.create_task(aside(lambda: None))
    await asyncio.wait([short], timeout=0.5)
    done = short.done()
    over.set()
    await asyncio.gather(short, *long)
    return done


async def test_what_is_done_briefly_waits_for_nothing_long(long_work: Event) -> None:
    assert await is_done_meanwhile(in_the_brief_thread, long_work)


async def test_where_long_work_is_done_it_would_wait(long_work: Event) -> None:
    assert not await is_done_meanwhile(in_a_thread, long_work)
