"""Looking at the chains."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import select

from events.edge.identity import CurrentActor
from events.edge.receipts import SeenAfter, fresh
from events.sourcing.kernel import Kernel
from services.matching.chain.projection import chain_table

router = APIRouter(tags=["chains"])


@router.get("/chains")
async def chains(request: Request, _: CurrentActor, after: SeenAfter) -> dict[str, Any]:
    """Every chain with its nodes, for anybody who is signed in."""
    stale = not await fresh(request, "chain", after)
    return {"stale": stale, "chains": await charts(request.app.state.kernel)}


async def charts(kernel: Kernel) -> list[dict[str, Any]]:
    """The charts by id."""
    query = select(chain_table.c.chart).order_by(chain_table.c.chain_id)
    async with kernel.engine.connect() as connection:
        return list(await connection.scalars(query))
