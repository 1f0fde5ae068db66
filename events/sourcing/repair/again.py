"""From parked rows back to what a reader takes: read anew, because code and clocks have gone on."""

from typing import Any, Protocol

from events.sourcing.batches import Failed, Item
from events.sourcing.desk import Desk
from events.sourcing.faults import UNDECODABLE
from events.sourcing.intake import Intake
from events.sourcing.journal import StoredEvent
from events.sourcing.repair.held import Rows
from events.sourcing.tail import Opened, item_of


class Source(Protocol):
    """Where the events of one parked stream are read again."""

    async def items(self, rows: Rows) -> list[Item]:
        """One for each row, in their order."""


class FromJournal:
    """The events as the journal holds them, with every sealed value that can still be read."""

    def __init__(self, desk: Desk, stream: str) -> None:
        self._desk = desk
        self._stream = stream
        self._stored: dict[int, StoredEvent] = {}

    async def items(self, rows: Rows) -> list[Item]:
        """One for each row, in their order; the stream is read once for those known by then."""
        if any(row.version not in self._stored for row in rows):
            stored = await self._desk.journal.read_stream(self._stream)
            self._stored = {one.version: one for one in stored}
        found = [self._stored[row.version] for row in rows if row.version in self._stored]
        opened = zip(found, await self._desk.open_each(found), strict=True)
        items = {stored.version: item_of(Opened(stored, one)) for stored, one in opened}
        return [items.get(row.version) or _gone(row) for row in rows]


class FromTopic:
    """The records as they arrived."""

    def __init__(self, intake: Intake, topic: str) -> None:
        self._intake = intake
        self._topic = topic

    async def items(self, rows: Rows) -> list[Item]:
        """One for each row, in their order."""
        return [
            Item(
                stream=row.stream,
                version=row.version,
                recorded=self._intake.read_again(self._topic, row.record),
                came=row.record,
            )
            for row in rows
        ]


def _gone(row: Any) -> Item:
    failed = Failed(kind=UNDECODABLE, reason="the journal does not hold it any more")
    return Item(stream=row.stream, version=row.version, recorded=failed, came=row.record)
