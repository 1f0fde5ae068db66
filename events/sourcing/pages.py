"""What stands between two places of a journal, page after page, as a build reads it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from events.sourcing.batches import JOURNAL, Batch, Item
from events.sourcing.desk import Desk, Unopened
from events.sourcing.faults import unreadable
from events.sourcing.repair.domain import CATEGORY
from events.sourcing.types import category_of

PAGE = 500
OWN = (JOURNAL, 0)

Marks: TypeAlias = Mapping[tuple[str, int], int]
"""How far a reader has come, by topic and partition."""

Page: TypeAlias = Sequence[Batch]


class Missing(Exception):
    """What was read before is not there any more."""


class Source(Protocol):
    """Where a projection's events come from."""

    def between(self, starts: Marks, ends: Marks, *, most: int) -> AsyncGenerator[Page, None]:
        """What stands between these marks, in order, at most so many at once; raises `Missing`."""


@dataclass(frozen=True, slots=True)
class JournalPages:
    """The service's own journal."""

    desk: Desk

    async def between(self, starts: Marks, ends: Marks, *, most: int) -> AsyncGenerator[Page, None]:
        position, end = starts.get(OWN, 0), ends.get(OWN, 0)
        while position < end:
            batch = await self._after(position, end, most)
            yield [batch]
            position = batch.end

    async def _after(self, position: int, end: int, most: int) -> Batch:
        found = await self.desk.journal.read_after(position, limit=most)
        rows = [row for row in found if row.position <= end]
        if not rows:
            raise Missing(f"the journal ends before position {end}")
        items = [
            Item(
                stream=row.stream,
                version=row.version,
                recorded=unreadable(one.failure) if isinstance(one, Unopened) else one,
                came=row.payload,
            )
            for row, one in zip(rows, await self.desk.open_each(rows), strict=True)
            # What operators decide about readers is no matter of what a service records.
            if category_of(row.stream) != CATEGORY
        ]
        last = rows[-1].position
        return Batch(topic=JOURNAL, partition=0, start=position, end=last, items=items)


async def read_ahead(pages: AsyncGenerator[Page, None]) -> AsyncGenerator[Page, None]:
    """The same; the next page is asked for while somebody works on the last one."""
    coming = asyncio.ensure_future(anext(pages, None))
    try:
        while (page := await coming) is not None:
            coming = asyncio.ensure_future(anext(pages, None))
            await asyncio.sleep(0)  # So that the question is on its way.
            yield page
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await pages.aclose()
