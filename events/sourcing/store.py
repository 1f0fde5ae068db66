"""The journal in PostgreSQL: one SQL function appends many commands in one turn."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.appender import Appender, Outcome
from events.sourcing.clock import Clock
from events.sourcing.direct import Kept, fetch_at_once
from events.sourcing.gather import Gatherer
from events.sourcing.journal import Append, Appended, StoredEvent
from events.sourcing.transient import surely
from events.sourcing.turn import APPEND, columns_of, outcomes_of
from events.sourcing.types import Overloaded

_STREAMS = (
    "SELECT position, stream, version, event_id, name, payload, metadata, recorded_at"
    " FROM journal WHERE stream = ANY($1) ORDER BY stream, version"
)
_ENDS = (
    "SELECT last.* FROM unnest($1::text[]) AS wanted (stream) CROSS JOIN LATERAL ("
    "SELECT position, stream, version, event_id, name, payload, metadata, recorded_at"
    " FROM journal WHERE journal.stream = wanted.stream ORDER BY version DESC LIMIT 1) AS last"
)
_HEEDED = (
    "SELECT heeded.* FROM unnest($1::text[]) AS wanted (stream) CROSS JOIN LATERAL ("
    "SELECT coalesce(max(version), 0) AS version FROM journal"
    " WHERE journal.stream = wanted.stream AND name = ANY($2::text[])"
    ") AS newest CROSS JOIN LATERAL ("
    "SELECT position, stream, version, event_id, name, payload, metadata, recorded_at"
    " FROM journal WHERE journal.stream = wanted.stream"
    " AND (journal.version >= newest.version OR name <> ALL($2::text[]))"
    " OFFSET 0) AS heeded ORDER BY stream, version"
)
_AFTER = (
    "SELECT position, stream, version, event_id, name, payload, metadata, recorded_at"
    " FROM journal WHERE position > $1 ORDER BY position LIMIT $2"
)
_FIND = (
    "SELECT position, stream, version, event_id, name, payload, metadata, recorded_at"
    " FROM journal WHERE event_id = $1"
)
_LAST = "SELECT coalesce(max(position), 0) AS last FROM journal"
_ASKED = (
    "SELECT target, body, first_position, last_position FROM command_log"
    " WHERE actor = $1 AND idempotency_key = $2"
)


HELD_SECONDS = 5


class PostgresJournal:
    """A service's journal. Appends that wait for each other share one commit, reads one query.

    `engine` must not open transactions around single statements (`open_journal_engine`).
    """

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        # Those who wait in a queue take turns, so each queue keeps one connection for itself.
        self._reading, self._writing = Line(engine), Lines(Line(engine), Line(engine))
        self._streams = self._asking(_STREAMS)
        self._heeded: dict[tuple[str, ...], Gatherer[str, Sequence[StoredEvent]]] = {}
        self._ends = self._asking(_ENDS)
        self.appender = Appender(self._write)
        self._seen = 0
        self._open = asyncio.Event()
        self._open.set()

    def hold(self) -> None:
        """Let appends wait: it is not known yet where positions may go on."""
        self._open.clear()

    def release(self) -> None:
        """Let them go on."""
        self._open.set()

    async def close(self) -> None:
        """Let go of the connections that were kept."""
        await self._reading.close()
        await self._writing.close()

    async def append(self, append: Append) -> Appended:
        """Record a command's events once.

        Raises `Conflict`, `KeyReused`, `Relieved` or `Overloaded`.
        """
        if not self._open.is_set():
            await self._until_open()
        return await self.appender.append(append)

    async def _until_open(self) -> None:
        try:
            async with asyncio.timeout(HELD_SECONDS):
                await self._open.wait()
        except TimeoutError:
            raise Overloaded(retry_after=HELD_SECONDS) from None

    async def read_stream(
        self, stream: str, *, overtaken: tuple[str, ...] = ()
    ) -> Sequence[StoredEvent]:
        """The events of one stream, oldest first; of those `overtaken` the newest alone."""
        if not overtaken:
            return await self._streams.ask(stream)
        if overtaken not in self._heeded:
            self._heeded[overtaken] = self._asking(_HEEDED, [*overtaken])
        return await self._heeded[overtaken].ask(stream)

    async def read_last(self, stream: str) -> Sequence[StoredEvent]:
        """The last event of one stream alone; none where there is none."""
        return await self._ends.ask(stream)

    async def read_after(self, position: int, *, limit: int) -> Sequence[StoredEvent]:
        """The events behind a position, in order; complete up to the last one returned."""
        return [StoredEvent(**row) for row in await self._ask(_AFTER, position, limit)]

    async def find(self, event_id: UUID) -> StoredEvent | None:
        """One event by its id."""
        rows = await self._ask(_FIND, event_id)
        return StoredEvent(**rows[0]) if rows else None

    async def last_position(self) -> int:
        """The highest position, 0 when nothing has happened."""
        last = int((await self._ask(_LAST))[0]["last"])
        self._seen = max(self._seen, last)
        return last

    @property
    def known(self) -> int:
        """Up to here this process has written or seen what is recorded."""
        return max(self._seen, self.appender.reached)

    async def asked_before(self, actor: str, key: str) -> tuple[str, bytes, Appended] | None:
        """Target, body hash and outcome of a command asked before under this key."""
        rows = await self._ask(_ASKED, actor, key)
        if not rows:
            return None
        target, body, first, last = rows[0]
        return target, body, Appended(first_position=first, last_position=last, repeated=True)

    def _asking(self, statement: str, *besides: object) -> "Gatherer[str, Sequence[StoredEvent]]":
        """Whoever waits for a stream is answered with the others by one query."""

        async def read(streams: Sequence[str]) -> list[Sequence[StoredEvent]]:
            found: dict[str, list[StoredEvent]] = {stream: [] for stream in streams}
            for row in await self._reading.fetch(statement, list(found), *besides):
                found[row["stream"]].append(StoredEvent(**row))
            return [found[stream] for stream in streams]

        return Gatherer(read)

    async def _write(self, batch: Sequence[Append]) -> list[Outcome]:
        rows = await self._writing.fetch(APPEND, self._clock(), *columns_of(batch))
        return outcomes_of(batch, rows)

    async def _ask(self, statement: str, *values: object) -> Sequence[Any]:
        return await surely(lambda: fetch_at_once(self._engine, statement, *values))


class Line:
    """A connection that is opened when needed and kept, for one caller at a time.

    Statements go straight to the driver: the arrays of a batch need no compiling.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._kept = Kept(engine)
        self._turn = asyncio.Lock()
        self._shut = False

    @property
    def busy(self) -> bool:
        """Whether somebody uses it."""
        return self._turn.locked()

    async def fetch(self, statement: str, *values: object) -> Sequence[Any]:
        """The rows; after a failure the next call is on another connection."""
        async with self._turn:
            if self._shut:
                raise RuntimeError("the journal is closed")
            return await self._kept.fetch(statement, *values)

    async def close(self) -> None:
        """Give the connection back once whoever uses it is done; nothing is fetched after that."""
        async with self._turn:
            self._shut = True
            await self._kept.give_back()


class Lines:
    """Several lines: who comes takes one that nobody uses."""

    def __init__(self, *lines: Line) -> None:
        self._lines = lines

    async def fetch(self, statement: str, *values: object) -> Sequence[Any]:
        """The rows; waits where all are in use."""
        free = next((line for line in self._lines if not line.busy), self._lines[0])
        return await free.fetch(statement, *values)

    async def close(self) -> None:
        """Give every connection back, once nobody uses it."""
        for line in self._lines:
            await line.close()
