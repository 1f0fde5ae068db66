"""The end of a journal, read and opened once for all who follow it."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from events.sourcing.batches import Item
from events.sourcing.desk import Desk, Unopened
from events.sourcing.faults import unreadable
from events.sourcing.journal import StoredEvent
from events.sourcing.types import Recorded

KEPT = 1000
"""Opened events that are kept for those who come a little later."""


class Opened:
    """A stored event and what it says, or why it says nothing."""

    __slots__ = ("opened", "row")

    def __init__(self, row: StoredEvent, opened: Recorded[Any] | Unopened) -> None:
        self.row = row
        self.opened = opened


class Tail:
    """Whoever follows the journal closely is served from what another follower just read.

    Up to the position `known` something is recorded for certain: who was woken for it finds it.
    """

    def __init__(self, desk: Desk, known: Callable[[], int] = lambda: 0) -> None:
        self._desk = desk
        self._known = known
        self._turn = asyncio.Lock()
        self._behind = 0
        self._kept: list[Opened] = []

    async def after(self, position: int, *, limit: int) -> Sequence[Opened]:
        """The events behind a position, in order; complete up to the last one returned."""
        async with self._turn:
            if kept := self._among_kept(position, limit):
                if len(kept) < limit and self._end < self._known():
                    # Whoever read that has not come back for what followed.
                    more = await self._read(self._end, limit - len(kept))
                    self._keep(self._end, more)
                    kept = [*kept, *more]
                return kept
            found = await self._read(position, limit)
            if found and position >= self._end:
                self._keep(position, found)
            return found

    @property
    def _end(self) -> int:
        return _position_of(self._kept[-1]) if self._kept else 0

    def _among_kept(self, position: int, limit: int) -> list[Opened]:
        if not self._behind <= position < self._end:
            return []
        first = bisect_right(self._kept, position, key=_position_of)
        return self._kept[first : first + limit]

    def _keep(self, position: int, found: list[Opened]) -> None:
        """What follows directly is added; anything else begins anew."""
        if position != self._end:
            self._kept, self._behind = [], position
        kept = [*self._kept, *found]
        if len(kept) > KEPT:
            self._behind = kept[-KEPT - 1].row.position
            kept = kept[-KEPT:]
        self._kept = kept

    async def _read(self, position: int, limit: int) -> list[Opened]:
        rows = await self._desk.journal.read_after(position, limit=limit)
        opened = await self._desk.open_each(rows)
        return [Opened(row, one) for row, one in zip(rows, opened, strict=True)]


def _position_of(one: Opened) -> int:
    return one.row.position


def item_of(one: Opened) -> Item:
    """What a reader applies, or parks under the reason why it cannot be read."""
    return Item(
        stream=one.row.stream,
        version=one.row.version,
        recorded=unreadable(one.opened.failure) if isinstance(one.opened, Unopened) else one.opened,
        came=one.row.payload,
    )


def traceparent_of(one: Opened) -> str | None:
    """Where the event was made, readable or not."""
    opened = one.opened.envelope if isinstance(one.opened, Unopened) else one.opened
    return opened.traceparent
