"""What of a journal has not left for Kafka yet, whichever process carries it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock

_UNSENT = text(
    "SELECT pointer.position, oldest.recorded_at FROM relay_pointer AS pointer"
    " LEFT JOIN LATERAL ("
    " SELECT recorded_at FROM journal WHERE journal.position > pointer.position"
    " ORDER BY journal.position LIMIT 1) AS oldest ON true"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """Everything up to `relayed` has left; the event behind it was recorded at `oldest_at`."""

    relayed: int
    oldest_at: datetime | None

    def age(self, clock: Clock) -> float:
        """Seconds since the oldest unsent event was recorded; 0 where there is none."""
        if self.oldest_at is None:
            return 0.0
        return max(0.0, (clock() - self.oldest_at).total_seconds())


async def unsent(engine: AsyncEngine) -> Unsent:
    """As the database knows it, so every process of a service says the same."""
    async with engine.connect() as connection:
        row = (await connection.execute(_UNSENT)).one()
    return Unsent(relayed=row.position, oldest_at=row.recorded_at)
