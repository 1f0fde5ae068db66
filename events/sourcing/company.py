"""Commands that come close upon each other wait for each other, and go together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LONGEST_SECONDS = 0.05
"""How long the first who waits does so at most."""

SILENCE_SECONDS = 0.02
"""When nobody has come for so long, nobody else is waited for."""

ENOUGH = 32
"""So many go at once: what a trip to the database costs each of them is next to nothing."""

FORGOTTEN_A_SECOND = 2
"""By how many fewer are expected each second, than were here at one time before."""


class Company:
    """Whoever comes while others are under way waits a moment for those who come then.

    Those who go together ask together, so that they share trips to the database (see `Gatherer`)
    and commits. Whoever comes alone goes at once. As many as were ever here at one time, lately,
    wait for nobody: those who ask again only after an answer are all here then.
    """

    def __init__(self) -> None:
        self._under_way = 0
        self._waiting: list[asyncio.Future[None]] = []
        self._most = 0.0
        self._seen = 0.0
        self._latest = 0.0
        self._leaving: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[None]:
        """Under way, together with those who came meanwhile."""
        self._see()
        if self._under_way or self._waiting:
            await self._departure()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if self._is_complete:
                self._leave()

    def _see(self) -> None:
        now = asyncio.get_running_loop().time()
        remembered = self._most - FORGOTTEN_A_SECOND * (now - self._seen)
        self._most = max(self._under_way + len(self._waiting) + 1, remembered)
        self._seen = now

    def _departure(self) -> "asyncio.Future[None]":
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        if not self._waiting:
            self._latest = loop.time() + LONGEST_SECONDS
        self._waiting.append(mine)
        if self._is_complete:
            self._leave()
        else:
            if self._leaving is not None:
                self._leaving.cancel()
            until = min(self._latest, loop.time() + SILENCE_SECONDS)
            self._leaving = loop.call_at(until, self._leave)
        return mine

    @property
    def _is_complete(self) -> bool:
        """Whether there is nobody to be waited for."""
        waiting = len(self._waiting)
        return waiting >= ENOUGH or (0 < waiting >= self._most and not self._under_way)

    def _leave(self) -> None:
        waiting, self._waiting = self._waiting, []
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        for one in waiting:
            if not one.done():
                one.set_result(None)
