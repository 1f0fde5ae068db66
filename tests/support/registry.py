"""A registry of its own for a test: its own database, people who do not exist, and who may ask."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
from fastapi import FastAPI

from events.catalog.talent import Fact, FactValue
from events.edge.identity import Actor, SignedTokens
from events.sourcing.clock import SimulatedClock
from events.sourcing.database import prepare_database
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from infra.world.people import resident_number
from services.registry.app import build
from tests.support.conforming import Conforming

SECRET = b"a secret for tests"
NO_KAFKA = "127.0.0.1:1"
"""Nobody listens there: the registry serves, and its relay waits."""
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""

REGISTRAR = Actor(subject="staff-registrar", roles=frozenset({"registrar"}))
CONCIERGE = Actor(subject="staff-concierge", roles=frozenset({"concierge"}))
MATCHMAKER = Actor(subject="staff-matchmaker", roles=frozenset({"matchmaker"}))
MINHANG_CLERK = Actor(subject="clerk-1", roles=frozenset({"clerk"}), body_id="minhang")

TIER = {
    "programme": "mh.chunshen",
    "tier": "B1",
    "conferred_by": "minhang",
    "valid_from": "2025-01-01",
    "valid_to": "2027-12-31",
}
DOCTOR = {"name": "highest_degree", "value": "doctor", "document": "degree-certificate"}
DECLARED: dict[str, list[dict[str, str]]] = {
    "facts": [{"name": "highest_degree", "value": "master"}]
}


def the_talent(talent_id: str) -> Actor:
    return Actor(subject=talent_id, roles=frozenset({"talent"}), talent_id=talent_id)


def somebody(number: int = 1, born: date = date(1990, 5, 17)) -> dict[str, str]:
    """A registration; another number is another person."""
    return {
        "full_name": "王样例（虚构）",
        "identity_number": resident_number(number, born, "female", Random(number)),
        "identity_kind": "resident-id",
    }


def fact(
    name: str,
    value: FactValue,
    *,
    source: str = "declared",
    term: tuple[date | None, date | None] = (None, None),
    at: datetime = NOON,
    document: str | None = None,
) -> Fact:
    return Fact(
        name=name,
        value=value,
        source=source,
        valid_from=term[0],
        valid_to=term[1],
        recorded_at=at,
        document=document,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A running registry, and the hand on its clock."""

    app: FastAPI
    clock: SimulatedClock
    http: httpx.AsyncClient

    @property
    def kernel(self) -> Kernel:
        kernel: Kernel = self.app.state.kernel
        return kernel

    async def post(
        self, path: str, body: object, *, by: Actor = REGISTRAR, key: str | None = None
    ) -> httpx.Response:
        headers = _signed(by) | ({"Idempotency-Key": key} if key else {})
        return await self.http.post(path, json=body, headers=headers)

    async def get(self, path: str, *, by: Actor = REGISTRAR, **params: str | int) -> httpx.Response:
        return await self.http.get(path, headers=_signed(by), params=params)

    async def done(self, path: str, body: object, *, by: Actor = REGISTRAR) -> dict[str, Any]:
        """Ask for something that is expected to happen."""
        response = await self.post(path, body, by=by)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def registered(self, number: int = 1) -> str:
        """Somebody new; their talent id."""
        answer = await self.done("/talents", somebody(number))
        return str(answer["talent_id"])

    async def file(
        self, talent_id: str, *, by: Actor = REGISTRAR, **params: str | int
    ) -> dict[str, Any]:
        """A talent's file with everything that has happened so far in it."""
        last = await self.kernel.journal.last_position()
        response = await self.get(f"/talents/{talent_id}", by=by, after=last, **params)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        assert not answer["stale"]
        return answer


def _signed(actor: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {SignedTokens(SECRET).issue(actor)}"}


async def own_settings(postgres_url: str, folder: Path, *, bootstrap: str = NO_KAFKA) -> Settings:
    """A database that no other test uses."""
    service = f"registry_{secrets.token_hex(4)}"
    await prepare_database(postgres_url, service)
    kek = folder / "kek"
    kek.write_bytes(b"k" * 32)
    return Settings(
        service=service,
        database_url=postgres_url,
        bootstrap=bootstrap,
        secret=SECRET,
        kek_file=kek,
        clock=SimulatedClock(NOON),
        otlp_endpoint=None,
        host="127.0.0.1",
        port=0,
        peers={},
    )


@asynccontextmanager
async def open_door(settings: Settings) -> AsyncIterator[Door]:
    """Run a registry; settings used before mean a restart."""
    app, clock = build(settings), settings.clock
    assert isinstance(clock, SimulatedClock)
    transport = Conforming(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://registry") as http,
    ):
        yield Door(app=app, clock=clock, http=http)
