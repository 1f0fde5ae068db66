"""A concierge of its own for a test: its own database, a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx
from fastapi import FastAPI

from events.edge.identity import Actor, SignedTokens
from events.sourcing.clock import SimulatedClock
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from services.concierge.app import build
from services.concierge.live import changes
from tests.support.conforming import Conforming
from tests.support.settings import settings_of_own

SECRET = b"a secret for tests"
NO_KAFKA = "127.0.0.1:1"
"""Nobody listens there: the concierge serves, and its relay waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A running concierge, and the hand on its clock."""

    app: FastAPI
    clock: SimulatedClock

    @property
    def kernel(self) -> Kernel:
        kernel: Kernel = self.app.state.kernel
        return kernel

    def asks(self, actor: Actor) -> "Asker":
        """Somebody with a token."""
        client = httpx.AsyncClient(
            transport=Conforming(self.app),
            base_url="http://concierge",
            headers={"Authorization": f"Bearer {SignedTokens(SECRET).issue(actor)}"},
        )
        return Asker(client=client)

    async def hears(self, ticket_id: str, code: str, *, behind: int = 0) -> int:
        """Wait until this happened to the ticket; the position where it did."""
        heard = changes(self.kernel, behind=behind, talent_id=None, ticket_id=ticket_id)
        async for message in heard:
            if f'"{code}"' in str(message.data):
                await heard.aclose()
                return int(str(message.id))
        raise AssertionError("the stream of changes ended")

    async def deadlines_caught_up(self) -> None:
        """Wait until every event so far has set or called off its timers."""
        reader = self.kernel.readers["deadlines"]
        assert isinstance(reader, JournalReader)
        assert await reader.reached(await self.kernel.journal.last_position(), timeout=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """One person at the concierge's HTTP door."""

    client: httpx.AsyncClient

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        return await self.client.post(path, json=body, headers=headers)

    async def get(self, path: str, **params: str | int) -> httpx.Response:
        return await self.client.get(path, params=params)

    async def done(self, path: str, body: object = None, **headers: str) -> dict[str, Any]:
        """Ask for something that is expected to happen."""
        response = await self.post(path, body, **headers)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def sees(self, path: str, **params: str | int) -> dict[str, Any]:
        """Read something that is expected to be there."""
        response = await self.get(path, **params)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer


def talent(talent_id: str) -> Actor:
    return Actor(subject=talent_id, roles=frozenset({"talent"}), talent_id=talent_id)


def staff(subject: str) -> Actor:
    return Actor(subject=subject, roles=frozenset({"concierge"}))


async def own_settings(postgres_url: str, folder: Path, clock: SimulatedClock) -> Settings:
    """A database that no other test uses."""
    return await settings_of_own(
        "concierge", postgres_url, NO_KAFKA, folder, clock=clock, secret=SECRET, topics=False
    )


@asynccontextmanager
async def open_desk(settings: Settings, opens_at: datetime) -> AsyncIterator[Desk]:
    """Run a concierge from this moment on; settings used before mean a restart."""
    clock = SimulatedClock(opens_at)
    app = build(replace(settings, clock=clock))
    async with app.router.lifespan_context(app):
        yield Desk(app=app, clock=clock)
