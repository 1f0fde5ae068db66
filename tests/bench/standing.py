"""From a changed fact of one talent to that talent's new entitlement, at a steady rate.

The registry and the policy service run as processes of their own, with every encoded policy
published. Every change is one that alters the outcome, and of one in ten the policy service is
asked at its door which answer stands, without the answer itself; it counts from the moment at which
it was due to be stated. Where the road cannot keep up, what was not seen when the time is over
counts with the time that it waited.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import msgspec
import uvloop

from events.edge.identity import Actor
from tests.bench.figures import Figure, say
from tests.bench.pace import due, for_seconds
from tests.bench.platform import Platform, many_at_once, platform, signed_in
from tests.bench.road import one_in_ten
from tests.bench.spent import spent_by
from tests.bench.standing_world import Known, settle

STATING, ANSWERING = "registry", "policy"
EASY, RATE = 25, 100
"""Changes a second: a steady trickle first, then what the aim speaks of."""
SECONDS = 20
EASY_SECONDS = 15
WARM_UP_SECONDS = 5
SETTLING_SECONDS = 80
"""Whoever is not registered by then is left out: the whole takes three minutes at most."""
PATIENCE_SECONDS = 15
"""How long is waited for what was stated, once nothing more is."""
TALENTS = 1_000
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What became of the changes: `waits` in milliseconds, of those not seen at least so long."""

    stated: int
    recorded: int
    assessed: int
    waits: Sequence[float]
    unseen: int
    seconds: float

    def told(self) -> str:
        """What came through, as it is said."""
        return (
            f"{self.stated} changes: {self.recorded} were recorded and {self.assessed} assessed"
            f" in {self.seconds:.0f} s;"
            f" {self.unseen} of {len(self.waits)} looked for were never seen,"
            f" the slowest took {max(self.waits):.0f} ms"
        )


class Receipt(msgspec.Struct):
    """As much of a receipt as is needed to look what followed."""

    stream: str
    version: int


class Seen(msgspec.Struct):
    """As much of an answer as is looked at."""

    stale: bool
    facts_version: int


def measure() -> Iterator[Figure]:
    """Waits in milliseconds, of which the 95th percentile has an aim; CPU time by process."""
    settled = time.perf_counter() + SETTLING_SECONDS
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        platform(Path(folder), [STATING, ANSWERING]) as place,
        place.serving(),
    ):
        easy, came, spent = uvloop.run(_measured(place, settled))
    cuts, calm = quantiles(came.waits, n=100), quantiles(easy.waits, n=100)
    yield Figure(figure=f"policy.standing-p50-at-{EASY}", value=calm[49], unit="ms")
    yield Figure(figure=f"policy.standing-p95-at-{EASY}", value=calm[94], unit="ms")
    yield Figure(figure="policy.standing-p50", value=cuts[49], unit="ms")
    yield Figure(
        figure="policy.standing-p95", value=cuts[94], unit="ms", aim=P95_AIM, better="less"
    )
    rate = came.assessed / came.seconds
    yield Figure(figure="policy.standing-assessed", value=rate, unit="assessments/s")
    for name, each in spent.items():
        yield Figure(figure=f"policy.standing-cpu-{name}", value=each, unit="CPU ms/change")


async def _measured(place: Platform, settled: float) -> tuple[Came, Came, Mapping[str, float]]:
    """What came through of few and of many, and what each of many cost every process in ms."""
    talents = await settle(place, TALENTS, until=settled)
    async with _changing(place, talents) as changes:
        say(f"standing: {WARM_UP_SECONDS} s to warm up, {EASY_SECONDS} s at {EASY} changes/s")
        await changes.at_rate(EASY, WARM_UP_SECONDS)
        easy = await changes.at_rate(EASY, EASY_SECONDS)
        say(f"standing: {easy.told()}; {SECONDS} s at {RATE} changes/s")
        before = spent_by(place)
        came = await changes.at_rate(RATE, SECONDS)
        after = spent_by(place)
        say(f"standing: {came.told()}")
    done = {ANSWERING: came.assessed}
    return (
        easy,
        came,
        {
            name: (after[name] - before[name]) * 1000 / max(1, done.get(name, came.recorded))
            for name in after
        },
    )


@asynccontextmanager
async def _changing(place: Platform, talents: list[Known]) -> AsyncIterator["Changes"]:
    async with many_at_once(200, patience=60) as client:
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
        # A token holds for longer than this lasts; to sign one for each request would be measured.
        self._registrar, self._concierge = signed_in(REGISTRAR), signed_in(CONCIERGE)

    async def at_rate(self, rate: float, seconds: float) -> Came:
        """What became of the changes of this time, once all are seen or were waited for."""
        began, before = time.perf_counter(), await self._assessed()
        stating, seeing = list[asyncio.Task[Receipt]](), dict[asyncio.Task[float], float]()
        async for n, moment in due(rate, for_seconds(seconds)):
            talent_id, fact = self._next()
            stating.append(asyncio.create_task(self._state(talent_id, fact)))
            if one_in_ten(n):
                seen = asyncio.create_task(self._seen(talent_id, stating[-1], moment))
                seeing[seen] = moment
        await _until(began + seconds + PATIENCE_SECONDS, [*stating, *seeing])
        over = time.perf_counter()
        return Came(
            stated=len(stating),
            recorded=sum(map(_came, stating)),
            assessed=await self._assessed() - before,
            waits=[
                task.result() if _came(task) else (over - moment) * 1000
                for task, moment in seeing.items()
            ],
            unseen=sum(not _came(task) for task in seeing),
            seconds=over - began,
        )

    def _next(self) -> tuple[str, dict[str, Any]]:
        """Each talent in turn, each time by another fact."""
        number = next(self._numbers)
        turn, place = divmod(number, len(self._talents))
        talent = self._talents[place]
        name = list(TURNS)[(number + turn) % len(TURNS)]
        one, other = TURNS[name]
        value = talent.facts[name] = other if talent.facts.get(name) == one else one
        return talent.talent_id, {"name": name, "value": value, "source": "verified"}

    async def _state(self, talent_id: str, fact: dict[str, Any]) -> Receipt:
        address = f"{self._at[STATING]}/talents/{talent_id}/facts"
        asking = self._client.post(address, json={"facts": [fact]}, headers=self._registrar)
        async with asking as answer:
            answer.raise_for_status()
            return msgspec.json.decode(await answer.read(), type=Receipt)

    async def _seen(self, talent_id: str, stating: "asyncio.Task[Receipt]", moment: float) -> float:
        receipt = await stating
        place = f"{receipt.stream}@{receipt.version}"
        # It is asked over HTTP: there is no event to wait for.
        while (seen := await self._standing(talent_id, place)).stale:  # noqa: ASYNC110
            # Where the road is too full already, looking for it must not fill it more.
            await asyncio.sleep(time.perf_counter() - moment)
        waited = (time.perf_counter() - moment) * 1000
        if seen.facts_version < receipt.version:
            raise RuntimeError("a change was without consequence, so there was nothing to measure")
        return waited

    async def _assessed(self) -> int:
        """How much the policy service has recorded: here that is assessments alone."""
        async with self._client.get(f"{self._at[ANSWERING]}/health") as answer:
            health: dict[str, Any] = await answer.json()
            return int(health["last_position"])

    async def _standing(self, talent_id: str, place: str) -> Seen:
        address = f"{self._at[ANSWERING]}/entitlements/{talent_id}/standing"
        asking = self._client.get(address, params={"after": place}, headers=self._concierge)
        async with asking as answer:
            if answer.status == HTTPStatus.NOT_FOUND:
                # Not even the first list was assessed yet.
                return Seen(stale=True, facts_version=0)
            answer.raise_for_status()
            return msgspec.json.decode(await answer.read(), type=Seen)


def _came(task: asyncio.Task[Any]) -> bool:
    return not task.cancelled() and task.exception() is None


async def _until(moment: float, tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Let them go on until then, and none any longer; a service that says no is no hindrance."""
    await asyncio.wait(tasks, timeout=max(0, moment - time.perf_counter()))
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception) and not isinstance(ended, aiohttp.ClientError):
            raise ended
