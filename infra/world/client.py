"""Asks the services over HTTP as somebody, again and again until there is an answer."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import msgspec

from events.edge.identity import Actor, SignedTokens

PATIENCE_SECONDS = 150.0
"""Kafka may be away for a minute, and then a group waits for members that have died."""
PAUSE_SECONDS = 0.25
BUSY = {429, 502, 503, 504}

LOADER = Actor(subject="system:world", roles=frozenset({"system"}))


class Unanswered(Exception):
    """A service said no, or said nothing for too long; the message names it and what it said."""


class NotThere(Unanswered):
    """It answered 404: there is no such thing, or it has not heard of it yet."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What requests belong to, and the event that moved us to ask."""

    correlation_id: str | None = None
    causation_id: str | None = None


@dataclass(slots=True)
class Client:
    """One HTTP client for all services; their addresses come from `REGISTRY_URL` and so on."""

    secret: bytes
    urls: Mapping[str, str]
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=30))

    async def post(
        self,
        service: str,
        path: str,
        body: object,
        *,
        key: str,
        actor: Actor = LOADER,
        matter: Matter = Matter(),
    ) -> dict[str, Any]:
        """Write once, however often it must be sent; the answer."""
        headers = self._headers(actor) | {"Idempotency-Key": key}
        if matter.correlation_id:
            headers["X-Correlation-ID"] = matter.correlation_id
        if matter.causation_id:
            headers["X-Causation-ID"] = str(UUID(matter.causation_id))
        headers["Content-Type"] = "application/json"
        content = msgspec.json.encode(body)
        asked = {"headers": headers, "content": content}
        return await self._ask("POST", service, path, asked, until=_deadline())

    async def get(
        self, service: str, path: str, *, actor: Actor = LOADER, **params: str
    ) -> dict[str, Any]:
        """Read; the answer."""
        return await self._read(service, path, actor, params, until=_deadline())

    async def get_when(
        self,
        service: str,
        path: str,
        ready: Any,
        *,
        actor: Actor = LOADER,
        **params: str,
    ) -> dict[str, Any]:
        """Read until it is there and `ready(answer)`; raises `Unanswered` after too long."""
        deadline = _deadline()
        while True:
            said: object
            try:
                said = answer = await self._read(service, path, actor, params, until=deadline)
                if ready(answer):
                    return answer
            except NotThere as not_yet:
                said = not_yet
            if asyncio.get_running_loop().time() > deadline:
                raise Unanswered(f"{service}{path} did not come to what was expected: {said}")
            await asyncio.sleep(PAUSE_SECONDS)

    def _headers(self, actor: Actor) -> dict[str, str]:
        return {"Authorization": f"Bearer {SignedTokens(self.secret).issue(actor)}"}

    async def _read(
        self, service: str, path: str, actor: Actor, params: Mapping[str, str], *, until: float
    ) -> dict[str, Any]:
        asked = {"headers": self._headers(actor), "params": params}
        return await self._ask("GET", service, path, asked, until=until)

    async def _ask(
        self, method: str, service: str, path: str, asked: Mapping[str, Any], *, until: float
    ) -> dict[str, Any]:
        url = f"{self.urls[service]}{path}"
        while True:
            said = await self._once(method, url, **asked)
            if isinstance(said, dict):
                return said
            if asyncio.get_running_loop().time() > until:
                raise Unanswered(f"{method} {service}{path}: {said}")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _once(self, method: str, url: str, **kwargs: Any) -> dict[str, Any] | str:
        """The answer, or why it is worth asking again."""
        try:
            response = await self.http.request(method, url, **kwargs)
        except httpx.TransportError as failure:
            return type(failure).__name__
        if response.status_code in BUSY:
            return f"{response.status_code}"
        if response.is_error:
            kind = NotThere if response.status_code == httpx.codes.NOT_FOUND else Unanswered
            raise kind(f"{method} {url}: {response.status_code} {response.text[:500]}")
        answer: dict[str, Any] = response.json()
        return answer


def _deadline() -> float:
    return asyncio.get_running_loop().time() + PATIENCE_SECONDS


def client_from_environment(env: Mapping[str, str] = os.environ) -> Client:
    """A client for the services that the environment names."""
    urls = {name.removesuffix("_URL").lower(): url for name, url in env.items() if _names(name)}
    return Client(secret=env["CONCORD_SECRET"].encode(), urls=urls)


def _names(name: str) -> bool:
    return name.endswith("_URL") and name != "DATABASE_URL"
