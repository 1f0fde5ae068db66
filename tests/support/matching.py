"""A matching service of its own for a test, and a registry's place on the bus."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from events.catalog.demand import DemandRaised
from events.catalog.talent import Fact, FactsStated, FactValue, TalentErased
from events.edge.identity import Actor, SignedTokens
from events.sourcing.bus import records_of
from events.sourcing.clock import SimulatedClock
from events.sourcing.kafka import KafkaSender
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from events.sourcing.types import Recorded, WholeState
from services.matching.app import build
from services.matching.scoring.scales import Scales
from tests.support.conforming import Conforming
from tests.support.settings import settings_of_own

SECRET = b"a secret for tests"
CREATED = 201
PATIENCE = 20
NO_KAFKA = "127.0.0.1:1"
"""Nobody listens there: the service answers, and its relay waits."""
MATCHMAKER = Actor(subject="matchmaker-zhao", roles=frozenset({"matchmaker"}))
TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

SCALES = Scales(
    degrees={"bachelor": 0, "master": 1, "doctor": 2},
    region_lines={
        "cn": ("cn",),
        "shanghai": ("shanghai", "cn"),
        "minhang": ("minhang", "shanghai", "cn"),
        "putuo": ("putuo", "shanghai", "cn"),
        "hangzhou": ("hangzhou", "cn"),
    },
)

CHART: dict[str, Any] = {
    "chain_id": "ic",
    "name_zh": "集成电路",
    "name_en": "Integrated circuits",
    "nodes": [
        {
            "node_id": "ic-design",
            "stage": "midstream",
            "order": 1,
            "name_zh": "芯片设计",
            "name_en": "Chip design",
            "node_confidence": "read",
            "roles_confidence": "recalled",
        }
    ],
}

POST: dict[str, Any] = {
    "chain_id": "ic",
    "node_id": "ic-design",
    "title_zh": "数字前端设计工程师",
    "title_en": "Digital design engineer",
    "employer_zh": "合成单位01",
    "employer_en": "Synthetic employer 01",
    "stars": 4,
    "headcount": 2,
    "region": "minhang",
    "degree_at_least": "master",
    "discipline_codes": ["51030"],
    "industry_codes": ["I6520"],
    "years_at_least": 4,
    "must": ["degree"],
    "synthetic": True,
}


def raised(demand_id: str = "d-1", **changes: Any) -> DemandRaised:
    """A demand as it is recorded; `changes` to what `POST` asks."""
    asked = {**POST, **changes}
    lists = {name: tuple(asked[name]) for name in ("discipline_codes", "industry_codes", "must")}
    return DemandRaised(
        demand_id=demand_id, raised_by="matchmaker-zhao", raised_at=NOON, **{**asked, **lists}
    )


def fact(name: str, value: FactValue, source: str = "declared", **changes: Any) -> Fact:
    """A statement without end."""
    plain = {"valid_from": None, "valid_to": None, "recorded_at": NOON, "document": None}
    return Fact(name=name, value=value, source=source, **{**plain, **changes})


def chip_designer() -> tuple[Fact, ...]:
    """Somebody who meets all that `POST` asks."""
    return (
        fact("highest_degree", "doctor", "verified"),
        fact("disciplines", ("5103010",)),
        fact("industries", ("I6520",)),
        fact("work_experience_years", 6),
        fact("work_region", "minhang"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A running matching service."""

    app: FastAPI
    clock: SimulatedClock

    @property
    def kernel(self) -> Kernel:
        kernel: Kernel = self.app.state.kernel
        return kernel

    @asynccontextmanager
    async def asks(self, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody with a token at the service's HTTP door."""
        async with httpx.AsyncClient(
            transport=Conforming(self.app),
            base_url="http://matching",
            headers={"Authorization": f"Bearer {SignedTokens(SECRET).issue(actor)}"},
        ) as client:
            yield client


def talent(talent_id: str) -> Actor:
    return Actor(subject=talent_id, roles=frozenset({"talent"}), talent_id=talent_id)


async def own_settings(
    postgres_url: str, bootstrap: str, folder: Path, clock: SimulatedClock
) -> Settings:
    """A database and consumer groups that no other test uses; the topics are everybody's."""
    return await settings_of_own(
        "matching",
        postgres_url,
        bootstrap,
        folder,
        clock=clock,
        secret=SECRET,
        topics=bootstrap != NO_KAFKA,
    )


@asynccontextmanager
async def open_room(settings: Settings) -> AsyncIterator[Room]:
    """Run matching from noon on; settings used before mean a restart."""
    clock = SimulatedClock(NOON)
    app = build(replace(settings, clock=clock))
    async with app.router.lifespan_context(app):
        yield Room(app=app, clock=clock)


async def demand(client: httpx.AsyncClient, post: dict[str, Any], **headers: str) -> str:
    """Raise a demand; its id."""
    response = await client.post("/demands", json=post, headers=headers)
    assert response.status_code == CREATED, response.text
    return str(response.json()["demand_id"])


async def read(client: httpx.AsyncClient, path: str, after: str | int) -> dict[str, Any]:
    """Ask until the answer is not stale."""
    for _ in range(PATIENCE):
        response = await client.get(path, params={"after": str(after)})
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        if not answer["stale"]:
            return answer
    raise AssertionError(f"{path} stays stale")


def own_post(**changes: Any) -> dict[str, Any]:
    """A demand for a discipline of its own: whoever else is on the bus does not fit it."""
    code = f"9{uuid4().int % 10**6:06d}"
    return {**POST, "discipline_codes": [code], "must": ["discipline"], **changes}


def fits(post: dict[str, Any]) -> tuple[Fact, ...]:
    """The facts of somebody who meets all that this demand asks."""
    return (*chip_designer(), fact("disciplines", tuple(post["discipline_codes"]), "verified"))


class Registry:
    """States facts on the bus as the registry would, pseudonymously, newest wins."""

    def __init__(self, bootstrap: str) -> None:
        self._sender = KafkaSender(bootstrap, client_id="test-registry")

    async def states(
        self, talent_id: str, facts: Sequence[Fact], *, version: int = 1, matter: str = "a-matter"
    ) -> str:
        """The whole fact list of a talent; the id of the event that states it."""
        event = FactsStated(talent_id=talent_id, facts=tuple(facts), stated_at=NOON)
        return await self._send(event, "talent.facts-stated.v1", version, matter)

    async def forgets(self, talent_id: str, *, version: int) -> None:
        """A tombstone in the place of the facts."""
        event = TalentErased(
            talent_id=talent_id, reason="asked-for", erased_by="registrar-wu", erased_at=NOON
        )
        await self._send(event, "talent.erased.v1", version, "an-erasure")

    async def close(self) -> None:
        await self._sender.close()

    async def _send(
        self, event: FactsStated | TalentErased, name: str, version: int, matter: str
    ) -> str:
        recorded: Recorded[Any] = Recorded(
            event=event,
            name=name,
            event_id=uuid4(),
            service="registry",
            stream=f"talent-{event.talent_id}",
            version=version,
            position=version,
            recorded_at=NOON,
            actor="registrar-wu",
            correlation_id=matter,
            causation_id=None,
        )
        states = {
            FactsStated: WholeState(topic="talent.facts", key="talent_id"),
            TalentErased: WholeState(topic="talent.facts", key="talent_id", tombstone=True),
        }
        await self._sender.send(records_of(recorded, published={}, states=states)[1:])
        return str(recorded.event_id)
