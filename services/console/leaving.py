"""Who asked to be forgotten, and what the law holds: for the staff who keep the registry."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from events.edge.pages.peers import Away
from events.edge.pages.refusals import REGISTRY_AWAY
from events.edge.pages.sending import Again, Filled, Letter, carried_out, filled
from events.edge.pages.sign_in import Session, SignedIn
from services.console.pages import Done, Place
from services.console.shapes import the_console

router = APIRouter(include_in_schema=False)

PAGE = "/leaving"
Id = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
TALENT_ID = re.compile(r"[0-9a-f-]{36}")
NOTHING_TYPED = {"talent_id": "", "authority": "", "reason": ""}
WANTED = {
    "talent_id": {"zh": "请填写人才编号", "en": "Write the talent's number"},
    "authority": {"zh": "请写明哪个机关", "en": "Write which authority"},
    "reason": {"zh": "请写明理由", "en": "Write the reason"},
}
OUTCOMES = {
    "held": {"zh": "保留令已记录。", "en": "The hold is recorded."},
    "lifted": {"zh": "已记录解除。", "en": "It is recorded that the hold is lifted."},
}


@router.get(PAGE)
async def leaving(
    request: Request, session: SignedIn, written: Place = None, done: Done = None
) -> Response:
    """Requests to be forgotten, and the holds that stand."""
    said = OUTCOMES.get(done or "")
    outcome = {"tone": "good", "text": said} if said else None
    return await _page(request, session, Again(status=200, outcome=outcome), written=written)


@router.post(f"{PAGE}/holds")
async def place_hold(request: Request, session: SignedIn) -> Response:
    """Record that an authority orders a file to be kept."""
    form = await filled(request, the_console(request).site.forms, NOTHING_TYPED)
    talent_id = form.typed["talent_id"]
    known = {**form.typed, "talent_id": talent_id if TALENT_ID.fullmatch(talent_id) else ""}
    wrong = Filled(typed=known, key=form.key).missing(WANTED)
    path = f"/talents/{talent_id}/holds"
    return await _do(request, session, form, wrong=wrong, path=path, done="held")


@router.post(PAGE + "/{talent_id}/holds/{hold_id}/lift")
async def lift_hold(talent_id: Id, hold_id: Id, request: Request, session: SignedIn) -> Response:
    """Record that an authority allows to forget somebody again."""
    form = await filled(request, the_console(request).site.forms, NOTHING_TYPED)
    wrong = form.missing({name: WANTED[name] for name in ("authority", "reason")})
    path = f"/talents/{talent_id}/holds/{hold_id}/lift"
    return await _do(request, session, form, wrong=wrong, path=path, done="lifted")


async def _do(
    request: Request, session: Session, form: Filled, *, wrong: Again | None, path: str, done: str
) -> Response:
    body = {name: form.typed[name] for name in ("authority", "reason")}
    letter = Letter(service="registry", path=path, body=body, key=form.key, away=REGISTRY_AWAY)
    return await carried_out(
        the_console(request).peers,
        letter,
        session,
        wrong=wrong,
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
        seen = await console.peers.get("registry", "/erasures", session, after=written)
    except Away:
        seen = None
    view: dict[str, Any] = {
        **console.door.frame(request, here="leaving"),
        "as_of": request.app.state.clock(),
        "away": seen is None,
        "stale": bool(seen and seen["stale"]),
        "erasures": seen["erasures"] if seen else [],
        "erasures_in_all": seen["erasures_in_all"] if seen else 0,
        "holds": seen["holds"] if seen else [],
        "holds_in_all": seen["holds_in_all"] if seen else 0,
        "outcome": again.outcome,
        "form": form,
        "errors": again.errors,
        "key": again.key,
    }
    return console.site.show(request, "leaving.html", view, status=again.status)
