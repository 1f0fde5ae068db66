"""From a command accepted in one service to its event visible in another, at a steady rate.

The concierge and the operators' service run as processes of their own. One command in ten is
looked for, by the same `?after=` that a page would use.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import aiohttp

from events.edge.identity import Actor
from events.sourcing.transient import surely
from tests.bench.figures import Figure, say
from tests.bench.pace import due, for_seconds
from tests.bench.platform import many_at_once, platform, signed_in

SPEAKING, LISTENING = "concierge", "ops"
RATE = 200
SECONDS = 20
WARM_UP_SECONDS = 3
P95_AIM = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """In milliseconds: from the due moment to the receipt, and from there to another service."""

    answered: Sequence[float]
    seen: Sequence[float]

    def __add__(self, other: "Waits") -> "Waits":
        """Both together."""
        return Waits(answered=[*self.answered, *other.answered], seen=[*self.seen, *other.seen])


def measure() -> Iterator[Figure]:
    """Waits in milliseconds; the 95th percentile has an aim."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        platform(Path(folder), [SPEAKING, LISTENING]) as place,
        place.serving(),
    ):
        waits = asyncio.run(drive(place.ports, SECONDS))
    cuts, answered = quantiles(waits.seen, n=100), quantiles(waits.answered, n=100)
    say(f"road: {len(waits.seen)} looked for, slowest {max(waits.seen):.0f} ms")
    yield Figure(figure="road.answered-p95", value=answered[94], unit="ms")
    yield Figure(figure="road.p50", value=cuts[49], unit="ms")
    yield Figure(figure="road.p95", value=cuts[94], unit="ms", aim=P95_AIM, better="less")


async def drive(ports: Mapping[str, int], seconds: float) -> Waits:
    """The waits at a steady rate, after a warm-up."""
    async with driving(ports) as road:
        say(f"road: warming up for {WARM_UP_SECONDS} s, then {seconds} s at {RATE} commands/s")
        await road.at_rate(for_seconds(WARM_UP_SECONDS))
        return await road.at_rate(for_seconds(seconds))


@asynccontextmanager
async def driving(ports: Mapping[str, int]) -> AsyncIterator["Road"]:
    """Somebody who asks and somebody who watches."""
    async with many_at_once(100, patience=30) as client:
        yield Road(client, ports)


def one_in_ten(number: int) -> bool:
    """Whether this command is looked for in the other service."""
    return number % 10 == 0


class Road:
    """A talent who asks, and an operator who watches."""

    def __init__(self, client: aiohttp.ClientSession, ports: Mapping[str, int]) -> None:
        self._client = client
        self._tickets = f"http://127.0.0.1:{ports[SPEAKING]}/tickets"
        self._matters = f"http://127.0.0.1:{ports[LISTENING]}/api/matters"
        asking = Actor(subject="talent-1", roles=frozenset({"talent"}), talent_id="talent-1")
        watching = Actor(subject="operator", roles=frozenset({"ops"}))
        self._asking = signed_in(asking)
        self._watching = signed_in(watching)

    async def at_rate(
        self, over: Callable[[], bool], *, looked_for: Callable[[int], bool] = one_in_ten
    ) -> Waits:
        """The waits of the commands that were sent until it was over."""
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            asked = list[asyncio.Task[tuple[float, float | None]]]()
            async for n, moment in due(RATE, over):
                asked.append(group.create_task(self._one(moment, looked_for=looked_for(n))))
        waits = [one.result() for one in asked]
        say(f"road: {len(asked) / (time.perf_counter() - began):.0f} commands/s accepted")
        return Waits(
            answered=[answered for answered, _ in waits],
            seen=[seen for _, seen in waits if seen is not None],
        )

    async def _one(self, moment: float, *, looked_for: bool) -> tuple[float, float | None]:
        wish = {"talent_id": "talent-1", "topic": "arrival", "subject": "s", "message": "m"}
        headers = {**self._asking, "idempotency-key": str(uuid4())}
        ask = partial(self._client.post, self._tickets, json=wish, headers=headers)
        # A server lets go of a connection that was idle; under its key the command is asked again.
        receipt = await surely(partial(_answer, ask))
        accepted = time.perf_counter()
        answered = (accepted - moment) * 1000
        if not looked_for:
            return answered, None
        await self._see(receipt["correlation_id"], f"{receipt['stream']}@{receipt['version']}")
        return answered, (time.perf_counter() - accepted) * 1000

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
    try:
        async with ask() as answer:
            answer.raise_for_status()
            return await answer.json()
    except aiohttp.ServerDisconnectedError as gone:
        raise ConnectionResetError from gone  # What the client has its own word for.
