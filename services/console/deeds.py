"""What staff do with a ticket: take it on, answer it, solve it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from events.edge.pages.peers import Answer, Declined, Deed
from events.edge.pages.refusals import why
from events.edge.pages.sending import filled
from events.edge.pages.sign_in import Session, SignedIn
from services.console.pages import NOTHING_TYPED, TicketId, read_ticket
from services.console.shapes import the_console

router = APIRouter(include_in_schema=False)

WANTED = {
    "answer": {"zh": "请写明答复内容", "en": "Write what you tell the talent"},
    "resolution": {"zh": "请写明如何解决", "en": "Write how it was solved"},
}


@router.post("/queue/{ticket_id}/accept")
async def accept(ticket_id: TicketId, request: Request, session: SignedIn) -> Response:
    """Take a ticket on, and go on to its page."""
    return await _do(request, session, ticket_id, deed="accept", field=None)


@router.post("/queue/{ticket_id}/answer")
async def answer(ticket_id: TicketId, request: Request, session: SignedIn) -> Response:
    """Tell the talent something."""
    return await _do(request, session, ticket_id, deed="answer", field="answer")


@router.post("/queue/{ticket_id}/resolve")
async def resolve(ticket_id: TicketId, request: Request, session: SignedIn) -> Response:
    """Say how it was solved."""
    return await _do(request, session, ticket_id, deed="resolve", field="resolution")


async def _do(
    request: Request, session: Session, ticket_id: str, *, deed: str, field: str | None
) -> Response:
    """The deed belongs to the matter that the ticket began.

    Where nobody answers, sending the form again with its key is safe: refreshing the page does it.
    """
    console = the_console(request)
    form = await filled(request, console.site.forms, NOTHING_TYPED)
    typed = form.typed
    if field and not typed[field]:
        errors = [{"field": field, "text": WANTED[field]}]
        return await _again(request, session, ticket_id, typed=typed, errors=errors)
    path, body = f"/tickets/{ticket_id}", {field: typed[field]} if field else {}
    ticket = await console.peers.get("concierge", path, session)
    try:
        receipt = await _record(
            request, session, f"{path}/{deed}", body, ticket=ticket, key=form.key
        )
    except Declined as refusal:
        said = {"tone": "bad", "text": why(refusal)}
        return await _again(request, session, ticket_id, typed=typed, outcome=said)
    return RedirectResponse(f"/queue/{ticket_id}?after={receipt['position']}&done={deed}", 303)


async def _record(
    request: Request,
    session: Session,
    path: str,
    body: dict[str, str],
    *,
    ticket: Answer,
    key: str,
) -> Answer:
    deed = Deed(key=key, correlation_id=ticket["correlation_id"])
    peers = the_console(request).peers
    return await peers.post("concierge", path, body, session=session, deed=deed)


async def _again(
    request: Request, session: Session, ticket_id: str, *, typed: Mapping[str, str], **changes: Any
) -> Response:
    """The ticket's page once more, with what was typed."""
    console = the_console(request)
    view = await read_ticket(request, console, session, ticket_id)
    changed = {**view, **changes, "typed": typed}
    return console.site.show(request, "ticket.html", changed, status=422)
