"""Tells a form sent from our own page from one that another site made the browser send."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

FIELD = "form_token"


class ForgedForm(Exception):
    """The form does not come from a page this reader was shown."""


@dataclass(frozen=True, slots=True)
class FormGuard:
    """Binds a token in each form to a cookie of the reader's browser."""

    service: str
    secret: bytes

    @property
    def cookie(self) -> str:
        # Services share a host in a local run, and a host's ports share cookies.
        return f"{self.service}_form"

    def seed(self, request: Request) -> str:
        """The browser's own seed, made on the first page it asks for."""
        if not hasattr(request.state, "form_seed"):
            request.state.form_seed = request.cookies.get(self.cookie) or secrets.token_urlsafe(24)
        return str(request.state.form_seed)

    def token(self, request: Request) -> str:
        said = f"{self.service}\0{self.seed(request)}".encode()
        return hmac.new(self.secret, said, hashlib.sha256).hexdigest()

    def remember(self, request: Request, response: Response) -> None:
        if self.cookie not in request.cookies:
            secure = request.url.scheme == "https"
            response.set_cookie(
                self.cookie, self.seed(request), httponly=True, samesite="lax", secure=secure
            )

    async def check(self, request: Request) -> None:
        """Raises ForgedForm; a route depends on it before it reads the form."""
        sent = (await request.form()).get(FIELD)
        known = self.cookie in request.cookies and isinstance(sent, str)
        if not known or not _from_here(request):
            raise ForgedForm
        if not hmac.compare_digest(str(sent), self.token(request)):
            raise ForgedForm


def _from_here(request: Request) -> bool:
    """What the browser says of itself; older ones say nothing, and then the token alone decides."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
