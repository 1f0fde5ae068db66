"""Who asked to be forgotten, and what the law holds: for the staff who keep the registry."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from events.edge.pages.peers import Away, Declined, Deed
from events.edge.pages.refusals import REGISTRY_AWAY, why
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
    return await _page(request, session, written=written, outcome=outcome)


@router.post(f"{PAGE}/holds")
async def place_hold(request: Request, session: SignedIn) -> Response:
    """Record that an authority orders a file to be kept."""
    form = await _form(request)
    talent_id = str(form.get("talent_id", "")).strip()
    return await _do(
        request, session, form, path=f"/talents/{talent_id}/holds", needs=WANTED, done="held"
    )


@router.post(PAGE + "/{talent_id}/holds/{hold_id}/lift")
async def lift_hold(talent_id: Id, hold_id: Id, request: Request, session: SignedIn) -> Response:
    """Record that an authority allows to forget somebody again."""
    form = await _form(request)
    needs = {name: WANTED[name] for name in ("authority", "reason")}
    path = f"/talents/{talent_id}/holds/{hold_id}/lift"
    return await _do(request, session, form, path=path, needs=needs, done="lifted")


async def _form(request: Request) -> FormData:
    await the_console(request).site.forms.check(request)
    return await request.form()


async def _do(
    request: Request,
    session: Session,
    form: FormData,
    *,
    path: str,
    needs: dict[str, dict[str, str]],
    done: str,
) -> Response:
    typed = {name: str(form.get(name, "")).strip() for name in NOTHING_TYPED}
    key = str(form.get("idempotency_key", ""))[:200]
    if errors := [{"field": name, "text": needs[name]} for name in _missing(typed, needs)]:
        return await _page(request, session, typed=typed, errors=errors, key=key, status=422)
    body = {name: typed[name] for name in ("authority", "reason")}
    peers, deed = the_console(request).peers, Deed(key=key)
    try:
        receipt = await peers.post("registry", path, body, session=session, deed=deed)
    except Away:
        said = {"tone": "bad", "text": REGISTRY_AWAY}
        return await _page(request, session, typed=typed, outcome=said, key=key, status=503)
    except Declined as refusal:
        said = {"tone": "bad", "text": why(refusal)}
        return await _page(request, session, typed=typed, outcome=said, status=422)
    return RedirectResponse(f"{PAGE}?after={receipt['position']}&done={done}", 303)


def _missing(typed: dict[str, str], needs: dict[str, dict[str, str]]) -> list[str]:
    missing = [name for name in needs if not typed[name]]
    if "talent_id" in needs and not TALENT_ID.fullmatch(typed["talent_id"]):
        missing.insert(0, "talent_id")
    return list(dict.fromkeys(missing))


async def _page(
    request: Request,
    session: Session,
    *,
    written: int | None = None,
    outcome: dict[str, Any] | None = None,
    typed: dict[str, str] | None = None,
    errors: list[dict[str, Any]] | None = None,
    key: str | None = None,
    status: int = 200,
) -> Response:
    console = the_console(request)
    try:
        seen = await console.peers.get("registry", "/erasures", session, after=written)
    except Away:
        seen = None
    view = {
        **console.door.frame(request, here="leaving"),
        "as_of": request.app.state.clock(),
        "away": seen is None,
        "stale": bool(seen and seen["stale"]),
        "erasures": seen["erasures"] if seen else [],
        "erasures_in_all": seen["erasures_in_all"] if seen else 0,
        "holds": seen["holds"] if seen else [],
        "holds_in_all": seen["holds_in_all"] if seen else 0,
        "outcome": outcome,
        "form": typed or NOTHING_TYPED,
        "errors": errors,
        "key": key,
    }
    return console.site.show(request, "leaving.html", view, status=status)
