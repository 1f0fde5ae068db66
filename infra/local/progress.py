"""Says what is being done and how many seconds each step took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """One line when a step begins, one when it has ended; the steps are kept for the summary."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.steps: list[tuple[str, float]] = []

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        self.say(f"… {what}")
        yield
        seconds = time.monotonic() - began
        self.steps.append((what, seconds))
        self.say(f"✓ {what} ({seconds:.1f} s)")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def say(self, line: str) -> None:
        print(_printable(line), flush=True)


def _printable(line: str) -> str:
    """A terminal that knows only ASCII still gets the words."""
    encoding = sys.stdout.encoding or "ascii"
    return line.encode(encoding, errors="replace").decode(encoding)
