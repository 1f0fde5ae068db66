"""Signing in to pages: a choice of personas today, behind what OpenID Connect will fill later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from events.edge.identity import TOKEN_SECONDS, Actor, SignedTokens
from events.edge.pages.forms import ForgedForm
from events.edge.pages.personas import Persona, read_personas
from events.edge.pages.site import Site
from events.sourcing.clock import real_clock

# Who may come in at which door; a role that stands nowhere here comes in nowhere.
ROLES_OF_DOOR = {
    "portal": frozenset({"talent"}),
    "console": frozenset({"concierge", "clerk", "registrar", "matchmaker"}),
    "ops": frozenset({"ops"}),
}
# A host's ports share cookies; with two of them, a talent's window and a staff window of one
# browser stand side by side.
COOKIES = {"portal": "concord_session_talent"}
STAFF_COOKIE = "concord_session"


class SignInFirst(Exception):
    """Nobody is signed in."""


class NotAllowed(Exception):
    """Whoever is signed in may not see this page."""


class Proof(Protocol):
    """How people prove who they are: a page of personas here, a redirect with OpenID Connect."""

    def ask(self, request: Request, *, come_back_to: str) -> Response:
        """What the reader is shown or sent to."""

    async def proven(self, request: Request) -> Actor | None:
        """Who it is, from what came back."""

    def reader_of(self, actor: Actor) -> dict[str, Any]:
        """How a page's frame names its reader: `name` and `role`."""

    def name_of(self, subject: str) -> object:
        """How pages name whoever did something; the subject itself where nobody knows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who reads a page, and the token that services are asked with on their behalf."""

    actor: Actor
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The sign-in of one service's pages."""

    name: str
    site: Site
    tokens: SignedTokens
    proof: Proof

    @property
    def cookie(self) -> str:
        """The cookie that holds the token."""
        return COOKIES.get(self.name, STAFF_COOKIE)

    def session(self, request: Request) -> Session:
        """Raises `SignInFirst`, or `NotAllowed` where the role belongs to another door."""
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = bearer if scheme.lower() == "bearer" else request.cookies.get(self.cookie, "")
        actor = self.tokens.actor_of(token)
        if actor is None:
            raise SignInFirst
        if not actor.may(*ROLES_OF_DOOR[self.name]):
            raise NotAllowed
        return Session(actor=actor, token=token)

    def frame(self, request: Request, *, here: str = "") -> dict[str, Any]:
        """What every page's frame reads: `reader`, `demo_time`, `here`."""
        try:
            reader = self.proof.reader_of(self.session(request).actor)
        except (SignInFirst, NotAllowed):
            reader = None
        return {"reader": reader, "demo_time": _demo_time(request), "here": here}

    def message(
        self,
        request: Request,
        code: str,
        *,
        status: int,
        detail: object = None,
        onward: Mapping[str, object] | None = None,
    ) -> Response:
        """A page that says what could not be done, and where to go on."""
        view = {**self.frame(request), "code": code, "detail": detail, "next": onward}
        return self.site.show(request, "message.html", view, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPersona:
    """No password: the reader chooses one of the synthetic people."""

    door: str
    site: Site
    personas: Sequence[Persona]

    def ask(self, request: Request, *, come_back_to: str) -> Response:
        """The page with the people of this door."""
        shown = [_shown(one) for one in self.personas if self.door in one.doors]
        frame = {"reader": None, "demo_time": _demo_time(request), "here": ""}
        return self.site.show(
            request, "sign_in.html", {**frame, "personas": shown, "next": come_back_to}
        )

    async def proven(self, request: Request) -> Actor | None:
        """The chosen one, if they belong to this door."""
        chosen = (await request.form()).get("persona_id")
        found = (one for one in self.personas if one.persona_id == chosen)
        return next((one.actor for one in found if self.door in one.doors), None)

    def reader_of(self, actor: Actor) -> dict[str, Any]:
        """The persona's name and role; the subject for somebody who brought a token."""
        known = self._known(actor.subject)
        return {"name": self.name_of(actor.subject), "role": known.role if known else None}

    def name_of(self, subject: str) -> object:
        """The persona's name."""
        known = self._known(subject)
        return known.name if known else subject

    def _known(self, subject: str) -> Persona | None:
        return next((one for one in self.personas if one.actor.subject == subject), None)


def mount(app: FastAPI, site: Site, *, door: str) -> Door:
    """Adds /sign-in and /sign-out, and turns `SignInFirst`, `NotAllowed`, `ForgedForm` to pages."""
    proof = ChosenPersona(door=door, site=site, personas=read_personas())
    opened = Door(name=door, site=site, tokens=SignedTokens(site.forms.secret), proof=proof)
    app.state.door = opened
    app.include_router(router)
    app.add_exception_handler(SignInFirst, signed_in_again)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(ForgedForm, _forged)
    return opened


def door_of(request: Request) -> Door:
    """The sign-in of the application that answers this request."""
    door: Door = request.app.state.door
    return door


async def signed_in(request: Request) -> Session:
    """Who reads this page; without a session the reader is sent to sign in."""
    return door_of(request).session(request)


SignedIn = Annotated[Session, Depends(signed_in)]

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def ask_who(request: Request) -> Response:
    """Whom to sign in as."""
    wanted = request.query_params.get("next")
    return door_of(request).proof.ask(request, come_back_to=same_site(wanted))


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Start a session and go on to where the reader wanted to be."""
    door = door_of(request)
    await door.site.forms.check(request)
    actor = await door.proof.proven(request)
    if actor is None:
        return door.message(request, "not-allowed", status=403)
    onward = RedirectResponse(same_site(str((await request.form()).get("next"))), 303)
    onward.set_cookie(
        door.cookie,
        door.tokens.issue(actor),
        max_age=TOKEN_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return onward


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    door = door_of(request)
    await door.site.forms.check(request)
    onward = RedirectResponse("/sign-in", 303)
    onward.delete_cookie(door.cookie)
    return onward


def same_site(address: str | None) -> str:
    """The address if it is a path of this site, else the start page; never another site's."""
    if not address or not address.startswith("/") or "\\" in address or not address.isprintable():
        return "/"
    parts = urlsplit(address)
    return "/" if parts.scheme or parts.netloc or address.startswith("//") else address


def signed_in_again(request: Request, _: Exception) -> Response:
    """A stream cannot sign in, and a form that was sent cannot be sent again by a redirect."""
    if "text/event-stream" in request.headers.get("accept", ""):
        return PlainTextResponse("sign in first", 401)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    come_back_to = wanted if request.method == "GET" else "/"
    return RedirectResponse(f"/sign-in?next={quote(come_back_to, safe='')}", 303)


def _not_allowed(request: Request, _: Exception) -> Response:
    onward = {
        "address": "/sign-in",
        "text": {"zh": "换一个人登录", "en": "Sign in as someone else"},
    }
    return door_of(request).message(request, "not-allowed", status=403, onward=onward)


def _forged(request: Request, _: Exception) -> Response:
    return door_of(request).message(request, "form-not-ours", status=403)


def _shown(persona: Persona) -> dict[str, Any]:
    return {
        "persona_id": persona.persona_id,
        "name": persona.name,
        "role": persona.role,
        "about": persona.about,
    }


def _demo_time(request: Request) -> datetime | None:
    """The moment of a shifted clock; none while the clock is the real one."""
    clock = request.app.state.clock
    moment: datetime = clock()
    return None if clock is real_clock else moment
