"""How much a request may bring: more than any form or list needs is turned away unread."""

from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1024 * 1024


class TooLarge(Exception):
    """The body goes on beyond the limit."""


class BodyLimit:
    """Hands a request on with its body in hand, or answers 413; `open_to` keep their own limit.

    A body that does not say how long it is, is counted while it comes in.
    """

    def __init__(self, app: ASGIApp, *, open_to: Collection[str] = ()) -> None:
        self._app = app
        self._open_to = open_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._open_to or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        try:
            _check_claim(scope)
            parts = await _read(receive)
        except TooLarge:
            await _refusal()(scope, receive, send)
            return
        await self._app(scope, _again(parts, receive), send)


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "content-length" in headers or "transfer-encoding" in headers


def _check_claim(scope: Scope) -> None:
    claimed = Headers(scope=scope).get("content-length", "")
    if claimed.isdecimal() and int(claimed) > MOST_BYTES:
        raise TooLarge


async def _read(receive: Receive) -> list[Message]:
    """Every message up to the end of the body, or to the end of the line."""
    parts, size = list[Message](), 0
    while True:
        message = await receive()
        parts.append(message)
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise TooLarge
        if message["type"] != "http.request" or not message.get("more_body", False):
            return parts


def _again(parts: list[Message], receive: Receive) -> Receive:
    """What was read, once more; then whatever else comes."""
    kept = iter(parts)

    async def receive_again() -> Message:
        return next(kept, None) or await receive()

    return receive_again


def _refusal() -> JSONResponse:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return JSONResponse(
        {"type": "request-too-large", "status": status, "facts": {"limit": str(MOST_BYTES)}},
        status_code=status,
        media_type="application/problem+json",
    )
