"""How far a long run has come, on standard error, where it does not mix with the answer."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

EVERY = 2.0
"""Seconds between two lines; whoever is done sooner is told nothing."""

Each = TypeVar("Each")


def counted(each: Iterable[Each], what: str) -> Iterator[Each]:
    said_at = time.monotonic()
    for number, one in enumerate(each):
        now = time.monotonic()
        if now - said_at >= EVERY:
            said_at = now
            say(f"{number} {what}")
        yield one


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
