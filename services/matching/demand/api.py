"""Raising and closing demands over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from events.edge.asking import Asked, TheClock, new_id
from events.edge.identity import CurrentActor, require
from events.edge.receipts import ReceiptOut, receipt_out
from events.edge.words import Line
from events.sourcing.handle import Part
from events.sourcing.kernel import Kernel
from events.sourcing.types import Refused
from services.matching.chain.domain import RelyOnNode, chain
from services.matching.demand.domain import CloseDemand, RaiseDemand, demand
from services.matching.scoring.scales import Scales

CriterionName = Literal["discipline", "industry", "degree", "experience", "region"]
STAFF = ("matchmaker", "clerk", "system")

router = APIRouter(tags=["demands"])


class DemandIn(BaseModel):
    """A post and what it asks; leave out what it does not ask.

    `must` names what is a condition: whoever is known not to meet it is not proposed at all.
    """

    chain_id: Line
    node_id: Line
    title_zh: Line
    title_en: Line
    employer_zh: Line
    employer_en: Line
    stars: Annotated[int, Field(ge=1, le=5)]
    headcount: Annotated[int, Field(ge=1, le=10_000)]
    region: Line | None = None
    degree_at_least: Line | None = None
    discipline_codes: tuple[Annotated[str, Field(pattern=r"^\d{3,7}$")], ...] = ()
    industry_codes: tuple[Annotated[str, Field(pattern=r"^[A-T]\d{2,4}$")], ...] = ()
    years_at_least: Annotated[int, Field(ge=1, le=50)] | None = None
    must: tuple[CriterionName, ...] = ()
    synthetic: bool


class CloseIn(BaseModel):
    reason: Line


class DemandOut(BaseModel):
    demand_id: str
    receipt: ReceiptOut


@router.post("/demands", status_code=201)
async def raise_demand(
    body: DemandIn, context: Asked, actor: CurrentActor, clock: TheClock, request: Request
) -> DemandOut:
    """Raise a demand at a node of a charted chain."""
    require(actor, *STAFF)
    kernel: Kernel = request.app.state.kernel
    must_be_in_the_vocabulary(request.app.state.scales, body)
    demand_id = new_id(context, "demand")
    command = RaiseDemand(
        demand_id=demand_id, raised_by=actor.subject, at=clock(), **body.model_dump()
    )
    part = Part(decider=demand, stream=f"demand-{demand_id}", command=command)
    receipt = await kernel.handle_together(context, part, rely_on(body.chain_id, body.node_id))
    return DemandOut(demand_id=demand_id, receipt=receipt_out(receipt))


@router.post("/demands/{demand_id}/close")
async def close_demand(
    demand_id: Line,
    body: CloseIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Close a demand: nobody is proposed for it any more."""
    require(actor, *STAFF)
    command = CloseDemand(
        demand_id=demand_id, reason=body.reason, closed_by=actor.subject, at=clock()
    )
    kernel: Kernel = request.app.state.kernel
    return receipt_out(await kernel.handle(demand, f"demand-{demand_id}", command, context))


def rely_on(chain_id: str, node_id: str) -> Part:
    """Recorded together with this, nothing happens where the node is not charted."""
    command = RelyOnNode(chain_id=chain_id, node_id=node_id)
    return Part(decider=chain, stream=f"chain-{chain_id}", command=command)


def must_be_in_the_vocabulary(scales: Scales, body: DemandIn) -> None:
    """A code that nobody can have would never be met."""
    if body.degree_at_least and body.degree_at_least not in scales.degrees:
        raise Refused("degree-unknown", known=sorted(scales.degrees))
    if body.region and body.region not in scales.region_lines:
        raise Refused("region-unknown", known=sorted(scales.region_lines))
