"""From a command accepted in one service to its event visible in another, at a steady rate.

The concierge and the operators' service run as processes of their own, told what `make run` tells
them. One command in ten is looked for, by the same `?after=` that a page would use.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import aiohttp
import httpx

from events.edge.identity import Actor, SignedTokens
from events.sourcing.prepare import prepare
from events.sourcing.transient import surely
from infra.local.places import ROOT
from infra.local.ports import free_port
from tests.bench.figures import Figure, say
from tests.support.servers import kafka_of_own, postgres_of_own

SPEAKING, LISTENING = "concierge", "ops"
RATE = 200
SECONDS = 20
WARM_UP_SECONDS = 3
LOOKED_FOR = 10
READY_SECONDS = 60
STOP_SECONDS = 20
P95_AIM = 150.0
SECRET = "only for the bench"
TOKENS = SignedTokens(SECRET.encode())


def measure() -> Iterator[Figure]:
    """Waits in milliseconds; the 95th percentile has an aim."""
    with TemporaryDirectory(prefix="concord-bench-") as folder:
        waits = _waits(Path(folder))
    cuts = quantiles(waits, n=100)
    say(f"road: {len(waits)} looked for, slowest {max(waits):.0f} ms")
    yield Figure(figure="road.p50", value=cuts[49], unit="ms")
    yield Figure(figure="road.p95", value=cuts[94], unit="ms", aim=P95_AIM, better="less")


def _waits(folder: Path) -> Sequence[float]:
    with (
        postgres_of_own(folder / "postgres") as postgres,
        kafka_of_own(folder / "kafka") as kafka,
    ):
        names = [SPEAKING, LISTENING]
        asyncio.run(prepare(names, server_url=postgres.address, bootstrap=kafka.address))
        (folder / "kek").write_bytes(os.urandom(32))
        ports = {name: free_port() for name in names}
        told = {
            **os.environ,
            "DATABASE_URL": postgres.address,
            "KAFKA_BOOTSTRAP_SERVERS": kafka.address,
            "CONCORD_SECRET": SECRET,
            "KEK_FILE": str(folder / "kek"),
            **{f"{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in ports.items()},
        }
        with _service(SPEAKING, ports, told), _service(LISTENING, ports, told):
            return asyncio.run(_drive(ports))


@contextmanager
def _service(name: str, ports: Mapping[str, int], told: Mapping[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", f"services.{name}"],
        cwd=ROOT,
        env={**told, "PORT": str(ports[name])},
        stdout=sys.stderr,
    )
    try:
        _wait_for_health(process, ports[name])
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"road: {name} did not end when asked to")
            process.kill()
            process.wait()


def _wait_for_health(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("a service did not become healthy")


async def _drive(ports: Mapping[str, int]) -> Sequence[float]:
    # aiohttp: a client that takes a core for itself would measure itself.
    connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=2)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as client:
        road = _Road(client, ports)
        say(f"road: warming up for {WARM_UP_SECONDS} s, then {SECONDS} s at {RATE} commands/s")
        await road.at_rate(WARM_UP_SECONDS)
        return await road.at_rate(SECONDS)


class _Road:
    """A talent who asks, and an operator who watches."""

    def __init__(self, client: aiohttp.ClientSession, ports: Mapping[str, int]) -> None:
        self._client = client
        self._tickets = f"http://127.0.0.1:{ports[SPEAKING]}/tickets"
        self._matters = f"http://127.0.0.1:{ports[LISTENING]}/api/matters"
        asking = Actor(subject="talent-1", roles=frozenset({"talent"}), talent_id="talent-1")
        watching = Actor(subject="operator", roles=frozenset({"ops"}))
        self._asking = _signed_in(asking)
        self._watching = _signed_in(watching)

    async def at_rate(self, seconds: float) -> list[float]:
        """The waits of the commands that were looked for, in milliseconds."""
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(self._one(began + n / RATE, looked_for=n % LOOKED_FOR == 0))
                for n in range(int(seconds * RATE))
            ]
        waits = [one.result() for one in asked]
        say(f"road: {len(asked) / (time.perf_counter() - began):.0f} commands/s accepted")
        return [wait for wait in waits if wait is not None]

    async def _one(self, moment: float, *, looked_for: bool) -> float | None:
        await asyncio.sleep(moment - time.perf_counter())
        wish = {"talent_id": "talent-1", "topic": "arrival", "subject": "s", "message": "m"}
        headers = {**self._asking, "idempotency-key": str(uuid4())}
        ask = partial(self._client.post, self._tickets, json=wish, headers=headers)
        # A server lets go of a connection that was idle; under its key the command is asked again.
        receipt = await surely(partial(_answer, ask))
        accepted = time.perf_counter()
        if not looked_for:
            return None
        await self._see(receipt["correlation_id"], f"{receipt['stream']}@{receipt['version']}")
        return (time.perf_counter() - accepted) * 1000

    async def _see(self, matter: str, place: str) -> None:
        look = partial(
            self._client.get,
            f"{self._matters}/{matter}",
            params={"after": place},
            headers=self._watching,
        )
        while (await surely(partial(_answer, look)))["stale"]:
            pass


async def _answer(ask: Callable[[], AbstractAsyncContextManager[aiohttp.ClientResponse]]) -> Any:
    async with ask() as answer:
        answer.raise_for_status()
        return await answer.json()


def _signed_in(actor: Actor) -> dict[str, str]:
    return {"authorization": f"Bearer {TOKENS.issue(actor)}"}
