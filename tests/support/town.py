"""Every service behind the pages in one process, each with a database of its own."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
from fastapi import FastAPI

from events.edge.identity import Actor, SignedTokens
from events.edge.pages.sign_in import COOKIES, STAFF_COOKIE
from events.sourcing.clock import SimulatedClock
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from infra.world.client import Client
from services.concierge.app import build as build_concierge
from services.console.app import build as build_console
from services.matching.app import build as build_matching
from services.policy.app import build as build_policy
from services.portal.app import build as build_portal
from services.registry.app import build as build_registry
from tests.support.conforming import Conforming
from tests.support.settings import settings_of_own

SECRET = "a secret for tests, long enough"
NIGHT = datetime(2026, 3, 3, 22, 38, tzinfo=timezone(timedelta(hours=8)))

BEHIND: Mapping[str, Callable[[Settings], FastAPI]] = {
    "registry": build_registry,
    "policy": build_policy,
    "concierge": build_concierge,
    "matching": build_matching,
}
PAGES: Mapping[str, Callable[..., FastAPI]] = {"portal": build_portal, "console": build_console}
ADDRESSES = {name: f"http://{name}" for name in (*BEHIND, *PAGES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The running applications, a client for their doors, and the hand on their clock."""

    apps: Mapping[str, FastAPI]
    client: Client
    clock: SimulatedClock
    away: set[str]

    async def seen(self, service: str, position: int) -> None:
        """Wait until every read model of a service holds what was recorded up to there."""
        kernel: Kernel = self.apps[service].state.kernel
        for name in kernel.projections:
            reader = kernel.readers[name]
            if isinstance(reader, JournalReader):
                assert await reader.reached(position, timeout=30), name

    @asynccontextmanager
    async def window(self, door: str, actor: Actor | None) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody's browser, in English, with the session of a door or without any."""
        token = SignedTokens(SECRET.encode()).issue(actor) if actor else None
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.apps[door]),
            base_url=f"http://{door}",
            cookies={COOKIES.get(door, STAFF_COOKIE): token} if token else None,
            headers={"Accept-Language": "en"},
            timeout=30,
        ) as opened:
            yield opened


class _Reachable(httpx.AsyncBaseTransport):
    """A service's door, unless the service is said to be away."""

    def __init__(self, name: str, app: FastAPI, away: set[str]) -> None:
        self._name, self._away = name, away
        self._door = Conforming(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._name in self._away:
            raise httpx.ConnectError("away", request=request)
        return await self._door.handle_async_request(request)


@asynccontextmanager
async def open_town(
    postgres_url: str,
    bootstrap: str,
    folder: Path,
    *,
    beside: Mapping[str, Callable[[Settings], FastAPI]] = MappingProxyType({}),
) -> AsyncIterator[Town]:
    """All of them, on topics that other tests may use too; those `beside` are asked by nobody."""
    clock, away = SimulatedClock(NIGHT), set[str]()
    settings = partial(
        settings_of_own,
        postgres_url=postgres_url,
        bootstrap=bootstrap,
        folder=folder,
        clock=clock,
        secret=SECRET.encode(),
        peers=ADDRESSES,
    )
    async with AsyncExitStack() as stack:
        apps: dict[str, FastAPI] = {}
        for name, build in {**BEHIND, **beside}.items():
            apps[name] = build(await settings(name))
        for name, build in PAGES.items():
            apps[name] = build(await settings(name), http=_reach(apps, away))
        for app in apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        http = await stack.enter_async_context(_reach(apps, set()))
        client = Client(secret=SECRET.encode(), urls=ADDRESSES, http=http)
        yield Town(apps=apps, client=client, clock=clock, away=away)


def _reach(apps: Mapping[str, FastAPI], away: set[str]) -> httpx.AsyncClient:
    doors: dict[str, Any] = {
        f"http://{name}": _Reachable(name, apps[name], away) for name in BEHIND
    }
    return httpx.AsyncClient(mounts=doors, timeout=30)
