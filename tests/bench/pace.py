"""A steady rate: the moments at which the next one is due, as they come."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from itertools import count


async def due(rate: float, over: Callable[[], bool]) -> AsyncIterator[tuple[int, float]]:
    """So many a second until it is over; of whoever is late the moments stay where they were."""
    began = time.perf_counter()
    for number in count():
        moment = began + number / rate
        await asyncio.sleep(moment - time.perf_counter())
        if over():
            return
        yield number, moment


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Whether the time is over; it begins now."""
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= end
