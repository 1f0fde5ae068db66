"""Where two texts contradict each other: what waits for a ruling, and the form to rule on it."""

import asyncio
from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.edge.pages.peers import Answer, Away
from events.edge.pages.sending import Again, carried_out, filled
from events.edge.pages.sign_in import NotAllowed, Session, SignedIn
from events.sourcing.clock import legal_day
from services.console.pages import Done, Place
from services.console.ruling_form import NOTHING_TYPED, TYPED, letter_of, wrong_in
from services.console.ruling_views import contradictions_view, names_of, ruled_view
from services.console.shapes import Console, the_console

router = APIRouter(include_in_schema=False)

PAGE = "/rulings"
OUTCOMES = {
    "ruled": {
        "zh": "裁定已记录；相关人员的组合正在重新计算。",
        "en": "The ruling is recorded. The packages it bears on are being worked out again.",
    },
    "withdrawn": {
        "zh": "撤回已记录；自该日起恢复从严理解，直至另有裁定。",
        "en": "The withdrawal is recorded. From that day on the stricter reading counts again, "
        "until somebody rules anew.",
    },
}
NOTHING: Answer = {"contradictions": [], "ruled": [], "ruled_in_all": 0, "stale": False}


@router.get(PAGE)
async def rulings(
    request: Request, session: SignedIn, written: Place = None, done: Done = None
) -> Response:
    """Contradictions between the texts of the day, and what was ruled before."""
    said = OUTCOMES.get(done or "")
    outcome = {"tone": "good", "text": said} if said else None
    return await _page(request, session, Again(status=200, outcome=outcome), written=written)


@router.post(f"{PAGE}/give")
async def give(request: Request, session: SignedIn) -> Response:
    """Rule on one of them, for one's own body."""
    return await _do(request, session, needs=TYPED, deed="rulings", done="ruled")


@router.post(f"{PAGE}/withdraw")
async def withdraw(request: Request, session: SignedIn) -> Response:
    """Take a ruling back from a day on."""
    needs = ("effective_on", "clause")
    return await _do(request, session, needs=needs, deed="rulings/withdraw", done="withdrawn")


async def _do(
    request: Request, session: Session, *, needs: tuple[str, ...], deed: str, done: str
) -> Response:
    console, body_id = the_console(request), session.actor.body_id
    if body_id is None or not session.actor.may("clerk"):
        raise NotAllowed
    form = await filled(request, console.site.forms, NOTHING_TYPED)
    return await carried_out(
        console.peers,
        letter_of(form, body_id, deed=deed),
        session,
        wrong=wrong_in(form, needs),
        onward=f"{PAGE}?after={{place}}&done={done}",
        show=partial(_page, request, session, form=form.typed),
    )


async def _page(
    request: Request,
    session: Session,
    again: Again,
    *,
    form: Mapping[str, str] = NOTHING_TYPED,
    written: int | None = None,
) -> Response:
    console = the_console(request)
    try:
        seen, bodies = await _asked(console, session, written)
    except Away:
        seen, bodies = None, {"bodies": []}
    found, names = seen or NOTHING, names_of(bodies)
    now = request.app.state.clock()
    all_of_them = contradictions_view(
        found["contradictions"],
        names,
        reader_of=session.actor.body_id,
        typed=form,
        today=legal_day(now).isoformat(),
    )
    view = {
        **console.door.frame(request, here="rulings"),
        "as_of": now,
        "away": seen is None,
        "stale": found["stale"],
        "waiting": [each for each in all_of_them if each["ruling"] is None],
        "settled": [each for each in all_of_them if each["ruling"] is not None],
        "ruled": ruled_view(found["ruled"], names),
        "ruled_in_all": found["ruled_in_all"],
        "outcome": again.outcome,
        "errors": again.errors,
        "key": again.key,
    }
    return console.site.show(request, "rulings.html", view, status=again.status)


async def _asked(console: Console, session: Session, written: int | None) -> tuple[Answer, Answer]:
    """Raises `Away`, or `Declined` where the reader may not see it."""
    get = console.peers.get
    seen, bodies = await asyncio.gather(
        get("policy", "/contradictions", session, after=written),
        get("policy", "/bodies", session),
    )
    return seen, bodies
