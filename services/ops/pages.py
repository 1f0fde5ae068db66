"""The pages for operators and auditors; they say what the JSON answers say, for people."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse
from starlette.responses import RedirectResponse, Response

from events.edge.pages.live import Glimpse, live
from events.edge.pages.moved import Moved
from events.edge.pages.sign_in import SignedIn, door_of
from events.edge.words import Line, Printable
from events.sourcing.kernel import Kernel
from events.sourcing.types import Recorded, Refused
from services.ops import queries
from services.ops.api import read_matter, read_overview, read_trace
from services.ops.repairs import OUTCOMES, Done
from services.ops.rounds import Rounds
from services.ops.views import held_view, matter_view, trace_view

LOOK_SECONDS = 5.0
"""How services stand changes without an event."""
GATHER_SECONDS = 0.5
"""Under load one look serves many events."""

ANY_EVENT = "any event"

router = APIRouter(include_in_schema=False)


def any_event(_: Recorded[Any]) -> Iterable[str]:
    """Every event of any service moves the overview."""
    return (ANY_EVENT,)


@router.get("/")
async def overview(_: SignedIn, request: Request) -> Response:
    """How every service stands, and the pulse of the last minutes."""
    return door_of(request).site.show(request, "overview.html", await _overview_view(request))


@router.get("/live/overview")
async def live_overview(_: SignedIn, request: Request) -> EventSourceResponse:
    """The overview's own region, again after new events or a short while."""
    return live(_glimpses(request))


@router.get("/matters/{correlation_id}")
async def matter(correlation_id: Line, _: SignedIn, request: Request) -> Response:
    """One matter through every service."""
    answer, spans = await read_matter(request.app.state.kernel, correlation_id)
    if not answer["events"]:
        return _not_found(request)
    return _show(request, "matter.html", matter_view(answer, spans))


@router.get("/traces/{trace_id}")
async def trace(trace_id: Line, _: SignedIn, request: Request) -> Response:
    """One trace as a waterfall."""
    try:
        answer = await read_trace(request.app.state.kernel, trace_id)
    except Refused:
        return _not_found(request)
    return _show(request, "trace.html", trace_view(answer))


@router.get("/parked")
async def parked(_: SignedIn, request: Request, done: Done = "") -> Response:
    """Events set aside in any service."""
    rounds: Rounds = request.app.state.rounds
    view = {
        "as_of": request.app.state.clock(),
        "parked": held_view(await rounds.held()),
        "outcome": OUTCOMES.get(done),
    }
    return _show(request, "parked.html", view, here="parked")


@router.get("/find")
async def find(_: SignedIn, request: Request, wanted: Printable = "") -> Response:
    """Go to the matter or the trace with this id, or to the matter of the event with this id."""
    wanted = wanted.strip()
    kernel: Kernel = request.app.state.kernel
    async with kernel.reading.connect() as connection:
        if (matter := await queries.matter_of(connection, wanted)) is not None:
            return RedirectResponse(f"/matters/{quote(matter, safe='')}", 303)
        if await queries.spans_of(connection, [wanted.lower()]):
            return RedirectResponse(f"/traces/{wanted.lower()}", 303)
    return _not_found(request)


async def _glimpses(request: Request) -> AsyncIterator[Glimpse]:
    """One at once, then one whenever events were taken in, or time has passed."""
    moved: Moved = request.app.state.moved
    site = door_of(request).site
    while True:
        mark = moved.mark(ANY_EVENT)
        view = await _overview_view(request)
        html = site.render(request, "overview_live.html", view)
        yield Glimpse(position=view["as_of"].isoformat(), html=html)
        await moved.until_moved(ANY_EVENT, mark, seconds=LOOK_SECONDS)
        await asyncio.sleep(GATHER_SECONDS)


async def _overview_view(request: Request) -> dict[str, Any]:
    frame = door_of(request).frame(request, here="overview")
    return {**frame, "live": "/live/overview", **await read_overview(request)}


def _show(request: Request, template: str, view: dict[str, Any], *, here: str = "") -> Response:
    door = door_of(request)
    return door.site.show(request, template, {**door.frame(request, here=here), **view})


def _not_found(request: Request) -> Response:
    return door_of(request).message(request, "not-found", status=404)
