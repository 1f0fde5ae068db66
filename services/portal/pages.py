"""My view and all policies, as pages."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from events.edge.pages.sign_in import SignedIn
from services.portal.queries import seen_of
from services.portal.reading import asked_for_me, asked_for_policies, read_all
from services.portal.shapes import Portal, the_portal
from services.portal.views import View, me_view, policies_view

router = APIRouter(include_in_schema=False)

Place = Annotated[int | None, Query(alias="after", ge=0, lt=10**18)]


@router.get("/")
async def start() -> Response:
    """The start page is my view."""
    return RedirectResponse("/me", 303)


@router.get("/me")
async def my_view(request: Request, session: SignedIn, written: Place = None) -> Response:
    """One talent's coherent view."""
    portal = the_portal(request)
    view = await read_me(request, portal, session, written=written)
    return portal.site.show(request, "me.html", view)


@router.get("/me/policies")
async def my_policies(request: Request, session: SignedIn) -> Response:
    """Every policy with its state and the reasons."""
    portal = the_portal(request)
    seen = await seen_of(portal.engine, str(session.actor.talent_id))
    parts = await read_all(asked_for_policies(portal, session, seen))
    view = policies_view(parts, portal.words, now=request.app.state.clock())
    frame = portal.door.frame(request, here="policies")
    return portal.site.show(request, "policies.html", {**frame, **view})


async def read_me(
    request: Request, portal: Portal, session: SignedIn, *, written: int | None = None
) -> View:
    """Everything me.html reads; the live region's stream begins where this reading ended."""
    seen = await seen_of(portal.engine, str(session.actor.talent_id))
    parts = await read_all(asked_for_me(portal, session, seen, written=written))
    frame = portal.door.frame(request, here="me")
    name = portal.door.proof.reader_of(session.actor)["name"]
    now = request.app.state.clock()
    return {
        **frame,
        **me_view(parts, portal.words, session=session, name=name, now=now),
        "live": f"/me/live?after={seen.changes}",
        "changes": seen.changes,
        "outcome": None,
    }
