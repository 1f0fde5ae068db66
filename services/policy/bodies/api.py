"""Establishing issuing bodies, and listing them."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, StringConstraints
from sqlalchemy import select

from events.edge.asking import Asked, TheClock
from events.edge.identity import CurrentActor, require
from events.edge.receipts import ReceiptOut, SeenAfter, fresh, receipt_out
from events.edge.words import Line
from events.sourcing.handle import Part
from services.policy.bodies.domain import EstablishBody, RelyOnBody, body
from services.policy.bodies.projection import body as body_table

router = APIRouter(tags=["bodies"])

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class EstablishBodyIn(BaseModel):
    body_id: Slug
    name_zh: Line
    name_en: Line
    level: Slug
    parent_id: Slug | None = None
    region: Slug


class BodyOut(BaseModel):
    body_id: str
    name_zh: str
    name_en: str
    level: str
    parent_id: str | None
    region: str


class BodiesOut(BaseModel):
    stale: bool
    bodies: list[BodyOut]


@router.post("/bodies", status_code=201)
async def establish_body(
    given: EstablishBodyIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Establish a body under one that stands already; only the platform itself may."""
    require(actor, "system")
    command = EstablishBody(**given.model_dump(), established_by=actor.subject, at=clock())
    parts = [Part(decider=body, stream=f"body-{given.body_id}", command=command)]
    if given.parent_id not in (None, given.body_id):
        parts.append(rely_on(given.parent_id))
    receipt = await request.app.state.kernel.handle_together(context, *parts)
    return receipt_out(receipt)


@router.get("/bodies")
async def bodies(request: Request, _actor: CurrentActor, after: SeenAfter) -> BodiesOut:
    """Every issuing body."""
    seen = await fresh(request, "body", after)
    async with request.app.state.kernel.reading.connect() as connection:
        rows = await connection.execute(select(body_table).order_by(body_table.c.body_id))
    return BodiesOut(stale=not seen, bodies=[BodyOut(**row._mapping) for row in rows])


def rely_on(body_id: str | None) -> Part:
    """Recorded together with this, another command holds only where the body is established."""
    command = RelyOnBody(body_id=str(body_id))
    return Part(decider=body, stream=f"body-{body_id}", command=command)
