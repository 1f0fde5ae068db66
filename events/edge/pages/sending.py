"""Sends what a form says to a service; what is not taken comes back on its page, with why."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from events.edge.pages.forms import FormGuard
from events.edge.pages.peers import Answer, Away, Declined, Deed, Peers
from events.edge.pages.refusals import why
from events.edge.pages.sign_in import Session

Text: TypeAlias = Mapping[str, str]
Errors: TypeAlias = list[dict[str, object]]
MOST_OF_A_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it was filled in, without blanks around; `key` makes it one deed."""

    typed: Mapping[str, str]
    key: str

    def missing(self, wanted: Mapping[str, Text]) -> "Again | None":
        """The page again where a field that is wanted is empty."""
        return self.wrong({name: text for name, text in wanted.items() if not self.typed[name]})

    def wrong(self, fields: Mapping[str, Text]) -> "Again | None":
        """The page again where there is something to say of a field."""
        errors: Errors = [{"field": name, "text": text} for name, text in fields.items()]
        if not errors:
            return None
        return Again(status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors, key=self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Why a page is shown once more. With its key what may be recorded is not recorded twice."""

    status: int
    outcome: Mapping[str, object] | None = None
    errors: Errors | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is asked of which service; `away` is said where it does not answer."""

    service: str
    path: str
    body: object
    key: str
    away: Text


async def filled(request: Request, forms: FormGuard, fields: Mapping[str, str]) -> Filled:
    """Raises `ForgedForm`; a field that was not sent is empty."""
    await forms.check(request)
    form = await request.form()
    return Filled(typed={name: typed(form, name) for name in fields}, key=key_of(form))


def typed(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()


def key_of(form: FormData) -> str:
    return str(form.get("idempotency_key", ""))[:MOST_OF_A_KEY]


async def sent(peers: Peers, letter: Letter, session: Session) -> Answer | Again:
    """The service's answer. Who may not ask at all is told so by another page."""
    deed = Deed(key=letter.key)
    try:
        return await peers.post(
            letter.service, letter.path, letter.body, session=session, deed=deed
        )
    except Away:
        said = {"tone": "bad", "text": letter.away}
        return Again(status=HTTPStatus.SERVICE_UNAVAILABLE, outcome=said, key=letter.key)
    except Declined as refusal:
        if refusal.status == HTTPStatus.FORBIDDEN:
            raise
        said = {"tone": "bad", "text": why(refusal)}
        return Again(status=HTTPStatus.UNPROCESSABLE_ENTITY, outcome=said)


async def carried_out(
    peers: Peers,
    letter: Letter,
    session: Session,
    *,
    wrong: Again | None,
    onward: str,
    show: Callable[[Again], Awaitable[Response]],
) -> Response:
    """On to where it shows, once it is recorded; nothing is sent while something is `wrong`."""
    answer = wrong or await sent(peers, letter, session)
    if isinstance(answer, Again):
        return await show(answer)
    return RedirectResponse(onward.format(place=answer["position"]), HTTPStatus.SEE_OTHER)
