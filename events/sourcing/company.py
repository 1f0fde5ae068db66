"""Commands that come close upon each other wait for each other, and go together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LONGEST_SECONDS = 0.08
"""How long the first who waits does so at most."""

SILENCE_SECONDS = 0.02
"""When nobody has come for so long, nobody else is waited for."""

HALF_LIFE_SECONDS = 1.0
"""After so long, half as many are expected as were here at one time."""


class Company:
    """Whoever comes while others are under way waits a moment for those who come then.

    Those who go together ask together, so that they share trips to the database (see `Gatherer`)
    and commits. Whoever comes alone goes at once. Where nobody is under way, as many as were here
    at one time lately wait for nobody: those who ask again only after an answer are all here then.
    """

    def __init__(self) -> None:
        self._here = 0
        self._waiting: list[asyncio.Future[None]] = []
        self._expected = 0.0
        self._looked = 0.0
        self._latest = 0.0
        self._leaving: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[float]:
        """Under way, together with those who came meanwhile; for so many seconds it waited."""
        came = self._come()
        try:
            if self._here > 1:
                await self._departure()
            yield asyncio.get_running_loop().time() - came
        finally:
            self._here -= 1
            self._waiting = [one for one in self._waiting if not one.done()]
            if not self._waiting:
                # Who comes next is the first who waits.
                self._stop()

    def _come(self) -> float:
        now = asyncio.get_running_loop().time()
        self._here += 1
        since = now - self._looked
        self._expected = max(self._here, self._expected * 0.5 ** (since / HALF_LIFE_SECONDS))
        self._looked = now
        return now

    def _departure(self) -> "asyncio.Future[None]":
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        if self._leaving is None:
            self._latest = loop.time() + LONGEST_SECONDS
        self._stop()
        self._waiting.append(mine)
        until = min(self._latest, loop.time() + SILENCE_SECONDS)
        self._leaving = loop.call_at(until, self._leave)
        if len(self._waiting) >= self._expected:
            # So nobody is under way, and nobody else is expected.
            self._leave()
        return mine

    def _leave(self) -> None:
        self._stop()
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    def _stop(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
