"""What can be asked of the concierge: open, accept, answer, resolve, rate."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from events.edge.asking import Asked, TheClock, new_id
from events.edge.identity import CurrentActor
from events.edge.receipts import ReceiptOut, receipt_out
from events.edge.words import SEVERAL_LINES, Line, Words
from events.sourcing.kernel import Kernel
from events.sourcing.types import Context, Receipt
from services.concierge.access import for_talent, may_serve, own_talent
from services.concierge.commands import (
    AcceptTicket,
    AnswerTicket,
    OpenTicket,
    RateTicket,
    ResolveTicket,
    TicketCommand,
)
from services.concierge.domain import ticket

router = APIRouter(tags=["tickets"])

TicketId = Annotated[str, Path(pattern=r"^[\w-]{1,64}$")]


class OpenTicketIn(BaseModel):
    """A talent need not name themselves; staff name the talent they write for."""

    talent_id: str | None = Field(default=None, pattern=r"^[\w-]{1,64}$")
    topic: Line = Field(max_length=40, description="a code of GET /topics")
    subject: Annotated[Line, Field(max_length=120)]
    message: Words


class AnswerIn(BaseModel):
    answer: Words


class ResolutionIn(BaseModel):
    resolution: Words


class RatingIn(BaseModel):
    stars: int = Field(description="1 to 5")
    comment: str = Field(default="", max_length=4000, pattern=SEVERAL_LINES)


class OpenedOut(ReceiptOut):
    """The receipt, and the number of the new ticket."""

    ticket_id: str


@router.post("/tickets", status_code=201)
async def open_ticket(
    body: OpenTicketIn, context: Asked, actor: CurrentActor, clock: TheClock, request: Request
) -> OpenedOut:
    """Ask for something, at any hour."""
    ticket_id = new_id(context, "ticket")
    command = OpenTicket(
        ticket_id=ticket_id,
        talent_id=for_talent(actor, body.talent_id),
        topic=body.topic,
        subject=body.subject,
        message=body.message,
        opened_by=actor.subject,
        at=clock(),
    )
    receipt = await _handle(request, command, context)
    return OpenedOut(ticket_id=ticket_id, **receipt_out(receipt).model_dump())


@router.post("/tickets/{ticket_id}/accept")
async def accept_ticket(
    ticket_id: TicketId, context: Asked, actor: CurrentActor, clock: TheClock, request: Request
) -> ReceiptOut:
    """Take a ticket on; whoever does answers for it to the end."""
    may_serve(actor)
    command = AcceptTicket(ticket_id=ticket_id, accepted_by=actor.subject, at=clock())
    return receipt_out(await _handle(request, command, context))


@router.post("/tickets/{ticket_id}/answer")
async def answer_ticket(
    ticket_id: TicketId,
    body: AnswerIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Tell the talent something; this stops the first-response clock."""
    may_serve(actor)
    command = AnswerTicket(
        ticket_id=ticket_id, answer=body.answer, answered_by=actor.subject, at=clock()
    )
    return receipt_out(await _handle(request, command, context))


@router.post("/tickets/{ticket_id}/resolve")
async def resolve_ticket(
    ticket_id: TicketId,
    body: ResolutionIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Say how it was solved; this stops the resolution clock."""
    may_serve(actor)
    command = ResolveTicket(
        ticket_id=ticket_id, resolution=body.resolution, resolved_by=actor.subject, at=clock()
    )
    return receipt_out(await _handle(request, command, context))


@router.post("/tickets/{ticket_id}/rate")
async def rate_ticket(
    ticket_id: TicketId,
    body: RatingIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Say how well it was solved, once."""
    command = RateTicket(
        ticket_id=ticket_id,
        talent_id=own_talent(actor),
        stars=body.stars,
        comment=body.comment,
        at=clock(),
    )
    return receipt_out(await _handle(request, command, context))


async def _handle(request: Request, command: TicketCommand, context: Context) -> Receipt:
    kernel: Kernel = request.app.state.kernel
    return await kernel.handle(ticket, f"ticket-{command.ticket_id}", command, context)
