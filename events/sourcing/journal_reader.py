"""Follows its own service's journal; readers that stand at one place go on in one commit."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from events.sourcing.applier import Applier, apply_together
from events.sourcing.batches import JOURNAL, Batch, traceparents
from events.sourcing.clock import elapsed
from events.sourcing.reader import BATCH, LINKS, Progress, persist
from events.sourcing.repair.domain import CATEGORY
from events.sourcing.standing import Fenced
from events.sourcing.tail import Tail, item_of
from events.sourcing.telemetry import span
from events.sourcing.types import Recorded, category_of
from events.sourcing.wake import Wake

LOOK_SECONDS = 1.0


class JournalReader:
    """One reader of the journal: its place, what it makes of events, who waits for it."""

    def __init__(
        self,
        name: str,
        tail: Tail,
        applier: Applier,
        wake: Wake,
        *,
        most: int = BATCH,
        rest: float = 0.0,
    ) -> None:
        self.name = name
        self.progress = Progress()
        self.position = 0
        self.tail = tail
        self.applier = applier
        self.wake = wake
        self.most = most
        self.rest = rest
        """Seconds in which it is not to be woken after each turn."""

    async def run(self) -> None:
        """Follow until cancelled; a passing fault is retried with jittered back-off."""
        await run_together([self])

    async def begin(self) -> None:
        """Stand where the checkpoint says."""
        self.position = await self.applier.start_of(JOURNAL, 0)
        await self.progress.tell([])

    async def look_around(self) -> None:
        """Notice that the checkpoint was moved."""
        if await self.applier.start_of(JOURNAL, 0) != self.position:
            raise Fenced(self.name)

    async def went(self, position: int, done: Sequence[Recorded[Any]]) -> None:
        """These events are committed, up to this position."""
        self.position = position
        await self.progress.tell(done)

    async def tell(self, done: Sequence[Recorded[Any]]) -> None:
        """These events, which were parked, are committed."""
        await self.progress.tell(done)

    async def reached(self, position: int, *, timeout: float) -> bool:  # noqa: ASYNC109 - the answer says so, nothing is raised
        """Wait until this reader has applied `position`."""
        return await self.progress.until(lambda: self.position >= position, timeout=timeout)


async def run_together(readers: Sequence[JournalReader]) -> None:
    """Follow until cancelled, for readers of one journal; those behind catch up on their own."""
    await persist([reader.progress for reader in readers], partial(_follow_on, readers))


async def _follow_on(readers: Sequence[JournalReader]) -> None:
    """Where another process of the service was first, go on at once from where it stands."""
    while True:
        with suppress(Fenced):
            async with readers[0].applier.keeping():
                await _follow(readers)


async def _follow(readers: Sequence[JournalReader]) -> None:
    for reader in readers:
        await reader.begin()
    looked = elapsed()
    while True:
        moved = [await _step(group) for group in _groups(readers)]
        if any(moved):
            continue
        if elapsed() - looked > LOOK_SECONDS:
            looked = elapsed()
            await readers[0].applier.give_back()
            for reader in readers:
                await reader.look_around()
        await asyncio.sleep(readers[0].rest)
        await readers[0].wake.wait()


def _groups(readers: Iterable[JournalReader]) -> list[list[JournalReader]]:
    """The readers by where they stand."""
    standing: dict[int, list[JournalReader]] = {}
    for reader in readers:
        standing.setdefault(reader.position, []).append(reader)
    return list(standing.values())


async def _step(group: Sequence[JournalReader]) -> bool:
    """Apply one batch for readers at one place; says whether more may wait there."""
    first = group[0]
    most = min(reader.most for reader in group)
    found = await first.tail.after(first.position, limit=most)
    if not found:
        return False
    # What operators decide about readers is no matter of what a service records.
    items = [item_of(one) for one in found if category_of(one.row.stream) != CATEGORY]
    end = found[-1].row.position
    batch = Batch(topic=JOURNAL, partition=0, start=first.position, end=end, items=items)
    name = first.name if len(group) == 1 else JOURNAL
    with span(
        f"{name}.project",
        links=traceparents(items, most=LINKS),
        position=end,
        events=len(items),
        readers=", ".join(reader.name for reader in group),
    ):
        done = await apply_together([reader.applier for reader in group], [batch])
    for reader, applied in zip(group, done, strict=True):
        await reader.went(end, applied)
    return len(found) == most
