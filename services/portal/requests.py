"""My requests to the concierge: the list, one of them, opening one and rating it."""

import asyncio
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from events.edge.pages.peers import Answer, Away, Declined, Deed
from events.edge.pages.refusals import why
from events.edge.pages.sign_in import Session, SignedIn
from events.edge.pages.ticket_words import timeline_of
from events.edge.words import Printable
from services.portal.pages import Place
from services.portal.queries import seen_of
from services.portal.reading import asked_for_tickets, read_all
from services.portal.shapes import Portal, the_portal

router = APIRouter(include_in_schema=False)

TicketId = Annotated[str, Path(pattern=r"^[\w-]{1,64}$")]
Done = Annotated[Printable | None, Query(max_length=20)]

OUTCOMES = {
    "opened": {"zh": "请求已记录，礼宾会尽快响应。", "en": "Your request is recorded."},
    "rated": {"zh": "谢谢，评价已记录。", "en": "Thank you. Your rating is recorded."},
}
WANTED = {
    "topic": {"zh": "请选择是关于什么的", "en": "Choose what it is about"},
    "subject": {"zh": "请用几个字说明是什么事", "en": "Say in a few words what it is"},
    "message": {"zh": "请写明您需要什么", "en": "Say what you need"},
}
AWAY = {
    "zh": "礼宾服务暂时没有应答。您写的内容还在，请稍后再次提交；不会重复记录。",
    "en": "The concierge is not answering. What you wrote is still here: send it again in a "
    "minute. It will not be recorded twice.",
}
NOTHING_TYPED = {"topic": "", "subject": "", "message": ""}


@router.get("/me/tickets")
async def my_tickets(request: Request, session: SignedIn, written: Place = None) -> Response:
    """My requests, and the form that opens one."""
    return await _list(request, session, written=written)


@router.post("/me/tickets")
async def open_ticket(request: Request, session: SignedIn) -> Response:
    """Open a request; it begins a matter of its own."""
    portal = the_portal(request)
    await portal.site.forms.check(request)
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in NOTHING_TYPED}
    errors = [{"field": name, "text": text} for name, text in WANTED.items() if not typed[name]]
    key = key_of(form)
    if errors:
        return await _list(request, session, typed=typed, errors=errors, key=key, status=422)
    deed = Deed(key=key, correlation_id=str(uuid4()))
    try:
        opened = await portal.peers.post("concierge", "/tickets", typed, session=session, deed=deed)
    except Away:
        return await _list(request, session, typed=typed, said=AWAY, key=key, status=503)
    except Declined as refusal:
        errors = [{"field": "topic", "text": why(refusal)}]
        return await _list(request, session, typed=typed, errors=errors, status=422)
    return _onward(opened["ticket_id"], opened, done="opened")


@router.get("/me/tickets/{ticket_id}")
async def my_ticket(
    ticket_id: TicketId,
    request: Request,
    session: SignedIn,
    written: Place = None,
    done: Done = None,
) -> Response:
    """One of my requests, as facts in order."""
    portal = the_portal(request)
    view = await read_ticket(request, portal, session, ticket_id, written=written)
    said = OUTCOMES.get(done or "")
    view["outcome"] = {"tone": "good", "text": said} if said else None
    return portal.site.show(request, "ticket.html", view)


@router.post("/me/tickets/{ticket_id}/rate")
async def rate_ticket(ticket_id: TicketId, request: Request, session: SignedIn) -> Response:
    """Say how well it was solved; this belongs to the matter that the request began."""
    portal = the_portal(request)
    await portal.site.forms.check(request)
    form = await request.form()
    stars = str(form.get("stars", ""))
    body = {
        "stars": int(stars) if stars.isdecimal() else 0,
        "comment": str(form.get("comment", "")),
    }
    ticket = await portal.peers.get("concierge", f"/tickets/{ticket_id}", session)
    deed = Deed(key=key_of(form), correlation_id=ticket["correlation_id"])
    try:
        rated = await portal.peers.post(
            "concierge", f"/tickets/{ticket_id}/rate", body, session=session, deed=deed
        )
    except Declined as refusal:
        view = await read_ticket(request, portal, session, ticket_id)
        view["outcome"] = {"tone": "bad", "text": why(refusal)}
        return portal.site.show(request, "ticket.html", view, status=422)
    return _onward(ticket_id, rated, done="rated")


async def read_ticket(
    request: Request,
    portal: Portal,
    session: Session,
    ticket_id: str,
    *,
    written: int | None = None,
) -> dict[str, Any]:
    """Everything ticket.html reads. Another talent's request is not found."""
    seen = await seen_of(portal.engine, str(session.actor.talent_id))
    place, get = seen.after("ticket", written), portal.peers.get
    answer, topics = await asyncio.gather(
        get("concierge", f"/tickets/{ticket_id}", session, after=place),
        get("concierge", "/topics", session),
    )
    return {
        **portal.door.frame(request, here="tickets"),
        "as_of": answer["as_of"],
        "stale": answer["stale"],
        "outcome": None,
        "live": f"/me/tickets/{ticket_id}/live?after={seen.changes}",
        "changes": seen.changes,
        "ticket": _ticket(portal, answer, topics),
        "facts": timeline_of(answer["timeline"], portal.door.proof.name_of),
    }


def _ticket(portal: Portal, answer: Answer, topics: Answer) -> dict[str, Any]:
    ticket = answer["ticket"]
    known = {topic["code"]: {"zh": topic["zh"], "en": topic["en"]} for topic in topics["topics"]}
    taken_by = ticket["accepted_by"]
    return {
        **ticket,
        "topic": known.get(ticket["topic"], ticket["topic"]),
        "taken_by": portal.door.proof.name_of(taken_by) if taken_by else None,
    }


async def _list(
    request: Request,
    session: Session,
    *,
    written: int | None = None,
    typed: dict[str, str] | None = None,
    errors: list[dict[str, Any]] | None = None,
    said: dict[str, str] | None = None,
    key: str | None = None,
    status: int = 200,
) -> Response:
    portal = the_portal(request)
    seen = await seen_of(portal.engine, str(session.actor.talent_id))
    asked = {
        "tickets": asked_for_tickets(portal, session, seen, written=written),
        "topics": portal.peers.get("concierge", "/topics", session),
    }
    parts = await read_all(asked)
    view = {
        **portal.door.frame(request, here="tickets"),
        "stale": parts.stale,
        "away": parts.away,
        "outcome": {"tone": "bad", "text": said} if said else None,
        "tickets": parts.answers.get("tickets", {}).get("tickets", []),
        "topics": parts.answers.get("topics", {}).get("topics", []) or _only(typed),
        "form": typed or NOTHING_TYPED,
        "errors": errors,
        "key": key,
    }
    return portal.site.show(request, "tickets.html", view, status=status)


def _only(typed: dict[str, str] | None) -> list[dict[str, str]]:
    """What was chosen before stays chosen while the list of topics cannot be read."""
    topic = typed["topic"] if typed else ""
    return [{"code": topic, "zh": topic, "en": topic}] if topic else []


def key_of(form: FormData) -> str:
    """The form's own key, so that a second click is not a second deed."""
    return str(form.get("idempotency_key") or uuid4())[:200]


def _onward(ticket_id: str, receipt: Answer, *, done: str) -> Response:
    place = receipt["position"]
    return RedirectResponse(f"/me/tickets/{ticket_id}?after={place}&done={done}", 303)
