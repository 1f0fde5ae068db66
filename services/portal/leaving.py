"""My data: what bars their erasure, how far it has come, and the form that asks for it."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from events.edge.pages.peers import Answer, Away
from events.edge.pages.refusals import REGISTRY_AWAY
from events.edge.pages.sending import Again, Filled, Letter, carried_out
from events.edge.pages.sign_in import Session, SignedIn
from events.edge.words import Printable
from services.portal.pages import Place
from services.portal.queries import seen_of
from services.portal.requests import key_of
from services.portal.shapes import the_portal
from services.portal.words import Text

router = APIRouter(include_in_schema=False)

Done = Annotated[Printable | None, Query(max_length=20)]

PAGE = "/me/data"
# Personal Information Protection Law (2021), article 47: when somebody's data must be deleted.
REASONS: dict[str, Text] = {
    "consent-withdrawn": {"zh": "我撤回同意", "en": "I withdraw my consent"},
    "purpose-achieved": {
        "zh": "处理目的已实现，或不再需要",
        "en": "What they were kept for is done, or they are not needed any more",
    },
    "retention-ended": {
        "zh": "保存期限已届满",
        "en": "They were to be kept for a time that is over",
    },
    "unlawful-processing": {
        "zh": "处理违反法律、法规或约定",
        "en": "They are processed against the law or what was agreed",
    },
}
WANTED: dict[str, Text] = {
    "reason": {"zh": "请选择一个理由", "en": "Choose one of the reasons"},
    "confirmed": {
        "zh": "尚未提出请求。如确要删除，请选择“是”",
        "en": "Nothing was asked for. Choose yes if everything is to be erased",
    },
}
ASKED: Text = {"zh": "您的请求已记录，正在办理。", "en": "Your request is recorded and under way."}
NOTHING_TYPED = {"reason": ""}


@router.get(PAGE)
async def my_data(
    request: Request, session: SignedIn, written: Place = None, done: Done = None
) -> Response:
    """How it stands with my data."""
    said = {"tone": "good", "text": ASKED} if done == "asked" else None
    return await _page(request, session, Again(status=200, outcome=said), written=written)


@router.post(f"{PAGE}/erasure")
async def ask_for_erasure(request: Request, session: SignedIn) -> Response:
    """Ask to be forgotten; only whoever has confirmed it is taken at their word."""
    portal = the_portal(request)
    await portal.site.forms.check(request)
    form = await request.form()
    told = Filled(typed=_typed(form), key=key_of(form))
    path, body = f"/talents/{session.actor.talent_id}/erasure", {"reason": told.typed["reason"]}
    return await carried_out(
        portal.peers,
        Letter(service="registry", path=path, body=body, key=told.key, away=REGISTRY_AWAY),
        session,
        wrong=told.missing(WANTED),
        onward=f"{PAGE}?after={{place}}&done=asked",
        show=partial(_page, request, session, form=told.typed),
    )


async def _page(
    request: Request,
    session: Session,
    again: Again,
    *,
    form: Mapping[str, str] = NOTHING_TYPED,
    written: int | None = None,
) -> Response:
    portal = the_portal(request)
    standing, away = await _standing(request, session, written)
    view = {
        **portal.door.frame(request, here="data"),
        **standing_view(standing),
        "as_of": request.app.state.clock(),
        "away": away,
        "outcome": again.outcome,
        "reasons": REASONS,
        "form": form,
        "errors": again.errors,
        "key": again.key,
    }
    return portal.site.show(request, "data.html", view, status=again.status)


async def _standing(
    request: Request, session: Session, written: int | None
) -> tuple[Answer | None, bool]:
    """What the registry says, and whether it is away."""
    portal, me = the_portal(request), str(session.actor.talent_id)
    seen = await seen_of(portal.engine, me)
    place = seen.after("talent", written)
    try:
        path = f"/talents/{me}/erasure"
        return await portal.peers.get("registry", path, session, after=place), False
    except Away:
        return None, True


def standing_view(standing: Answer | None) -> dict[str, Any]:
    """Where it stands: nothing asked, held by law, asked for, erased, or over."""
    if standing is None:
        return {"state": "unknown", "erasure": None, "holds": [], "stale": False}
    erasure, holds = standing["erasure"], standing["holds"]
    return {
        "state": _state(erasure, holds),
        "erasure": erasure,
        "holds": holds,
        "stale": standing["stale"],
    }


def _state(erasure: Answer | None, holds: list[Answer]) -> str:
    if erasure and erasure["completed_at"]:
        return "completed"
    if holds:
        return "held"
    return "requested" if erasure else "open"


def _typed(form: FormData) -> dict[str, str]:
    """What was chosen; a reason that is not on the page is none."""
    reason = str(form.get("reason", ""))
    return {
        "reason": reason if reason in REASONS else "",
        "confirmed": "yes" if form.get("confirmed") == "yes" else "",
    }
