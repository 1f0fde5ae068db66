"""The statement that reads the chains back."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.matching.chain.projection import chain_table


async def read_charts(engine: AsyncEngine) -> list[dict[str, Any]]:
    """Every chart, by its chain's id."""
    query = select(chain_table.c.chart).order_by(chain_table.c.chain_id)
    async with engine.connect() as connection:
        return list(await connection.scalars(query))
