"""Wakes a page's stream when a reader has applied something that concerns that page."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from events.sourcing.reader import Progress
from events.sourcing.types import Recorded

KeysOf = Callable[[Recorded[Any]], Iterable[str]]

MOST_KEYS = 50_000


class Moved:
    """Counts by key what was applied since the start; what was missed before is in the tables."""

    def __init__(self, progress: Progress, keys_of: KeysOf) -> None:
        self._progress = progress
        self._keys_of = keys_of
        self._counts: Counter[str] = Counter()
        self._forgotten = 0
        progress.on_applied(self._heard)

    def mark(self, key: str) -> int:
        """What to hand to `until_moved`; taken before the tables are read, nothing is missed."""
        return self._counts[key] + self._forgotten

    async def until_moved(self, key: str, mark: int, *, seconds: float) -> None:
        """Wait until something happened under the key, or for so many seconds."""
        await self._progress.until(lambda: self.mark(key) != mark, timeout=seconds)

    def _heard(self, done: Sequence[Recorded[Any]]) -> None:
        if len(self._counts) > MOST_KEYS:
            # Everyone who waits looks once in vain, and nobody sleeps through a change.
            self._forgotten += max(self._counts.values()) + 1
            self._counts.clear()
        for recorded in done:
            self._counts.update(self._keys_of(recorded))
