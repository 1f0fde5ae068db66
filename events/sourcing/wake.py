"""Wakes whoever waits for something new; a missed call only costs the polling interval."""

import asyncio

POLL_SECONDS = 0.25


class Wake:
    """One waiter's bell. Another process of the service cannot ring it, so waits are bounded."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """There is something new."""
        self._event.set()

    async def wait(self) -> None:
        """Return when rung, or after a polling interval."""
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._event.wait()
        except TimeoutError:
            return
        finally:
            self._event.clear()
