"""The journal in memory, for fast tests; passes the same suite as the one in PostgreSQL."""

from collections.abc import Callable, Sequence
from uuid import UUID

from events.sourcing.clock import Clock
from events.sourcing.journal import Append, Appended, StoredEvent
from events.sourcing.types import Conflict, KeyReused


class MemoryJournal:
    """A journal that ends with the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: list[StoredEvent] = []
        self._asked: dict[tuple[str, str], tuple[str, bytes, Appended]] = {}
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each append."""
        self._listeners.append(listener)

    async def append(self, append: Append) -> Appended:
        """Record a command's events once. Raises `Conflict` or `KeyReused`."""
        seen = self._asked.get((append.actor, append.key))
        if seen is not None:
            if seen[:2] != (append.target, append.body):
                raise KeyReused(append.key)
            return seen[2]
        for stream, expected in append.expected.items():
            actual = self._version_of(stream)
            if actual != expected:
                raise Conflict(stream, expected=expected, actual=actual)
        return self._record(append)

    def _record(self, append: Append) -> Appended:
        first = len(self._rows) + 1
        moment = max([self._clock(), *(row.recorded_at for row in self._rows[-1:])])
        for position, event in enumerate(append.events, start=first):
            self._rows.append(
                StoredEvent(
                    position=position,
                    stream=event.stream,
                    version=event.version,
                    event_id=event.event_id,
                    name=event.name,
                    payload=event.payload,
                    metadata=event.metadata,
                    recorded_at=moment,
                )
            )
        places = (first, len(self._rows)) if append.events else (None, None)
        done = Appended(first_position=places[0], last_position=places[1], repeated=False)
        again = Appended(first_position=places[0], last_position=places[1], repeated=True)
        self._asked[append.actor, append.key] = (append.target, append.body, again)
        for listener in self._listeners:
            listener()
        return done

    def _version_of(self, stream: str) -> int:
        return max((row.version for row in self._rows if row.stream == stream), default=0)

    async def read_stream(self, stream: str) -> Sequence[StoredEvent]:
        """All events of one stream, oldest first."""
        return [row for row in self._rows if row.stream == stream]

    async def read_last(self, stream: str) -> Sequence[StoredEvent]:
        """The last event of one stream alone."""
        return (await self.read_stream(stream))[-1:]

    async def read_after(self, position: int, *, limit: int) -> Sequence[StoredEvent]:
        """The events behind a position, in order."""
        return self._rows[position : position + limit]

    async def find(self, event_id: UUID) -> StoredEvent | None:
        """One event by its id."""
        return next((row for row in self._rows if row.event_id == event_id), None)

    async def last_position(self) -> int:
        """The highest position, 0 when nothing has happened."""
        return len(self._rows)

    async def asked_before(self, actor: str, key: str) -> tuple[str, bytes, Appended] | None:
        """Target, body hash and outcome of a command asked before under this key."""
        return self._asked.get((actor, key))
