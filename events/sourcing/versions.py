"""How far one reader has come with a stream; who asks at the same time shares a trip."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.gather import Gatherer
from events.sourcing.kernel_tables import applied

_APPLIED = (
    select(applied.c.stream, func.max(applied.c.version).label("version"))
    .where(
        applied.c.reader == bindparam("reader"),
        applied.c.stream.in_(bindparam("streams", expanding=True)),
    )
    .group_by(applied.c.stream)
)


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
        async with self._engine.connect() as connection:
            rows = await connection.execute(_APPLIED, asked)
            found = {row.stream: int(row.version) for row in rows}
        return [found.get(stream, 0) for stream in streams]
