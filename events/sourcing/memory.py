"""The journal in memory, for fast tests; passes the same suite as the one in PostgreSQL."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from events.sourcing.appender import Appender, Outcome
from events.sourcing.clock import Clock
from events.sourcing.journal import Append, Appended, StoredEvent
from events.sourcing.types import Conflict, KeyReused, OnDuty, Relieved


class MemoryRows:
    """What was appended; it may outlive the journals that write to it."""

    def __init__(self) -> None:
        self._rows: list[StoredEvent] = []
        self._streams: dict[str, list[StoredEvent]] = {}
        self._asked: dict[tuple[str, str], tuple[str, bytes, Appended]] = {}
        self.tokens: dict[str, int] = {}
        """Whose turn each duty is."""

    def copy(self) -> "MemoryRows":
        """The same, to go on from twice."""
        rows = MemoryRows()
        rows._rows = [*self._rows]
        rows._streams = {name: [*stream] for name, stream in self._streams.items()}
        rows._asked = {**self._asked}
        rows.tokens = {**self.tokens}
        return rows

    def write(self, batch: Sequence[Append], moment: datetime) -> list[Outcome]:
        """Record these commands one after the other; where each went, or what it met."""
        return [self._outcome(append, moment) for append in batch]

    def stream(self, name: str) -> list[StoredEvent]:
        """All events of one stream, oldest first."""
        return list(self._streams.get(name, ()))

    def heeded(self, name: str, overtaken: Collection[str]) -> list[StoredEvent]:
        """The events of one stream; of those under these names the newest alone."""
        rows = self._streams.get(name, ())
        newest = max((row.version for row in rows if row.name in overtaken), default=0)
        return [row for row in rows if row.version >= newest or row.name not in overtaken]

    def find(self, event_id: UUID) -> StoredEvent | None:
        """One event by its id."""
        return next((row for row in self._rows if row.event_id == event_id), None)

    def after(self, position: int, *, limit: int) -> list[StoredEvent]:
        """The events behind a position, in order."""
        return self._rows[position : position + limit]

    def last_position(self) -> int:
        """The highest position, 0 when nothing has happened."""
        return len(self._rows)

    def asked(self, actor: str, key: str) -> tuple[str, bytes, Appended] | None:
        """Target, body hash and outcome of a command asked before under this key."""
        return self._asked.get((actor, key))

    def is_turn_of(self, on_duty: OnDuty) -> bool:
        """Whether nobody else has taken the duty over."""
        return self.tokens.get(on_duty.duty) == on_duty.token

    def _outcome(self, append: Append, moment: datetime) -> Outcome:
        seen = self.asked(append.actor, append.key)
        if seen is not None:
            same = seen[:2] == (append.target, append.body)
            return seen[2] if same else KeyReused(append.key)
        if append.on_duty is not None and not self.is_turn_of(append.on_duty):
            return Relieved(append.on_duty.duty)
        for stream, expected in append.expected.items():
            actual = len(self._streams.get(stream, ()))
            if actual != expected:
                return Conflict(stream, expected=expected, actual=actual)
        return self._record(append, moment)

    def _record(self, append: Append, moment: datetime) -> Appended:
        first = len(self._rows) + 1
        moment = max([moment, *(row.recorded_at for row in self._rows[-1:])])
        for position, event in enumerate(append.events, start=first):
            row = StoredEvent(
                position=position,
                stream=event.stream,
                version=event.version,
                event_id=event.event_id,
                name=event.name,
                payload=event.payload,
                metadata=event.metadata,
                recorded_at=moment,
            )
            self._rows.append(row)
            self._streams.setdefault(row.stream, []).append(row)
        places = (first, len(self._rows)) if append.events else (None, None)
        again = Appended(first_position=places[0], last_position=places[1], repeated=True)
        self._asked[append.actor, append.key] = (append.target, append.body, again)
        return Appended(first_position=places[0], last_position=places[1], repeated=False)


class MemoryJournal:
    """A journal that ends with the process; appends that wait go together, as they do elsewhere."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows = MemoryRows()
        self.appender = Appender(self._write)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit."""
        self.appender.on_commit(listener)

    async def append(self, append: Append) -> Appended:
        """Record a command's events once.

        Raises `Conflict`, `KeyReused`, `Relieved` or `Overloaded`.
        """
        return await self.appender.append(append)

    async def read_stream(
        self, stream: str, *, overtaken: tuple[str, ...] = ()
    ) -> Sequence[StoredEvent]:
        """The events of one stream, oldest first; of those `overtaken` the newest alone."""
        return self._rows.heeded(stream, overtaken)

    async def read_last(self, stream: str) -> Sequence[StoredEvent]:
        """The last event of one stream alone."""
        return self._rows.stream(stream)[-1:]

    async def find(self, event_id: UUID) -> StoredEvent | None:
        """One event by its id."""
        return self._rows.find(event_id)

    async def read_after(self, position: int, *, limit: int) -> Sequence[StoredEvent]:
        """The events behind a position, in order."""
        return self._rows.after(position, limit=limit)

    async def last_position(self) -> int:
        """The highest position, 0 when nothing has happened."""
        return self._rows.last_position()

    async def asked_before(self, actor: str, key: str) -> tuple[str, bytes, Appended] | None:
        """Target, body hash and outcome of a command asked before under this key."""
        return self._rows.asked(actor, key)

    async def _write(self, batch: Sequence[Append]) -> list[Outcome]:
        return self._rows.write(batch, self._clock())
