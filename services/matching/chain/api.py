"""Charting a chain over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from events.catalog.chain import ChainNode, NamedCode, TypicalRole
from events.edge.asking import Asked, TheClock
from events.edge.identity import CurrentActor, require
from events.edge.receipts import ReceiptOut, receipt_out
from events.edge.words import Line
from events.sourcing.types import Context
from services.matching.chain.domain import ChartChain, chain

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]

router = APIRouter(tags=["chains"])


class CodeIn(BaseModel):
    """An entry of GB/T 4754 or GB/T 13745."""

    code: Annotated[str, Field(pattern=r"^[A-Z]?\d{1,7}$")]
    name_zh: Line


class RoleIn(BaseModel):
    name_zh: Line
    name_en: Line


class NodeIn(BaseModel):
    node_id: Slug
    stage: Literal["upstream", "midstream", "downstream"]
    order: Annotated[int, Field(ge=1, le=200)]
    name_zh: Line
    name_en: Line
    node_confidence: Line
    industries: tuple[CodeIn, ...] = ()
    disciplines: tuple[CodeIn, ...] = ()
    roles: tuple[RoleIn, ...] = ()
    roles_confidence: Line


class ChartIn(BaseModel):
    """A whole chain, node by node in order; as the files under `data/chains` hold it."""

    chain_id: Slug
    name_zh: Line
    name_en: Line
    nodes: Annotated[tuple[NodeIn, ...], Field(max_length=200)]
    sources: tuple[Line, ...] = ()


@router.post("/chains", status_code=201)
async def chart_chain(
    body: ChartIn, context: Asked, actor: CurrentActor, clock: TheClock, request: Request
) -> ReceiptOut:
    """Chart a chain, or chart it anew; the same chart again changes nothing."""
    require(actor, "matchmaker", "system")
    command = ChartChain(
        chain_id=body.chain_id,
        name_zh=body.name_zh,
        name_en=body.name_en,
        nodes=tuple(_node(node) for node in body.nodes),
        sources=body.sources,
        charted_by=actor.subject,
        at=clock(),
    )
    return await _record(request, command, context)


async def _record(request: Request, command: ChartChain, context: Context) -> ReceiptOut:
    stream = f"chain-{command.chain_id}"
    return receipt_out(await request.app.state.kernel.handle(chain, stream, command, context))


def _node(node: NodeIn) -> ChainNode:
    plain = node.model_dump(exclude={"industries", "disciplines", "roles"})
    return ChainNode(
        **plain,
        industries=tuple(NamedCode(**code.model_dump()) for code in node.industries),
        disciplines=tuple(NamedCode(**code.model_dump()) for code in node.disciplines),
        roles=tuple(TypicalRole(**role.model_dump()) for role in node.roles),
    )
