"""PostgreSQL, Kafka and services as processes of their own, told what `make run` tells them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import httpx

from events.edge.identity import Actor, SignedTokens
from events.sourcing.prepare import prepare
from infra.local.places import ROOT
from infra.local.ports import free_port
from tests.bench.figures import say
from tests.support.servers import Server, kafka_of_own, postgres_of_own
from tests.support.waiting import comes_true

SECRET = "only for the bench"
TOKENS = SignedTokens(SECRET.encode())
READY_SECONDS = 60
STOP_SECONDS = 20
IDLE_SECONDS = 30
"""How long a client keeps a connection for its next question: to open one costs as much as several
questions do, and a server closes one only after it was idle for longer (`KEPT_SECONDS`)."""


def signed_in(actor: Actor) -> dict[str, str]:
    """The headers by which a service knows who asks."""
    return {"authorization": f"Bearer {TOKENS.issue(actor)}"}


def many_at_once(most: int, *, patience: float) -> aiohttp.ClientSession:
    """Asks so many questions at the same time, each for so many seconds.

    It is aiohttp's: a client that takes a core for itself would measure itself.
    """
    connector = aiohttp.TCPConnector(limit=most, keepalive_timeout=IDLE_SECONDS)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=patience))


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Prepared databases and topics, and the ports that services are to take."""

    server_url: str
    bootstrap: str
    ports: Mapping[str, int]
    told: Mapping[str, str]
    kafka: Server
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    """The services that run, by their names."""

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Every service runs meanwhile."""
        with ExitStack() as running:
            for name in self.ports:
                running.enter_context(self._service(name))
            yield

    def behind_others(self, module: str, *words: str) -> "subprocess.Popen[bytes]":
        """A module on its own, told the same and as nice as `make rebuild` lets it be."""
        command = ["nice", "-n", "19", sys.executable, "-m", module, *words]
        return subprocess.Popen(command, cwd=ROOT, env=self.told, stdout=sys.stderr)

    @contextmanager
    def _service(self, name: str) -> Iterator[None]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"services.{name}"],
            cwd=ROOT,
            env={**self.told, "PORT": str(self.ports[name])},
            stdout=sys.stderr,
        )
        try:
            _wait_for_health(process, self.ports[name])
            self.running[name] = process
            yield
        finally:
            self.running.pop(name, None)
            _stop(process, name)


@contextmanager
def platform(folder: Path, services: Sequence[str]) -> Iterator[Platform]:
    """Everything but the services runs; it is gone afterwards."""
    with (
        postgres_of_own(folder / "postgres") as postgres,
        kafka_of_own(folder / "kafka") as kafka,
    ):
        asyncio.run(prepare([*services], server_url=postgres.address, bootstrap=kafka.address))
        (folder / "kek").write_bytes(os.urandom(32))
        ports = {name: free_port() for name in services}
        told = {
            **os.environ,
            "DATABASE_URL": postgres.address,
            "KAFKA_BOOTSTRAP_SERVERS": kafka.address,
            "CONCORD_SECRET": SECRET,
            "KEK_FILE": str(folder / "kek"),
            **{f"{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in ports.items()},
        }
        yield Platform(
            server_url=postgres.address,
            bootstrap=kafka.address,
            ports=ports,
            told=told,
            kafka=kafka,
        )


def _wait_for_health(process: "subprocess.Popen[bytes]", port: int) -> None:
    if not comes_true(
        lambda: _is_healthy(port),
        seconds=READY_SECONDS,
        worth_waiting=lambda: process.poll() is None,
    ):
        raise RuntimeError("a service did not become healthy")


def _is_healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _stop(process: "subprocess.Popen[bytes]", name: str) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        say(f"{name} did not end when asked to")
        process.kill()
        process.wait()
