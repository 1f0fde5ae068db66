"""Keeps my view and my requests fresh: what the portal hears from Kafka is shown at once."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from events.edge.pages import live
from events.edge.pages.live import Region, as_page, glimpses
from events.edge.pages.sign_in import SignedIn
from services.portal.pages import Place, read_me
from services.portal.requests import TicketId, read_ticket
from services.portal.shapes import the_portal

router = APIRouter(include_in_schema=False)

LastSeen = Annotated[int | None, Header(alias="last-event-id")]


@router.get("/me/live")
async def my_view_live(
    request: Request, session: SignedIn, after: Place = None, last_event_id: LastSeen = None
) -> Response:
    """My view, again whenever something about me has happened."""
    portal, page = the_portal(request), as_page(request, "/me")
    region = Region(
        read=partial(read_me, page, portal, session),
        draw=partial(portal.site.render, page, "me_live.html"),
        moved=portal.moved,
        key=str(session.actor.talent_id),
    )
    return live(glimpses(region, seen=after if last_event_id is None else last_event_id))


@router.get("/me/tickets/{ticket_id}/live")
async def my_ticket_live(
    ticket_id: TicketId,
    request: Request,
    session: SignedIn,
    after: Place = None,
    last_event_id: LastSeen = None,
) -> Response:
    """One of my requests, again whenever something about me has happened."""
    portal, page = the_portal(request), as_page(request, f"/me/tickets/{ticket_id}")
    region = Region(
        read=partial(read_ticket, page, portal, session, ticket_id),
        draw=partial(portal.site.render, page, "ticket_live.html"),
        moved=portal.moved,
        key=str(session.actor.talent_id),
    )
    return live(glimpses(region, seen=after if last_event_id is None else last_event_id))
