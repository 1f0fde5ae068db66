"""An event loop whose time is its own: where nothing is to be done, the next moment has come."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


class Stuck(Exception):
    """Everybody waits, and for nothing that could happen."""


class FromOutside(Exception):
    """A thread took part: it brings chance that no seed repeats."""


class _Jump:
    """Stands where a loop looks for what comes from outside; from there nothing ever comes."""

    def __init__(self, loop: "VirtualLoop") -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if self._loop.disturbed:
            raise FromOutside
        if timeout is None:
            raise Stuck
        self._loop.now += max(0.0, timeout)
        return []

    def close(self) -> None:
        """Nothing is open."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs what is ready in order, and never waits; it knows no socket and no thread."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.disturbed = False
        self._own_thread = threading.get_ident()
        self._selector = _Jump(self)

    def time(self) -> float:
        return self.now

    def run_in_executor(self, *_: Any) -> NoReturn:  # type: ignore[override]
        raise FromOutside

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """It never sleeps, so nobody has to wake it; only a thread could want to."""
        self.disturbed |= threading.get_ident() != self._own_thread


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What it comes to, in no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)
