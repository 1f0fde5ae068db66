"""How far one reader has come with a stream; who asks at the same time shares a trip."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.direct import at_once
from events.sourcing.gather import Gatherer

# Like those in `standing`, one text for however many ask.
_APPLIED = text(
    "SELECT stream, max(version) AS version FROM applied"
    " WHERE reader = :reader AND stream = ANY(:streams) GROUP BY stream"
).bindparams(bindparam("streams", type_=ARRAY(Text)))


class Versions:
    """The last versions that a reader has applied, whichever process it was that did."""

    def __init__(self, engine: AsyncEngine, reader: str) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reader = reader
        self._asking: Gatherer[str, int] = Gatherer(self._read)

    async def of(self, stream: str) -> int:
        """Of one stream, 0 where nothing was applied."""
        return await self._asking.ask(stream)

    async def _read(self, streams: Sequence[str]) -> list[int]:
        asked = {"reader": self._reader, "streams": list(streams)}
        found = dict(await at_once(self._engine, _APPLIED, asked))
        return [found.get(stream, 0) for stream in streams]
