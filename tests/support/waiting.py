"""Waits for what nobody signals: a program of its own says only when asked that it is ready."""

import time
from collections.abc import Callable

LOOK_AGAIN_SECONDS = 0.1


def comes_true(
    true: Callable[[], bool],
    *,
    seconds: float,
    worth_waiting: Callable[[], bool] = lambda: True,
) -> bool:
    """Whether it was true in time; looks no longer than it is worth waiting."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline or not worth_waiting():
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True
