"""What a service's own database says: what is stored, what arrived, and who has come how far."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from events.sourcing.database import database_of
from events.sourcing.transient import surely
from tests.prove.cast import PROCESS, READ_MODEL
from tests.prove.verdict import Seen, Stored
from tests.support.kernel import Workplace

_STANDING = """
SELECT
    (SELECT coalesce(max(position), 0) FROM journal) AS last,
    (SELECT position FROM relay_pointer) AS relayed,
    (SELECT count(*) FROM timer) AS timers,
    (SELECT jsonb_object_agg(reader, next_offset) FROM checkpoint WHERE topic = 'journal')
        AS readers
"""
_STORED = "SELECT position, stream, version, event_id FROM journal ORDER BY position"
_ARRIVED = "SELECT stream, version, event_id FROM read_model.arrival ORDER BY number"
_APPENDING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND query LIKE '%append_turn%'
    AND pid <> pg_backend_pid()
"""
_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND usename LIKE '%\\_app' AND random() < $1
"""
_HEARD = "SELECT coalesce(sum(next_offset), 0) FROM checkpoint WHERE topic = $1"


class Books:
    """Read as somebody who may see everything, on a connection that is kept."""

    def __init__(self, place: Workplace) -> None:
        self._url = f"{place.server_url}{database_of(place.service)}"
        self._connection: asyncpg.Connection | None = None

    async def stored(self) -> list[Stored]:
        """The whole journal, in its order."""
        return [Stored(*row) for row in await self.fetch(_STORED)]

    async def arrived(self) -> list[Seen]:
        """All that the read model was ever shown, in that order."""
        return [Seen(*row) for row in await self.fetch(_ARRIVED)]

    async def standing(self) -> Mapping[str, int]:
        """The last position, and how far everybody is, in one snapshot; 0 where nobody began."""
        (row,) = await self.fetch(_STANDING)
        readers = msgspec.json.decode(row["readers"] or "{}", type=dict[str, int])
        kernel = {name: int(row[name]) for name in ("last", "relayed", "timers")}
        return {READ_MODEL: 0, PROCESS: 0} | kernel | readers

    async def heard(self, topic: str) -> int:
        """How many records of a topic are behind this service."""
        return int((await self.fetch(_HEARD, topic))[0][0])

    async def appending(self) -> bool:
        """Whether an append is under way, also of a process that is no more."""
        return bool((await self.fetch(_APPENDING))[0][0])

    async def somebody_waits(self) -> bool:
        """Whether a transaction waits for what another one holds."""
        return bool((await self.fetch(_WAITING))[0][0])

    async def cut(self, share: float) -> int:
        """End some of the service's connections from the server's side; how many."""
        return len(await self.fetch(_TERMINATE, share))

    async def fetch(self, statement: str, *values: object) -> Sequence[Any]:
        """Rows; a database that is starting again is waited for."""
        return await surely(lambda: self._once(statement, *values))

    async def _once(self, statement: str, *values: object) -> Sequence[Any]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url)
        rows: Sequence[Any] = await self._connection.fetch(statement, *values)
        return rows

    async def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.terminate()
