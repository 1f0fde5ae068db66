"""The statements that read demands back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Row, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.matching.demand.projection import OPEN, demand_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which demands."""

    state: str
    chain_id: str | None
    node_id: str | None


async def read_demands(engine: AsyncEngine, wanted: Wanted) -> list[Row[Any]]:
    """The demands in one state, the scarcest posts first."""
    raised = demand_table.c.raised
    query = select(demand_table).where(demand_table.c.state == wanted.state)
    if wanted.chain_id is not None:
        query = query.where(demand_table.c.chain_id == wanted.chain_id)
    if wanted.node_id is not None:
        query = query.where(raised["node_id"].astext == wanted.node_id)
    order = (
        raised["stars"].astext.cast(Integer).desc(),
        demand_table.c.chain_id,
        demand_table.c.demand_id,
    )
    async with engine.connect() as connection:
        return list(await connection.execute(query.order_by(*order)))


async def read_demand(engine: AsyncEngine, demand_id: str) -> Row[Any] | None:
    """One demand, open or closed."""
    query = select(demand_table).where(demand_table.c.demand_id == demand_id)
    async with engine.connect() as connection:
        return (await connection.execute(query)).first()


async def read_open(engine: AsyncEngine, ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    """What those of these demands ask that are still open."""
    query = select(demand_table).where(
        demand_table.c.demand_id.in_(ids), demand_table.c.state == OPEN
    )
    async with engine.connect() as connection:
        return {row.demand_id: row.raised for row in await connection.execute(query)}
