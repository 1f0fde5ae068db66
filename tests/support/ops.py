"""An ops service of its own for a test, a service it watches, and the worker as a process."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import httpx
import uvicorn
from fastapi import FastAPI

from events.edge.identity import Actor, SignedTokens
from events.edge.service import make_app
from events.sourcing.clock import real_clock
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from events.sourcing.topic_reader import TopicReader
from infra.local.places import ROOT
from infra.local.ports import free_port
from services.ops.app import build
from tests.support.conforming import Conforming
from tests.support.kernel import until
from tests.support.settings import settings_of_own

SECRET = b"a secret for tests"
OPERATOR = Actor(subject="staff-operator", roles=frozenset({"ops"}))
OFFICER = Actor(subject="staff-officer", roles=frozenset({"concierge"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A running ops service, asked over HTTP."""

    app: FastAPI
    http: httpx.AsyncClient

    @property
    def kernel(self) -> Kernel:
        kernel: Kernel = self.app.state.kernel
        return kernel

    async def get(self, path: str, *, actor: Actor | None = OPERATOR) -> httpx.Response:
        return await self.http.get(path, headers=bearer(actor))

    async def read(self, path: str) -> dict[str, Any]:
        response = await self.get(path)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def is_stale(self, what: str) -> bool:
        stale: bool = (await self.read(f"/api/{what}"))["stale"]
        return stale

    async def becomes_fresh(self, *what: str, seconds: float = 60) -> None:
        """On a busy machine a service may now and then answer too late to be believed."""

        async def fresh() -> bool:
            return not any([await self.is_stale(one) for one in what])

        await until(fresh, seconds=seconds)

    async def is_up_to_date(self) -> None:
        """Wait until the journey has taken in what others left: what comes now is seen at once."""
        journey = self.kernel.readers["journey"]
        assert isinstance(journey, TopicReader)

        async def caught_up() -> bool:
            return journey.caught_up

        await until(caught_up, seconds=90)


def bearer(actor: Actor | None) -> dict[str, str]:
    """What somebody's request carries; nobody's carries nothing."""
    if actor is None:
        return {}
    return {"Authorization": f"Bearer {SignedTokens(SECRET).issue(actor)}"}


async def own_settings(
    postgres_url: str,
    kafka_bootstrap: str,
    folder: Path,
    *,
    kind: str = "ops",
    peers: Mapping[str, str] | None = None,
) -> Settings:
    """A database and consumer groups that no other test uses."""
    return await settings_of_own(
        kind, postgres_url, kafka_bootstrap, folder, clock=real_clock, secret=SECRET, peers=peers
    )


@asynccontextmanager
async def open_watch(settings: Settings) -> AsyncIterator[Watch]:
    """Run an ops service."""
    app = build(settings)
    transport = Conforming(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://ops", timeout=30) as http,
    ):
        yield Watch(app=app, http=http)


@asynccontextmanager
async def answering(kernel: Kernel) -> AsyncIterator[str]:
    """A service that answers over HTTP, at this address, where it stands."""
    tokens = SignedTokens(SECRET)
    async with serving(make_app(kernel, title="Clerk", authenticator=tokens, routers=[])) as url:
        yield url


@asynccontextmanager
async def serving(app: FastAPI, *, lifespan: Literal["on", "off"] = "on") -> AsyncIterator[str]:
    """The application behind a real port, at this address; its loops may run already."""
    port = free_port()
    how = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan=lifespan)
    server = uvicorn.Server(how)
    served = asyncio.create_task(server.serve())
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            await until(partial(_is_well, http))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await served


async def _is_well(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health")).is_success
    except httpx.TransportError:
        return False


class Worker:
    """The Faust worker as a process of its own, to be killed and started again."""

    def __init__(self, settings: Settings, folder: Path, *, url: str) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "KAFKA_BOOTSTRAP_SERVERS": settings.bootstrap,
            "CONCORD_SECRET": settings.secret.decode(),
            "KEK_FILE": str(settings.kek_file),
            "OPS_WORKER_DATA": str(folder / "faust"),
            "OPS_URL": url,
            "HOST": "127.0.0.1",
            "PORT": str(free_port()),
        }

    def start(self) -> None:
        with (self._folder / "worker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.ops.worker"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def end(self, how: signal.Signals) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(how)
        self._process.wait(30)


@asynccontextmanager
async def a_worker(watch: Watch, folder: Path) -> AsyncIterator[Worker]:
    """A worker that asks this ops service, and is gone afterwards."""
    async with serving(watch.app, lifespan="off") as url:
        worker = Worker(watch.kernel.settings, folder, url=url)
        worker.start()
        try:
            yield worker
        finally:
            worker.end(signal.SIGKILL)
