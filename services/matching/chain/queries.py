"""Looking at the chains."""

from typing import Any

from fastapi import APIRouter, Request

from events.edge.identity import CurrentActor
from events.edge.receipts import SeenAfter, fresh
from services.matching.chain.rows import read_charts

router = APIRouter(tags=["chains"])


@router.get("/chains")
async def chains(request: Request, _: CurrentActor, after: SeenAfter) -> dict[str, Any]:
    """Every chain with its nodes, for anybody who is signed in."""
    stale = not await fresh(request, "chain", after)
    return {"stale": stale, "chains": await read_charts(request.app.state.kernel.reading)}
