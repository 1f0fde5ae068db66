"""Looking at the demands."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import select

from events.edge.identity import CurrentActor
from events.edge.receipts import SeenAfter, fresh
from services.matching.chain.queries import charts
from services.matching.demand.projection import OPEN, demand_table
from services.matching.demand.rendering import Nodes, nodes_by_place, rendered

router = APIRouter(tags=["demands"])


@router.get("/demands")
async def demands(
    request: Request,
    _: CurrentActor,
    after: SeenAfter,
    chain_id: str | None = None,
    node_id: str | None = None,
    state: str = OPEN,
) -> dict[str, Any]:
    """The demands of one chain or of all, the scarcest posts first; posts are not secret."""
    stale = not await fresh(request, "demand", after)
    kernel = request.app.state.kernel
    nodes = nodes_by_place(await charts(kernel))
    query = select(demand_table).where(demand_table.c.state == state)
    if chain_id is not None:
        query = query.where(demand_table.c.chain_id == chain_id)
    async with kernel.engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    found = [_row(row, nodes) for row in rows if node_id in {None, row.raised["node_id"]}]
    found.sort(key=lambda each: (-each["stars"], each["chain_id"], each["demand_id"]))
    return {"stale": stale, "demands": found}


def _row(row: Any, nodes: Nodes) -> dict[str, Any]:
    return {"state": row.state, **rendered(row.raised, nodes)}
