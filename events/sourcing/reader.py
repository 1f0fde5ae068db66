"""What every reader is: a name, how far it has come, and a loop that does not give up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from events.sourcing.clock import elapsed
from events.sourcing.standstill import StandsStill, Standstill
from events.sourcing.transient import called_off, jittered
from events.sourcing.types import Recorded

BATCH = 500
"""Events in one commit at most. What sends commands takes fewer, so that it shows sooner."""

REST_SECONDS = 0.5
"""How long who is in no hurry lets events gather: a commit for each that does not concern it costs
as much as one for all."""

LINKS = 128
"""As many traces as a span may link to (OpenTelemetry's own limit)."""

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
SOUND_SECONDS = 30.0
"""Who ran this long without a fault starts again at once."""

_log = logging.getLogger(__name__)


class Progress:
    """How far a reader has come; others wait here for it to get somewhere."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._listeners: list[Callable[[Sequence[Recorded[Any]]], None]] = []
        self.retries = 0
        self.running = False
        self.standstill: Standstill | None = None
        self.note: str | None = None

    def stand_still(self, standstill: Standstill) -> None:
        """Say why, once; whoever finds the reason gone takes it away again."""
        if standstill != self.standstill:
            self.standstill = standstill
            _log.error("a reader stands still: %s; %s", standstill.reason, standstill.remedy)

    def on_applied(self, listener: Callable[[Sequence[Recorded[Any]]], None]) -> None:
        """Call `listener` with the events of each commit."""
        self._listeners.append(listener)

    async def tell(self, done: Sequence[Recorded[Any]]) -> None:
        """These events are applied and committed."""
        for listener in self._listeners:
            listener(done)
        async with self._changed:
            self._changed.notify_all()

    async def until(self, reached: Callable[[], bool], *, timeout: float) -> bool:  # noqa: ASYNC109 - the answer says so, nothing is raised
        """Wait until `reached()`, at most `timeout` seconds; says whether it came to that."""
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(reached)
        except TimeoutError:
            return reached()
        return True


class Reader(Protocol):
    """What a service starts, watches and waits for."""

    name: str
    progress: Progress

    async def run(self) -> None:
        """Follow until cancelled."""


async def persist(progresses: Sequence[Progress], follow: Callable[[], Awaitable[None]]) -> None:
    """Follow for good: every failure is counted and tried again from the stored checkpoints."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        started = elapsed()
        for progress in progresses:
            progress.running = True
        try:
            await follow()
        except (Exception, asyncio.CancelledError) as failure:
            if called_off():
                raise
            # Whatever it was, the checkpoint still stands.
            for progress in progresses:
                progress.running = False
                progress.retries += 1
                if isinstance(failure, StandsStill):
                    progress.stand_still(failure.standstill)
            _log.warning("reader starts again after %s", type(failure).__name__)
        sound = elapsed() - started > SOUND_SECONDS
        pause = FIRST_PAUSE_SECONDS if sound else min(pause * 2, LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(jittered(pause))
