"""How much has moved, in the whole queue or on one ticket."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.console.projection import movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`changes` only grows; `position` is the concierge's last place known here."""

    changes: int
    position: int

    def after(self, written: int | None = None) -> int | None:
        """What the concierge is asked for: the last known place, or what was just written."""
        return max(self.position, written or 0) or None


async def seen_of_queue(engine: AsyncEngine) -> Seen:
    """What the console has heard about any ticket."""
    return await _seen(engine, _totals())


async def seen_of_ticket(engine: AsyncEngine, ticket_id: str) -> Seen:
    """What the console has heard about one ticket."""
    return await _seen(engine, _totals().where(movement.c.ticket_id == ticket_id))


def _totals() -> Select[int, int]:
    changes = func.coalesce(func.sum(movement.c.changes), 0)
    return select(changes, func.coalesce(func.max(movement.c.position), 0))


async def _seen(engine: AsyncEngine, query: Select[int, int]) -> Seen:
    async with engine.connect() as connection:
        row = (await connection.execute(query)).one()
    return Seen(changes=int(row[0]), position=int(row[1]))
