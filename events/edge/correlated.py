"""Every answer says which matter it belongs to: the one that was named, or one of its own."""

import logging
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Correlation-ID"
LONGEST = 100

_KEY = "correlation_id"
_answering: ContextVar[Scope | None] = ContextVar("answering", default=None)
_log = logging.getLogger(__name__)


class Correlated:
    """Stands outermost, so that refusals, pages and what went wrong carry the header as well.

    A request belongs to the matter that it names; a write that names none belongs to its command's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        belongs_to(scope, _named(scope) or str(uuid4()))
        _answering.set(scope)
        started = False

        async def send_with_header(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)[HEADER] = correlation_id_of(scope)
            await send(message)

        try:
            await self._app(scope, receive, send_with_header)
        except Exception:
            if not started:
                await _failed(scope, receive, send_with_header)
            raise


def belongs_to(scope: Scope, correlation_id: str) -> None:
    """From now on, this request belongs to this matter."""
    scope.setdefault("state", {})[_KEY] = correlation_id


def answer_belongs_to(correlation_id: str) -> None:
    """The answer at hand tells of another matter: a command asked again is of its first one."""
    scope = _answering.get()
    if scope is not None:
        belongs_to(scope, correlation_id)


def correlation_id_of(scope: Scope) -> str:
    """The matter that this request belongs to."""
    return str(scope.get("state", {}).get(_KEY, ""))


def _named(scope: Scope) -> str | None:
    named = Headers(scope=scope).get(HEADER, "")
    return named if 0 < len(named) <= LONGEST and named.isprintable() and named.isascii() else None


async def _failed(scope: Scope, receive: Receive, send: Send) -> None:
    """What went wrong stands in the log under the same id, and is not told to the world."""
    _log.error("the request of %s failed", correlation_id_of(scope))
    problem = {"type": "internal-error", "status": 500, _KEY: correlation_id_of(scope)}
    answer = JSONResponse(problem, status_code=500, media_type="application/problem+json")
    await answer(scope, receive, send)
