"""How far a long run has come, on standard error, where it does not mix with the answer."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

EVERY = 2.0
"""Seconds between two lines; whoever is done sooner is told nothing."""

Each = TypeVar("Each")


def counted(each: Iterable[Each], what: str) -> Iterator[Each]:
    now_and_then = paced()
    for number, one in enumerate(each):
        now_and_then(f"{number} {what}")
        yield one


def paced() -> Callable[[str], None]:
    """Says a line only if the last one is long enough ago."""
    said_at = time.monotonic()

    def say_now_and_then(line: str) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= EVERY:
            said_at = time.monotonic()
            say(line)

    return say_now_and_then


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
