"""From a changed fact of one talent to that talent's new entitlement, at a steady rate.

The registry and the policy service run as processes of their own, with every encoded policy
published. Every change is one that alters the outcome, and one in ten is looked for at the door of
the policy service; it counts from the moment at which it was due to be stated.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import psutil

from events.edge.identity import Actor
from tests.bench.figures import Figure, say
from tests.bench.pace import due, for_seconds
from tests.bench.platform import Platform, platform, signed_in
from tests.bench.road import one_in_ten
from tests.bench.standing_world import Known, settle

STATING, ANSWERING = "registry", "policy"
RATE = 100
SECONDS = 25
WARM_UP_SECONDS = 5
TALENTS = 2_000
P95_AIM = 250.0
REGISTRAR = Actor(subject="registrar", roles=frozenset({"registrar"}))
CONCIERGE = Actor(subject="concierge", roles=frozenset({"concierge"}))

TURNS: dict[str, tuple[object, object]] = {
    "highest_degree": ("doctor", "bachelor"),
    "employment": ("full-time", "none"),
    "contract_years": (1, 6),
    "home_owned_in_shanghai": (True, False),
    "student": (True, False),
}
"""Facts whose change everybody notices, and two values of each; some are read by thirty policies,
some by two."""


def measure() -> Iterator[Figure]:
    """Waits in milliseconds, of which the 95th percentile has an aim; CPU time of the service."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        platform(Path(folder), [STATING, ANSWERING]) as place,
        place.serving(),
    ):
        waits, spent = asyncio.run(_measured(place))
    cuts = quantiles(waits, n=100)
    say(f"standing: {len(waits)} looked for, slowest {max(waits):.0f} ms")
    yield Figure(figure="policy.standing-p50", value=cuts[49], unit="ms")
    yield Figure(
        figure="policy.standing-p95", value=cuts[94], unit="ms", aim=P95_AIM, better="less"
    )
    yield Figure(figure="policy.standing-cpu", value=spent, unit="CPU ms/change")


async def _measured(place: Platform) -> tuple[list[float], float]:
    """The waits, and what each change cost the policy service."""
    talents = await settle(place, TALENTS)
    service = psutil.Process(place.running[ANSWERING].pid)
    async with _changing(place, talents) as changes:
        say(f"standing: {WARM_UP_SECONDS} s, then {SECONDS} s at {RATE} changes/s")
        await changes.at_rate(WARM_UP_SECONDS)
        before = _spent(service)
        waits = await changes.at_rate(SECONDS)
        return waits, (_spent(service) - before) * 1000 / (RATE * SECONDS)


def _spent(service: psutil.Process) -> float:
    used = service.cpu_times()
    return float(used.user + used.system)


@asynccontextmanager
async def _changing(place: Platform, talents: list[Known]) -> AsyncIterator["Changes"]:
    connector = aiohttp.TCPConnector(limit=200, keepalive_timeout=2)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as client:
        yield Changes(client, place, talents)


class Changes:
    """A registrar who states facts, and a concierge who looks what follows."""

    def __init__(
        self, client: aiohttp.ClientSession, place: Platform, talents: list[Known]
    ) -> None:
        self._client = client
        self._at = {name: f"http://127.0.0.1:{port}" for name, port in place.ports.items()}
        self._talents = talents
        self._numbers = count()

    async def at_rate(self, seconds: float) -> list[float]:
        """The waits of the changes that were stated in this time, once all are over."""
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            stated = list[asyncio.Task[dict[str, Any]]]()
            looked_for = list[asyncio.Task[float]]()
            async for n, moment in due(RATE, for_seconds(seconds)):
                talent_id, fact = self._next()
                stated.append(group.create_task(self._state(talent_id, fact)))
                if one_in_ten(n):
                    seeing = self._seen(talent_id, stated[-1], moment)
                    looked_for.append(group.create_task(seeing))
        say(f"standing: {len(stated) / (time.perf_counter() - began):.0f} changes/s came through")
        return [one.result() for one in looked_for]

    def _next(self) -> tuple[str, dict[str, Any]]:
        """Each talent in turn, each time by another fact."""
        number = next(self._numbers)
        turn, place = divmod(number, len(self._talents))
        talent = self._talents[place]
        name = list(TURNS)[(number + turn) % len(TURNS)]
        one, other = TURNS[name]
        value = talent.facts[name] = other if talent.facts.get(name) == one else one
        return talent.talent_id, {"name": name, "value": value, "source": "verified"}

    async def _state(self, talent_id: str, fact: dict[str, Any]) -> dict[str, Any]:
        address = f"{self._at[STATING]}/talents/{talent_id}/facts"
        headers = signed_in(REGISTRAR)
        async with self._client.post(address, json={"facts": [fact]}, headers=headers) as answer:
            answer.raise_for_status()
            receipt: dict[str, Any] = await answer.json()
            return receipt

    async def _seen(
        self, talent_id: str, stating: "asyncio.Task[dict[str, Any]]", moment: float
    ) -> float:
        receipt = await stating
        place = f"{receipt['stream']}@{receipt['version']}"
        answer: dict[str, Any] = {"stale": True}
        while answer["stale"]:
            answer = await self._standing(talent_id, place)
        waited = (time.perf_counter() - moment) * 1000
        if answer["facts_version"] < receipt["version"]:
            raise RuntimeError("a change was without consequence, so there was nothing to measure")
        return waited

    async def _standing(self, talent_id: str, place: str) -> dict[str, Any]:
        address = f"{self._at[ANSWERING]}/entitlements/{talent_id}"
        headers = signed_in(CONCIERGE)
        async with self._client.get(address, params={"after": place}, headers=headers) as answer:
            answer.raise_for_status()
            found: dict[str, Any] = await answer.json()
            return found
