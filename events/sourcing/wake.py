"""Wakes whoever waits for something new in the journal."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

TAIL_SECONDS = 0.25
"""How soon an append by another process of the service is noticed."""

LONGEST_SECONDS = 2.0
"""How long a waiter waits at most before it looks around by itself."""

BUSY_SECONDS = 0.025
"""How long whoever was rung for while at work lets company arrive: more will come, and each turn
costs. Whoever waits already goes at once, as commands have kept company before (see `Company`)."""

_log = logging.getLogger(__name__)


class Wake:
    """One waiter's bell; a missed call only costs the longest wait."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """There is something new."""
        self._event.set()

    async def wait(self) -> None:
        """Return when it was rung, or after the longest wait."""
        busy = self._event.is_set()
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._event.wait()
            if busy:
                await asyncio.sleep(BUSY_SECONDS)
        except TimeoutError:
            return
        finally:
            self._event.clear()


async def watch_tail(
    last_position: Callable[[], Awaitable[int]],
    bells: Iterable[Wake],
    *,
    rung_for: Callable[[], int],
) -> None:
    """Ring every bell when another process wrote to the journal: one look for all readers.

    Up to the position `rung_for` they were rung for what this one wrote: who was at work then would
    let company arrive, and find nothing.
    """
    seen = -1
    while True:
        try:
            position = await last_position()
        except Exception as failure:  # noqa: BLE001 - the readers say what is wrong; this only looks
            _log.debug("the tail could not be read: %s", type(failure).__name__)
        else:
            before, seen = seen, position
            if position not in (before, rung_for()):
                for bell in bells:
                    bell.ring()
        await asyncio.sleep(TAIL_SECONDS)
