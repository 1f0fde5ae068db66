"""One span for each request, under the caller's, as long as its answer takes."""

from collections.abc import Collection

from opentelemetry.trace import Span, SpanKind
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events.edge.correlated import correlation_id_of
from events.sourcing.telemetry import continued, span


class Traced:
    """Names method, route and status, never what was asked; `untraced` addresses go as they are.

    It stands around the application itself, because a wrapper that takes the request apart first
    costs as much as the command behind it.
    """

    def __init__(self, app: ASGIApp, *, service: str, untraced: Collection[str] = ()) -> None:
        self._app = app
        self._service = service
        self._untraced = untraced

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._untraced:
            await self._app(scope, receive, send)
            return
        with (
            continued(Headers(scope=scope).get("traceparent")),
            span(f"{self._service}.http", kind=SpanKind.SERVER, method=scope["method"]) as current,
        ):
            await self._app(scope, receive, _noting_status(current, send))
            current.set_attribute("route", getattr(scope.get("route"), "path", "unknown"))
            current.set_attribute("correlation_id", correlation_id_of(scope))


def _noting_status(current: Span, send: Send) -> Send:
    async def send_noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            current.set_attribute("status", message["status"])
        await send(message)

    return send_noted
