"""An event loop whose time is its own: where nothing is to be done, the next moment has come."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from heapq import heapify, heappop, heappush
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

FEW = 100
"""So many appointments are looked through in no time, whether or not they still stand."""


class Stuck(Exception):
    """Everybody waits, and for nothing that could happen."""


class FromOutside(Exception):
    """A thread took part: it brings chance that no seed repeats."""


class _Nowhere:
    """Stands where a loop looks for what comes from outside; nothing is open there."""

    def close(self) -> None:
        """Nothing is open."""


class _Soon(asyncio.Handle):
    """What is to be done next; made as often as anything is done, so it is made quickly."""

    def __init__(
        self, callback: Any, args: Any, loop: asyncio.AbstractEventLoop, context: Context | None
    ) -> None:
        self._context = copy_context() if context is None else context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = None
        self._source_traceback = None


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs what is ready in order, and never waits; it knows no socket and no thread."""

    # The loop's own, which its types keep to themselves.
    _ready: deque[Any]
    _stopping: bool
    _clock_resolution: float
    _timer_cancelled_count: int

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.disturbed = False
        self._own_thread = threading.get_ident()
        self._selector = _Nowhere()
        self._scheduled: list[tuple[float, Any]] = []
        """The first comes first; pairs, because numbers are compared most quickly."""

    def time(self) -> float:
        return self.now

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = _Soon(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        timer: Any = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._scheduled, (when, timer))
        timer._scheduled = True
        return timer

    def _run_once(self) -> None:
        """Go to the next moment if nothing is to be done in this one; do what is due."""
        if self.disturbed:
            raise FromOutside
        self._let_go_of_the_cancelled()
        if not self._ready and not self._stopping:
            self._go_on()
        end = self.now + self._clock_resolution
        while self._scheduled and self._scheduled[0][0] < end:
            timer = heappop(self._scheduled)[1]
            timer._scheduled = False
            self._ready.append(timer)
        for _ in range(len(self._ready)):
            handle = self._ready.popleft()
            if not handle._cancelled:
                handle._run()

    def _go_on(self) -> None:
        if not self._scheduled:
            raise Stuck
        self.now += max(0.0, self._scheduled[0][0] - self.now)

    def _let_go_of_the_cancelled(self) -> None:
        """Those at the front, or all of them where they are the most."""
        waiting = self._scheduled
        if len(waiting) > FEW and self._timer_cancelled_count > len(waiting) / 2:
            for _, timer in waiting:
                timer._scheduled = not timer._cancelled
            self._scheduled = [(when, timer) for when, timer in waiting if timer._scheduled]
            heapify(self._scheduled)
            self._timer_cancelled_count = 0
            return
        while waiting and waiting[0][1]._cancelled:
            self._timer_cancelled_count -= 1
            heappop(waiting)[1]._scheduled = False

    def run_in_executor(self, *_: Any) -> NoReturn:  # type: ignore[override]
        raise FromOutside

    def _write_to_self(self) -> None:
        """It never sleeps, so nobody has to wake it; only a thread could want to."""
        self.disturbed |= threading.get_ident() != self._own_thread


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What it comes to, in no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


def in_no_time(scene: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that runs so."""

    def test() -> None:
        run(scene())

    test.__name__ = scene.__name__
    return test
