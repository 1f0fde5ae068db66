"""Looking at the chains."""

from fastapi import APIRouter, Request, Response

from events.edge.identity import CurrentActor
from events.edge.plain import PlainJson
from events.edge.receipts import SeenAfter, fresh
from services.matching.chain.rows import read_charts
from services.matching.chain.shapes import ChainsOut

router = APIRouter(tags=["chains"])


@router.get("/chains", response_model=ChainsOut)
async def chains(request: Request, _: CurrentActor, after: SeenAfter) -> Response:
    """Every chain with its nodes, for anybody who is signed in."""
    stale = not await fresh(request, "chain", after)
    charts = await read_charts(request.app.state.kernel.reading)
    return PlainJson({"stale": stale, "chains": charts})
