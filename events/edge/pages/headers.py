"""Gives every answer its security headers, and every page the nonce its own scripts carry."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types htmx"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# What these say is about one person; nobody in between may keep it.
PERSONAL = ("text/html", "text/event-stream")
KEPT = "public, max-age=31536000, immutable"


class PageHeaders:
    """ASGI middleware; plain, so that it does not hold back a stream."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(18)
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), scope=scope, nonce=nonce)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def nonce_of(request: Request) -> str:
    return str(request.scope.get("state", {}).get("nonce", ""))


def _dress(headers: MutableHeaders, *, scope: Scope, nonce: str) -> None:
    headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
    for name, value in FIXED.items():
        headers.setdefault(name, value)
    if headers.get("content-type", "").startswith(PERSONAL):
        headers["Cache-Control"] = "no-store"
        headers["X-Accel-Buffering"] = "no"
    elif scope["path"].startswith("/static/") and b"v=" in scope["query_string"]:
        headers["Cache-Control"] = KEPT
