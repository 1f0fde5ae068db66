"""Keeps the queue and a ticket fresh: what the console hears from Kafka is shown at once."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from events.edge.pages import live
from events.edge.pages.live import Region, as_page, glimpses
from events.edge.pages.sign_in import SignedIn
from services.console.pages import Place, TicketId, read_queue, read_ticket
from services.console.shapes import EVERY_TICKET, the_console

router = APIRouter(include_in_schema=False)

LastSeen = Annotated[int | None, Header(alias="last-event-id")]


@router.get("/queue/live")
async def queue_live(
    request: Request, session: SignedIn, after: Place = None, last_event_id: LastSeen = None
) -> Response:
    """The queue, again whenever any ticket has moved."""
    console, page = the_console(request), as_page(request, "/queue")
    region = Region(
        read=partial(read_queue, page, console, session),
        draw=partial(console.site.render, page, "queue_live.html"),
        moved=console.moved,
        key=EVERY_TICKET,
    )
    return live(glimpses(region, seen=after if last_event_id is None else last_event_id))


@router.get("/queue/{ticket_id}/live")
async def ticket_live(
    ticket_id: TicketId,
    request: Request,
    session: SignedIn,
    after: Place = None,
    last_event_id: LastSeen = None,
) -> Response:
    """One ticket, again whenever it has moved."""
    console, page = the_console(request), as_page(request, f"/queue/{ticket_id}")
    region = Region(
        read=partial(read_ticket, page, console, session, ticket_id),
        draw=partial(console.site.render, page, "ticket_live.html"),
        moved=console.moved,
        key=ticket_id,
    )
    return live(glimpses(region, seen=after if last_event_id is None else last_event_id))
