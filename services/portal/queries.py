"""How much has happened to one talent, and which places of which services a page must have seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.portal.projection import activity


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`changes` only grows; `positions` holds the last known place by category."""

    changes: int = 0
    positions: Mapping[str, int] = field(default_factory=dict)

    def after(self, category: str, written: int | None = None) -> int | None:
        """Which place its service must have seen: the last one known, or what was just written."""
        known = [place for place in (self.positions.get(category), written) if place]
        return max(known, default=None)


async def seen_of(engine: AsyncEngine, talent_id: str) -> Seen:
    """What the portal has heard about a talent."""
    query = select(activity).where(activity.c.talent_id == talent_id)
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    return Seen(
        changes=sum(row.changes for row in rows),
        positions={row.category: row.position for row in rows},
    )
