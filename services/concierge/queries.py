"""What can be asked about tickets: the queue, a talent's own, one in full, the topics."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request

from events.edge.asking import TheClock
from events.edge.identity import CurrentActor
from events.edge.receipts import SeenAfter, fresh
from events.edge.words import Line
from events.sourcing.kernel import Kernel
from events.sourcing.types import Refused
from services.concierge import rows
from services.concierge.access import only_of
from services.concierge.answers import Figures, RequestList, TicketAnswer, Topics
from services.concierge.api import TicketId
from services.concierge.calendars import CHINA
from services.concierge.terms import TERMS_VERSION
from services.concierge.views import calculations_of, entry_of, request_of, topics

router = APIRouter(tags=["tickets"])

State = Literal["waiting", "accepted", "answered", "resolved", "rated"]
SOLVED = frozenset[State | None]({"resolved", "rated"})


async def wanted(
    actor: CurrentActor,
    state: State | None = None,
    talent_id: Line | None = None,
    cursor: Line | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> rows.Wanted:
    """Which tickets the reader asks for; a talent gets their own, and 403 for another's."""
    only = only_of(actor)
    if only is not None and talent_id not in {None, only}:
        raise HTTPException(403, "a talent sees only their own requests")
    try:
        behind = rows.parse_place(cursor) if cursor else None
    except ValueError:
        raise HTTPException(422, "cursor must be the `next` of an earlier answer") from None
    return rows.Wanted(talent_id=only or talent_id, state=state, behind=behind, limit=limit)


@router.get("/tickets")
async def list_tickets(
    asked: Annotated[rows.Wanted, Depends(wanted)],
    after: SeenAfter,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> RequestList:
    """The staff queue by the next due moment; with a talent, or solved ones, the newest first."""
    kernel: Kernel = request.app.state.kernel
    now = clock()
    is_queue = asked.talent_id is None and asked.state not in SOLVED
    stale = not await fresh(request, "queue" if is_queue else "mine", after)
    read = rows.read_queue if is_queue else rows.read_mine
    found = await read(kernel.reading, asked)
    figures = Figures(**await rows.read_figures(kernel.reading, now)) if is_queue else None
    talent_reads = only_of(actor) is not None
    return RequestList(
        stale=stale,
        as_of=now,
        figures=figures,
        tickets=[request_of(row, now=now, talent_reads=talent_reads) for row in found.rows],
        next=str(found.end) if found.end else None,
    )


@router.get("/tickets/{ticket_id}")
async def read_ticket(
    ticket_id: TicketId, after: SeenAfter, actor: CurrentActor, clock: TheClock, request: Request
) -> TicketAnswer:
    """One ticket: what happened, both clocks, and how their due moments came about."""
    engine = request.app.state.kernel.reading
    only, now = only_of(actor), clock()
    stale = not await fresh(request, "ticket", after)
    card = await rows.read_card(engine, ticket_id, talent_id=only)
    if card is None:
        raise Refused("ticket-not-found")
    return TicketAnswer(
        stale=stale,
        as_of=now,
        ticket=request_of(card, now=now, talent_reads=only is not None),
        message=card["message"],
        opened_by=card["opened_by"],
        correlation_id=card["correlation_id"],
        terms_version=card["terms_version"],
        timeline=[entry_of(row) for row in await rows.read_entries(engine, ticket_id)],
        calculations=calculations_of(card),
    )


@router.get("/topics")
async def list_topics(_: CurrentActor) -> Topics:
    """What a request may be about, and what is promised for each."""
    return Topics(
        stale=False,
        terms_version=TERMS_VERSION,
        calendar_version=CHINA.version,
        announced_until=CHINA.last_day,
        topics=topics(),
    )
