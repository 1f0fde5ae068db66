"""Asks every service how it stands, and Kafka where all that they have recorded ends."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeAlias

import httpx
from aiokafka.errors import KafkaError

from events.edge.identity import Actor, SignedTokens
from events.sourcing.kernel import Kernel
from events.sourcing.pages import Marks
from events.sourcing.topic_pages import topic_ends
from services.ops.projection import event_topics

Answer: TypeAlias = dict[str, Any]

ASKER = Actor(subject="system:ops", roles=frozenset({"system"}))
FRESH_FOR = timedelta(seconds=2)
PATIENCE_SECONDS = 1.5
PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """What a service says of its record: `whole` up to a position, `altered`, or `unsigned`."""

    state: str
    position: int
    signed_at: datetime | None
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one service stands; `None` is what it did not say."""

    service: str
    healthy: bool
    position: int | None = None
    relay_lag: int | None = None
    consumer_lag: int | None = None
    parked: int | None = None
    record: Vouched | None = None


class Rounds:
    """Looks at all services together, at most once in a short while however many ask."""

    def __init__(self, kernel: Kernel, http: httpx.AsyncClient) -> None:
        self._kernel = kernel
        self._http = http
        self._tokens = SignedTokens(kernel.settings.secret)
        self._lock = asyncio.Lock()
        self._looked = float("-inf")
        self._standings: list[Standing] = []
        self._asking = asyncio.Lock()
        self._asked = float("-inf")
        self._ends: Marks | None = None

    async def look(self) -> list[Standing]:
        """Every service, in the order of the alphabet."""
        async with self._lock:
            if monotonic() - self._looked > FRESH_FOR.total_seconds():
                self._standings = await self._look()
                self._looked = monotonic()
        return self._standings

    async def ends(self) -> Marks | None:
        """Before which offsets of Kafka everything stands that was recorded when it was asked.

        Unknown where a service or Kafka does not answer, or where something does not leave.
        """
        async with self._asking:
            if monotonic() - self._asked > FRESH_FOR.total_seconds():
                self._ends = await self._ends_behind(await self.look())
                self._asked = monotonic()
        return self._ends

    async def held(self) -> list[dict[str, Any]]:
        """The streams that any service's readers hold, as each service says."""
        answers = await self._ask_all("/parked-events")
        return [
            {"service": service, **one}
            for service, answer in answers.items()
            for one in (answer or {}).get("parked", [])
        ]

    async def _ends_behind(self, standings: Sequence[Standing]) -> Marks | None:
        """Services come first: what they had recorded by then has left before Kafka is asked."""
        if any(one.position is None for one in standings):
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*(self._left(one) for one in standings))
                return await topic_ends(self._kernel.source, event_topics())
        except (KafkaError, LookupError, OSError):
            return None

    async def _left(self, one: Standing) -> None:
        """Wait until everything that a service had recorded has left; or for good."""
        lag = one.relay_lag
        while lag != 0:
            await asyncio.sleep(PAUSE_SECONDS)
            health = await self._ask(f"{self._kernel.settings.peers[one.service]}/health")
            lag = _lag(one.position, health or {})

    async def _look(self) -> list[Standing]:
        health, parked = await asyncio.gather(
            self._ask_all("/health"), self._ask_all("/parked-events")
        )
        return [standing(name, health[name], parked[name]) for name in health]

    async def _ask_all(self, path: str) -> dict[str, Answer | None]:
        peers = dict(sorted(self._kernel.settings.peers.items()))
        answers = await asyncio.gather(*(self._ask(f"{url}{path}") for url in peers.values()))
        return dict(zip(peers, answers, strict=True))

    async def _ask(self, url: str) -> Answer | None:
        """The answer, also of a service that says it is failing; none where there is none."""
        asker = {"Authorization": f"Bearer {self._tokens.issue(ASKER)}"}
        try:
            response = await self._http.get(url, headers=asker, timeout=PATIENCE_SECONDS)
            answer: Answer = response.json()
        except (httpx.HTTPError, ValueError):
            return None
        known = response.status_code in {200, 503} and isinstance(answer, dict)
        return answer if known else None


def standing(service: str, health: Answer | None, parked: Answer | None) -> Standing:
    """What a service's answers say; a service that did not answer says nothing."""
    if health is None:
        return Standing(service=service, healthy=False)
    position = health.get("last_position")
    behind = [
        reader["behind"]
        for reader in health.get("readers", {}).values()
        if reader.get("behind") is not None
    ]
    held = None if parked is None else parked.get("parked")
    return Standing(
        service=service,
        healthy=health.get("status") == "ok",
        position=position,
        relay_lag=_lag(position, health),
        consumer_lag=sum(behind) if behind else None,
        parked=None if held is None else sum(1 + one["waiting"] for one in held),
        record=_vouched(health.get("record")),
    )


def _lag(position: int | None, health: Answer) -> int | None:
    """How much up to a position has yet to leave; `None` where nobody knows."""
    relayed = health.get("relayed_position")
    return None if position is None or relayed is None else max(0, position - relayed)


def _vouched(record: Answer | None) -> Vouched | None:
    if record is None:
        return None
    signed_at = record.get("signed_at")
    return Vouched(
        state=record["state"],
        position=record.get("position") or 0,
        signed_at=None if signed_at is None else datetime.fromisoformat(signed_at),
        trouble=record.get("trouble"),
    )
