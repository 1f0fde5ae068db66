"""The door of a service one of whose streams is held, and who comes to it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from events.edge.identity import Actor, SignedTokens
from events.edge.service import make_app
from tests.support.conforming import Conforming
from tests.support.parking import TOPIC, Bench, event, open_bench

SECRET = b"a secret for tests"
STREAM, OTHER = "note-1", "note-2"
FIVE = [event(STREAM, version) for version in range(1, 6)]
AT = {"reader": "trail", "topic": TOPIC, "stream": STREAM}

OPERATOR = Actor(subject="staff-operator", roles=frozenset({"ops", "repair"}))
AUDITOR = Actor(subject="staff-auditor", roles=frozenset({"ops"}))
SYSTEM = Actor(subject="system:ops", roles=frozenset({"system"}))


class Door:
    """A service's door; versions 2 to 5 of a stream are parked behind it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.app: FastAPI = make_app(
            bench.kernel, title="Notes", authenticator=SignedTokens(SECRET), routers=[]
        )

    async def asks(
        self,
        method: str,
        path: str,
        *,
        actor: Actor | None = OPERATOR,
        key: str | None = None,
        **more: Any,
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        if actor is not None:
            headers["Authorization"] = f"Bearer {SignedTokens(SECRET).issue(actor)}"
        async with httpx.AsyncClient(
            transport=Conforming(self.app), base_url="http://notes", headers=headers
        ) as http:
            return await http.request(method, path, **more)

    async def post(self, deed: str, body: Mapping[str, Any] = AT, **more: Any) -> httpx.Response:
        return await self.asks("POST", f"/parked-events/{deed}", json=body, **more)

    async def shown(self, **place: str) -> list[dict[str, Any]]:
        response = await self.asks("GET", "/parked-events/stream", params={**AT, **place})
        assert response.status_code == 200, response.text
        events: list[dict[str, Any]] = response.json()["events"]
        return events


@asynccontextmanager
async def open_door(postgres_url: str) -> AsyncIterator[Door]:
    async with open_bench(postgres_url) as bench:
        bench.broken.add((STREAM, 2))
        await bench.feed(*FIVE)
        yield Door(bench)
