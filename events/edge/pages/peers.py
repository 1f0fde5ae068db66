"""Asks the services' HTTP doors for a page, with the reader's own token and the page's trace."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from events.edge.pages.sign_in import Session
from events.sourcing.telemetry import current_traceparent

TIMEOUT = httpx.Timeout(6.0, connect=1.0)
"""Longer than a service waits for its own read model."""
AWAY = frozenset({502, 503, 504})

Answer = dict[str, Any]


class Away(Exception):
    """A service does not answer; whether a write was recorded is not known."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class Declined(Exception):
    """A service said no; `code` is its kebab-case reason where it gave one."""

    def __init__(self, service: str, *, status: int, code: str) -> None:
        super().__init__(f"{service}: {status} {code}")
        self.service = service
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A write that may be sent again: the form's key, and the matter it belongs to."""

    key: str
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Peers:
    """The other services, by name."""

    urls: Mapping[str, str]
    http: httpx.AsyncClient

    async def get(
        self, service: str, path: str, session: Session, **params: str | int | None
    ) -> Answer:
        """Read. Raises `Away` or `Declined`."""
        asked = {name: value for name, value in params.items() if value is not None}
        return await self._ask("GET", service, path, headers=_headers(session), params=asked)

    async def post(
        self, service: str, path: str, body: object, *, session: Session, deed: Deed
    ) -> Answer:
        """Write once, however often the form is sent. Raises `Away` or `Declined`."""
        headers = _headers(session) | {"Idempotency-Key": deed.key}
        if deed.correlation_id:
            headers["X-Correlation-ID"] = deed.correlation_id
        return await self._ask("POST", service, path, headers=headers, json=body)

    async def _ask(self, method: str, service: str, path: str, **asked: Any) -> Answer:
        if service not in self.urls:
            raise Away(service)
        try:
            response = await self.http.request(method, f"{self.urls[service]}{path}", **asked)
        except httpx.TransportError:
            raise Away(service) from None
        if response.status_code in AWAY:
            raise Away(service)
        if response.is_error:
            raise Declined(service, status=response.status_code, code=_code_of(response))
        answer: Answer = response.json()
        return answer


def close_with(app: FastAPI, http: httpx.AsyncClient) -> None:
    """The client lives as long as the application is served."""
    served = app.router.lifespan_context

    @asynccontextmanager
    async def both(running: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        async with http, served(running) as state:
            yield state or {}

    app.router.lifespan_context = both


def _headers(session: Session) -> dict[str, str]:
    traceparent = current_traceparent()
    token = {"Authorization": f"Bearer {session.token}"}
    return token | ({"traceparent": traceparent} if traceparent else {})


def _code_of(response: httpx.Response) -> str:
    try:
        said = response.json()
    except ValueError:
        return "unreadable"
    return str(said.get("type") or "refused") if isinstance(said, dict) else "refused"
