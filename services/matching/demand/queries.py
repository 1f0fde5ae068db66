"""Looking at the demands."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response

from events.edge.identity import CurrentActor
from events.edge.plain import PlainJson
from events.edge.receipts import SeenAfter, fresh
from events.edge.words import Line
from services.matching.chain.rows import read_charts
from services.matching.demand.rendering import nodes_by_place, rendered
from services.matching.demand.rows import Wanted, read_demands
from services.matching.demand.shapes import DemandsOut

router = APIRouter(tags=["demands"])


async def wanted(
    chain_id: Line | None = None,
    node_id: Line | None = None,
    state: Literal["open", "closed"] = "open",
) -> Wanted:
    """Which demands are asked for."""
    return Wanted(state=state, chain_id=chain_id, node_id=node_id)


@router.get("/demands", response_model=DemandsOut)
async def demands(
    asked: Annotated[Wanted, Depends(wanted)], request: Request, _: CurrentActor, after: SeenAfter
) -> Response:
    """The demands of one chain or of all, the scarcest posts first; posts are not secret."""
    engine = request.app.state.kernel.reading
    stale = not await fresh(request, "demand", after)
    rows, nodes = await read_demands(engine, asked), nodes_by_place(await read_charts(engine))
    found = [{"state": row.state, **rendered(row.raised, nodes)} for row in rows]
    return PlainJson({"stale": stale, "demands": found})
