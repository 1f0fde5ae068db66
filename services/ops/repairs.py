"""The pages of one held stream: what is parked, and forms to release it or to go on without."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from events.edge.pages.peers import Answer, Declined, Deed, Peers
from events.edge.pages.refusals import why
from events.edge.pages.sign_in import Session, SignedIn, door_of
from events.edge.parked import MAY_REPAIR
from events.edge.words import Printable
from events.sourcing.faults import HOLE
from events.sourcing.repair.domain import BECAUSE, MISSING_FOR_GOOD
from services.ops.views import owner_view

router = APIRouter(include_in_schema=False)

NOTHING_TYPED = {"because": "", "reference": ""}
WANTED = {"field": "because", "text": {"zh": "请选择一个理由", "en": "Choose a reason"}}
MALFORMED = {
    "field": "reference",
    "text": {"zh": "请写成 INC-2041 的样式", "en": "Write it in the form INC-2041"},
}
FORBIDDEN, NOT_FOUND = 403, 404

OUTCOMES: Mapping[str, Mapping[str, object]] = {
    "freed": {
        "tone": "good",
        "text": {
            "zh": "已放行：这条流的事件已按顺序处理，没有再搁置的。",
            "en": "Released: the events of the stream were taken in order, and none is parked now.",
        },
    },
    "held": {
        "tone": "warn",
        "text": {
            "zh": "已放行并记录，但仍有事件处理失败：它停在原处，其后的事件继续等待。",
            "en": "Released and recorded, but an event failed again: it stands where it stood, and "
            "the later ones wait behind it.",
        },
    },
    "discarded": {
        "tone": "good",
        "text": {
            "zh": "已弃置并记录为事件。其后的事件还在等待：请放行这条流。",
            "en": "Discarded, and recorded as an event. The later ones still wait: release the "
            "stream.",
        },
    },
    "emptied": {
        "tone": "good",
        "text": {
            "zh": "已弃置并记录为事件，这条流不再搁置。",
            "en": "Discarded, and recorded as an event. Nothing of the stream is parked any more.",
        },
    },
    "gone": {
        "tone": "warn",
        "text": {
            "zh": "这条流已不再搁置，没有可做的。",
            "en": "The stream is not held any more; there was nothing to do.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A held stream of one reader of a service."""

    service: str
    reader: str
    topic: str
    stream: str

    def asked(self) -> dict[str, str]:
        """As the service's own door names it."""
        return {"reader": self.reader, "topic": self.topic, "stream": self.stream}

    def page(self, outcome: str) -> str:
        """The address of its page, with what was just done."""
        return f"/parked/stream?{urlencode({**asdict(self), 'done': outcome})}"


Name = Annotated[Printable, Query(min_length=1, max_length=200)]
Done = Annotated[Printable, Query(max_length=20)]


@router.get("/parked/stream")
async def one_stream(
    service: Name,
    reader: Name,
    topic: Name,
    stream: Name,
    request: Request,
    session: SignedIn,
    done: Done = "",
) -> Response:
    """What is parked of one stream, and what can be done about it."""
    place = Place(service=service, reader=reader, topic=topic, stream=stream)
    view = await _view(request, session, place, outcome=OUTCOMES.get(done))
    return _show(request, view)


@router.post("/parked/release")
async def release(request: Request, session: SignedIn) -> Response:
    """Take the stream again, in order."""
    form = await _form(request)
    place = _place(form)
    done = await _repair(request, session, place, form=form, deed="release", more={})
    if isinstance(done, Response):
        return done
    return _onward(place, "held" if done["held"] else "freed", held=done["held"])


@router.post("/parked/discard")
async def discard(request: Request, session: SignedIn) -> Response:
    """Go on without the event that stands first."""
    form = await _form(request)
    place, typed = _place(form), {name: _text(form, name).strip() for name in NOTHING_TYPED}
    if not typed["because"]:
        return await _again(request, session, place, form, typed=typed, errors=[WANTED])
    more = {
        "version": _text(form, "version"),
        "because": typed["because"],
        "reference": typed["reference"] or None,
    }
    done = await _repair(request, session, place, form=form, deed="discard", more=more)
    if isinstance(done, Response):
        return done
    return _onward(place, "discarded" if done["held"] else "emptied", held=done["held"])


async def _form(request: Request) -> FormData:
    await door_of(request).site.forms.check(request)
    return await request.form()


async def _repair(
    request: Request,
    session: Session,
    place: Place,
    *,
    form: FormData,
    deed: str,
    more: Mapping[str, object],
) -> Answer | Response:
    """What the service answered, or the page that says why it did not do it.

    The deed belongs to the matter of the event that stands first. Where nobody answers, sending
    the form again with its key is safe: refreshing the page does it.
    """
    key = Deed(key=_text(form, "idempotency_key"), correlation_id=_text(form, "matter") or None)
    body = {**place.asked(), **more}
    try:
        return await _peers(request).post(
            place.service, f"/parked-events/{deed}", body, session=session, deed=key
        )
    except Declined as refusal:
        if refusal.status == NOT_FOUND:
            return _onward(place, "gone", held=None)
        if refusal.status == FORBIDDEN:
            raise
        typed = {name: _text(form, name).strip() for name in NOTHING_TYPED}
        if refusal.code == "reference-malformed":
            return await _again(request, session, place, form, typed=typed, errors=[MALFORMED])
        said = {"tone": "bad", "text": why(refusal)}
        return await _again(request, session, place, form, typed=typed, outcome=said)


async def _again(
    request: Request,
    session: Session,
    place: Place,
    form: FormData,
    *,
    typed: Mapping[str, str],
    **changes: Any,
) -> Response:
    """The stream's page once more, with what was chosen."""
    view = await _view(request, session, place)
    key = _text(form, "idempotency_key")
    return _show(request, {**view, **changes, "typed": typed, "key": key}, status=422)


async def _view(
    request: Request, session: Session, place: Place, *, outcome: object = None
) -> dict[str, Any]:
    """Everything parked_stream.html reads."""
    shown = await _peers(request).get(
        place.service, "/parked-events/stream", session, **place.asked()
    )
    first = shown["events"][0]
    return {
        **door_of(request).frame(request, here="parked"),
        "as_of": request.app.state.clock(),
        "place": asdict(place),
        "events": [
            {**one, "owner": owner_view(one["owner"], place.service)} for one in shown["events"]
        ],
        "first": first,
        "because": [
            code for code in BECAUSE if (code == MISSING_FOR_GOOD) == (first["kind"] == HOLE)
        ],
        "may_repair": session.actor.may(*MAY_REPAIR),
        "typed": NOTHING_TYPED,
        "key": None,
        "errors": None,
        "outcome": outcome,
    }


def _onward(place: Place, outcome: str, *, held: object) -> Response:
    """To the stream's page while it is held, else to the list."""
    return RedirectResponse(place.page(outcome) if held else f"/parked?done={outcome}", 303)


def _show(request: Request, view: dict[str, Any], *, status: int = 200) -> Response:
    return door_of(request).site.show(request, "parked_stream.html", view, status=status)


def _place(form: FormData) -> Place:
    return Place(**{name: _text(form, name) for name in ("service", "reader", "topic", "stream")})


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, ""))[:200]


def _peers(request: Request) -> Peers:
    peers: Peers = request.app.state.peers
    return peers
