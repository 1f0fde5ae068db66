"""Whoever works long in the loop lets in between what has come meanwhile."""

import asyncio
from math import inf

from events.sourcing.clock import elapsed

STRETCH_SECONDS = 0.02
"""So long is worked without a pause: what was begun goes on together, and nobody waits longer."""


class Breathing:
    """One pause for all who work side by side, after each stretch of work."""

    def __init__(self) -> None:
        self._since = -inf
        self._pause: asyncio.Task[None] | None = None

    async def pause(self) -> None:
        """Return at once within a stretch, and else when the loop has been round."""
        while elapsed() - self._since > STRETCH_SECONDS:
            if self._pause is None or self._pause.done():
                self._pause = asyncio.create_task(self._go_round())
            await asyncio.shield(self._pause)

    async def _go_round(self) -> None:
        await asyncio.sleep(0)
        self._since = elapsed()
