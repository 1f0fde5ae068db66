"""The statements that read the lists back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Row, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.matching.match.projection import profile_table, proposal_table, shortlist_table


async def read_proposed(engine: AsyncEngine, talent_id: str) -> Mapping[str, Any] | None:
    """A talent's list as it was recorded."""
    query = select(proposal_table.c.proposed).where(proposal_table.c.talent_id == talent_id)
    async with engine.connect() as connection:
        found: Mapping[str, Any] | None = await connection.scalar(query)
    return found


async def read_shortlist(engine: AsyncEngine, demand_id: str) -> Row[Any] | None:
    """A demand's list as it was recorded."""
    query = select(shortlist_table).where(shortlist_table.c.demand_id == demand_id)
    async with engine.connect() as connection:
        return (await connection.execute(query)).first()


async def read_profiles(engine: AsyncEngine, talent_ids: Sequence[str]) -> list[Row[Any]]:
    """The facts behind a list, in the order of the list; who was forgotten is left out."""
    known = await _profiles(engine, talent_ids)
    return [known[each] for each in talent_ids if each in known]


async def _profiles(engine: AsyncEngine, talent_ids: Collection[str]) -> Mapping[str, Row[Any]]:
    query = select(profile_table).where(profile_table.c.talent_id.in_(talent_ids))
    async with engine.connect() as connection:
        return {row.talent_id: row for row in await connection.execute(query)}


async def read_changes(
    engine: AsyncEngine, key: Column[Any], *, only: str | None, behind: int, limit: int
) -> Sequence[tuple[str, int]]:
    """Whose lists changed behind a position, and where; of one alone where it is named."""
    position = key.table.c.position
    query = select(key, position).where(position > behind).order_by(position).limit(limit)
    if only is not None:
        query = query.where(key == only)
    async with engine.connect() as connection:
        return [(whose, place) for whose, place in await connection.execute(query)]
