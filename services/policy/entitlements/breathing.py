"""Whoever works long in the loop lets in between what has come meanwhile."""

import asyncio
from math import inf

from events.sourcing.clock import elapsed

STRETCH_SECONDS = 0.04
"""So long is worked without a pause: what was begun goes on together, in most batches all of it,
and is recorded in one turn. Who is at work when the time is over finishes first; who asks at the
door waits until then."""


class Breathing:
    """One pause for all who work side by side, after each stretch of work."""

    def __init__(self) -> None:
        self._since = -inf
        self._round: asyncio.Task[None] | None = None

    async def pause(self) -> None:
        """Return at once within a stretch, and else when the loop has been round."""
        while elapsed() - self._since > STRETCH_SECONDS:
            going = self._round = self._round or asyncio.create_task(asyncio.sleep(0))
            await asyncio.shield(going)
            if self._round is going:
                # The first who wakes begins the next stretch.
                self._round = None
                self._since = elapsed()
                return
