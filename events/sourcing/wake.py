"""Wakes whoever waits for something new in the journal."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

TAIL_SECONDS = 0.25
"""How soon an append by another process of the service is noticed."""

LONGEST_SECONDS = 2.0
"""How long a waiter waits at most before it looks around by itself."""

GATHER_SECONDS = 0.004
"""How long whoever is woken lets company arrive, such as commits of the same moment. Briefly, as
commands that are asked at a door have kept company before (see `Company`)."""

BUSY_SECONDS = 0.025
"""The same where it was rung for while it was at work: more will come, and each turn costs."""

_log = logging.getLogger(__name__)


class Wake:
    """One waiter's bell; a missed call only costs the longest wait."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """There is something new."""
        self._event.set()

    async def wait(self) -> None:
        """Return soon after it was rung, or after the longest wait."""
        gather = BUSY_SECONDS if self._event.is_set() else GATHER_SECONDS
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._event.wait()
            await asyncio.sleep(gather)
        except TimeoutError:
            return
        finally:
            self._event.clear()


async def watch_tail(last_position: Callable[[], Awaitable[int]], bells: Iterable[Wake]) -> None:
    """Ring every bell when the journal has grown, whoever wrote to it: one look for all readers."""
    seen = -1
    while True:
        try:
            position = await last_position()
        except Exception as failure:  # noqa: BLE001 - the readers say what is wrong; this only looks
            _log.debug("the tail could not be read: %s", type(failure).__name__)
        else:
            if position != seen:
                seen = position
                for bell in bells:
                    bell.ring()
        await asyncio.sleep(TAIL_SECONDS)
