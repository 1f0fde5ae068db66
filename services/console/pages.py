"""The queue and one ticket, as pages."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from events.edge.pages.peers import Away, Declined
from events.edge.pages.sign_in import Session, SignedIn
from events.edge.pages.ticket_words import timeline_of
from events.edge.words import Printable
from services.console.queries import seen_of_queue, seen_of_ticket
from services.console.shapes import Console, the_console
from services.console.views import NO_FIGURES, View, rows_of, ticket_of

router = APIRouter(include_in_schema=False)

Place = Annotated[int | None, Query(alias="after", ge=0, lt=10**18)]
Done = Annotated[Printable | None, Query(max_length=20)]
TicketId = Annotated[str, Path(pattern=r"^[\w-]{1,64}$")]

OUTCOMES = {
    "accept": {"zh": "您已接单，请负责到底。", "en": "It is yours, to the end."},
    "answer": {"zh": "答复已记录，对方立即可见。", "en": "Your answer is recorded."},
    "resolve": {"zh": "已办结，等待评价。", "en": "Marked as solved; the talent may rate it."},
}
NOTHING_TYPED = {"answer": "", "resolution": ""}


@router.get("/")
async def start(session: SignedIn) -> Response:
    """The queue; for whoever speaks for an issuing body what waits for a ruling."""
    of_a_body = session.actor.may("clerk") and not session.actor.may("concierge")
    return RedirectResponse("/rulings" if of_a_body else "/queue", 303)


@router.get("/queue")
async def queue(request: Request, session: SignedIn, written: Place = None) -> Response:
    """Open tickets; whichever promise breaks first stands first."""
    console = the_console(request)
    view = await read_queue(request, console, session, written=written)
    return console.site.show(request, "queue.html", view)


@router.get("/queue/{ticket_id}")
async def one_ticket(
    ticket_id: TicketId,
    request: Request,
    session: SignedIn,
    written: Place = None,
    done: Done = None,
) -> Response:
    """What was asked, what has happened, the next step."""
    console = the_console(request)
    view = await read_ticket(request, console, session, ticket_id, written=written)
    said = OUTCOMES.get(done or "")
    view["outcome"] = {"tone": "good", "text": said} if said else None
    return console.site.show(request, "ticket.html", view)


async def read_queue(
    request: Request, console: Console, session: Session, *, written: int | None = None
) -> View:
    """Everything queue.html reads."""
    seen = await seen_of_queue(console.engine)
    get = console.peers.get
    answer, topics = await asyncio.gather(
        get("concierge", "/tickets", session, after=seen.after(written)),
        get("concierge", "/topics", session),
    )
    return {
        **console.door.frame(request, here="queue"),
        "as_of": answer["as_of"],
        "stale": answer["stale"],
        "outcome": None,
        "live": f"/queue/live?after={seen.changes}",
        "changes": seen.changes,
        "figures": answer["figures"] or NO_FIGURES,
        "tickets": rows_of(answer, topics, console.door.proof.name_of),
    }


async def read_ticket(
    request: Request,
    console: Console,
    session: Session,
    ticket_id: str,
    *,
    written: int | None = None,
) -> View:
    """Everything ticket.html reads."""
    seen = await seen_of_ticket(console.engine, ticket_id)
    get, names = console.peers.get, console.door.proof.name_of
    answer, topics = await asyncio.gather(
        get("concierge", f"/tickets/{ticket_id}", session, after=seen.after(written)),
        get("concierge", "/topics", session),
    )
    talent = await _name(console, session, answer["ticket"]["talent_id"])
    matter = answer["correlation_id"]
    return {
        **console.door.frame(request, here="queue"),
        "as_of": answer["as_of"],
        "stale": answer["stale"],
        "outcome": None,
        "live": f"/queue/{ticket_id}/live?after={seen.changes}",
        "changes": seen.changes,
        "ticket": {
            **ticket_of(answer["ticket"], topics, names, talent=talent),
            "correlation_id": matter,
        },
        "facts": timeline_of(answer["timeline"], names),
        "journey": f"{console.ops_url}/matters/{matter}" if console.ops_url else None,
        "typed": NOTHING_TYPED,
        "errors": None,
    }


async def _name(console: Console, session: Session, talent_id: str) -> Any:
    """The talent's name from the registry; the ticket does not wait for it."""
    try:
        file = await console.peers.get("registry", f"/talents/{talent_id}", session)
    except (Away, Declined):
        return {"zh": "（姓名暂不可用）", "en": "(name not available now)"}
    return file["full_name"] or ""
