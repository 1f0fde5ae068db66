"""What the pages show, for programs: matters, traces, the pulse and the overview as JSON."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from events.edge.identity import Actor, require
from events.edge.pages.sign_in import door_of
from events.edge.plain import PlainJson
from events.edge.receipts import SeenAfter, fresh
from events.edge.words import Line
from events.sourcing.kernel import Kernel
from events.sourcing.types import Refused
from services.ops import queries
from services.ops.answers import Answer, matter_answer, pulse_minutes, trace_answer
from services.ops.figures import figures, newest_answer, standing_answer
from services.ops.keeper import SpanKeeper
from services.ops.rounds import Rounds
from services.ops.shapes import HeldAnywhereOut, MatterOut, OverviewOut, PulseOut, TraceOut
from services.ops.unseen import journey_is_behind, pulse_is_behind

SHOWN_MINUTES = timedelta(hours=1)

router = APIRouter(prefix="/api", tags=["operations"])


async def operator(request: Request) -> Actor:
    """Who asks, by token or by the pages' own session; 401 without one, 403 for anybody else."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    door = door_of(request)
    token = bearer if scheme.lower() == "bearer" else request.cookies.get(door.cookie, "")
    actor = door.tokens.actor_of(token)
    if actor is None:
        raise HTTPException(401, "sign in first", headers={"WWW-Authenticate": "Bearer"})
    require(actor, "ops", "system")
    return actor


Operator = Annotated[Actor, Depends(operator)]


@router.get("/matters/{correlation_id}", response_model=MatterOut)
async def matter(
    correlation_id: Line, _: Operator, request: Request, seen_after: SeenAfter
) -> Response:
    """A matter's events in every service, and its traces; empty where nothing arrived yet."""
    stale = not await fresh(request, "journey", seen_after)
    answer, _spans = await read_matter(request.app.state.kernel, correlation_id)
    return PlainJson({**answer, "stale": stale})


@router.get("/traces/{trace_id}", response_model=TraceOut)
async def trace(trace_id: Line, _: Operator, request: Request) -> Response:
    """A trace's spans depth first, with the links between traces; stale while spans wait."""
    spans: SpanKeeper = request.app.state.spans
    waiting = spans.waiting > 0
    return PlainJson({**await read_trace(request.app.state.kernel, trace_id), "stale": waiting})


@router.get("/pulse", response_model=PulseOut)
async def pulse(_: Operator, request: Request) -> Response:
    """The last hour minute by minute, and how many events were counted in all.

    Stale while something that services have recorded is not counted, or nobody can say.
    """
    kernel: Kernel = request.app.state.kernel
    rounds: Rounds = request.app.state.rounds
    stale = await pulse_is_behind(kernel, await rounds.ends())
    async with kernel.reading.connect() as connection:
        figures = await queries.pulse_since(connection, kernel.clock() - SHOWN_MINUTES)
        counted = await queries.totals(connection)
    return PlainJson({"minutes": pulse_minutes(figures), "totals": counted, "stale": stale})


@router.get("/overview", response_model=OverviewOut)
async def overview(_: Operator, request: Request) -> Response:
    """How every service stands, the pulse, and the newest matters.

    Stale while something that services have recorded is neither taken in nor parked, or is not
    counted, or nobody can say.
    """
    kernel: Kernel = request.app.state.kernel
    ends = await request.app.state.rounds.ends()
    behind = await journey_is_behind(kernel, ends) or await pulse_is_behind(kernel, ends)
    return PlainJson({**await read_overview(request), "stale": behind})


@router.get("/parked", response_model=HeldAnywhereOut)
async def parked(_: Operator, request: Request) -> Response:
    """The streams that readers of any service hold back; stale where a service does not answer."""
    rounds: Rounds = request.app.state.rounds
    silent = any(one.parked is None for one in await rounds.look())
    return PlainJson({"parked": await rounds.held(), "stale": silent})


async def read_matter(kernel: Kernel, correlation_id: str) -> tuple[Answer, queries.Rows]:
    """A matter's answer, and the spans of its events' traces and of those that follow them."""
    async with kernel.reading.connect() as connection:
        events = await queries.events_of(connection, correlation_id)
        traces = {event.trace_id for event in events if event.trace_id}
        own = await queries.spans_of(connection, traces)
        linked = await queries.spans_linked_to(connection, traces)
    return matter_answer(correlation_id, events, own, linked), [*own, *linked]


async def read_trace(kernel: Kernel, trace_id: str) -> Answer:
    """A trace's answer; refused where no span of it was received."""
    async with kernel.reading.connect() as connection:
        spans = await queries.spans_of(connection, [trace_id])
        if not spans:
            raise Refused("trace-not-found", trace_id=trace_id)
        links = await queries.links_of(connection, trace_id)
        matters = await queries.matters_of(connection, trace_id)
    return trace_answer(trace_id, spans, links, matters)


async def read_overview(request: Request) -> Answer:
    """Everything the overview says."""
    kernel: Kernel = request.app.state.kernel
    rounds: Rounds = request.app.state.rounds
    now = kernel.clock()
    standings = await rounds.look()
    async with kernel.reading.connect() as connection:
        kept = await queries.kept_spans(connection)
        minutes = pulse_minutes(await queries.pulse_since(connection, now - SHOWN_MINUTES))
        matters = await queries.newest_matters(connection)
    return {
        "as_of": now,
        "services": [standing_answer(one, kept) for one in standings],
        "figures": figures(minutes, standings, now=now),
        "pulse": minutes,
        "rooms": sorted({name for minute in minutes for name in minute["counts"]}),
        "matters": [newest_answer(row) for row in matters],
    }
