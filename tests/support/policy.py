"""A policy service of its own for a test, with a small invented world of bodies and policies."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from events.catalog.talent import Fact, FactsStated, FactValue
from events.edge.identity import Actor, SignedTokens
from events.sourcing.bus import records_of
from events.sourcing.clock import SimulatedClock
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kafka import KafkaSender
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Recorded, WholeState
from services.policy.app import build
from tests.support.conforming import Conforming
from tests.support.settings import settings_of_own

SECRET = b"a secret for tests"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Noon of a Monday in Shanghai."""
BURST_IS_OVER = timedelta(seconds=2)
"""By then everybody is judged again after texts that came close upon each other."""

CITY = {
    "body_id": "demo-city",
    "name_zh": "示例市(虚构)",
    "name_en": "Demo City (invented)",
    "level": "municipal",
    "parent_id": None,
    "region": "shanghai",
}
DISTRICT = {
    "body_id": "demo-district",
    "name_zh": "示例区(虚构)",
    "name_en": "Demo District (invented)",
    "level": "district",
    "parent_id": "demo-city",
    "region": "putuo",
}

SYSTEM = Actor(subject="loader", roles=frozenset({"system"}))
CONCIERGE = Actor(subject="s-1", roles=frozenset({"concierge"}))
CITY_CLERK = Actor(subject="c-1", roles=frozenset({"clerk"}), body_id="demo-city")
DISTRICT_CLERK = Actor(subject="d-1", roles=frozenset({"clerk"}), body_id="demo-district")

DOCUMENT = """\
# Invented for tests.
format: 1
id: {policy_id}
version: {edition}
issuer: {issuer}
title: {{zh: "示例补贴(虚构)", en: "Sample grant (invented)"}}
region: shanghai
doc_no: not_seen
published: 2026-01-05
in_force: {{from: 2026-01-15, to: open}}
scope: whole
demo: true
sources:
  - {{title: "Invented for tests", quality: "invented"}}
eligibility:
  entry:
    all:
      - {{fact: highest_degree, op: ">=", value: {degree}, cite: "Article 2"}}
      - {{since: birth_date, op: "<=", years: 40, cite: "Article 3"}}
benefits:
  - id: grant
    kind: money
    cost_item: settling
    pay: {{amount: {amount} 元, per: once}}
    cite: "Article 4"
"""


def document(
    policy_id: str = "DEMO-SETTLING",
    *,
    issuer: str = "demo-city",
    edition: int = 1,
    degree: str = "doctor",
    amount: int = 30000,
) -> str:
    """A policy file: whoever has the degree and is at most forty gets the sum."""
    return DOCUMENT.format(
        policy_id=policy_id, issuer=issuer, edition=edition, degree=degree, amount=amount
    )


def talent(talent_id: str) -> Actor:
    return Actor(subject=talent_id, roles=frozenset({"talent"}), talent_id=talent_id)


def fact(name: str, value: FactValue, *, recorded_at: datetime = NOON) -> Fact:
    """A verified statement without an end."""
    return Fact(
        name=name,
        value=value,
        source="verified",
        valid_from=None,
        valid_to=None,
        recorded_at=recorded_at,
        document=None,
    )


BORN = fact("birth_date", "1990-05-17")
DOCTOR = fact("highest_degree", "doctor")
MASTER = fact("highest_degree", "master")


@dataclass(slots=True, kw_only=True)
class Bureau:
    """A running policy service, the hand on its clock, and a registry that states facts."""

    app: FastAPI
    clock: SimulatedClock
    sender: KafkaSender
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def kernel(self) -> Kernel:
        kernel: Kernel = self.app.state.kernel
        return kernel

    @asynccontextmanager
    async def asks(self, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody with a token, at the HTTP door."""
        async with httpx.AsyncClient(
            transport=Conforming(self.app),
            base_url="http://policy",
            headers={"Authorization": f"Bearer {SignedTokens(SECRET).issue(actor)}"},
            timeout=30,
        ) as client:
            yield client

    async def post(
        self, actor: Actor, path: str, body: object, *, key: str | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        async with self.asks(actor) as client:
            return await client.post(path, json=body, headers=headers)

    async def get(self, actor: Actor, path: str, **params: str) -> httpx.Response:
        async with self.asks(actor) as client:
            return await client.get(path, params=params)

    async def establish(self) -> None:
        """The city and the district under it."""
        for body in (CITY, DISTRICT):
            assert (await self.post(SYSTEM, "/bodies", body)).status_code == 201

    async def publish(self, text: str, actor: Actor = SYSTEM) -> dict[str, Any]:
        answer = await self.post(actor, "/policies", {"document": text})
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        # Who is judged before the view holds it is judged again afterwards, as another version.
        viewing = self.kernel.readers["policy_row"]
        assert isinstance(viewing, JournalReader)
        assert await viewing.reached(receipt["position"], timeout=30)
        return receipt

    async def come_along(self) -> bool:
        """Everything recorded up to here has had its consequences in this service."""
        last = await self.kernel.journal.last_position()
        readers = [one for one in self.kernel.readers.values() if isinstance(one, JournalReader)]
        return all([await reader.reached(last, timeout=30) for reader in readers])

    async def state_facts(self, talent_id: str, facts: Sequence[Fact]) -> str:
        """What the registry does: the whole list on its topic. The place to wait for."""
        version = self.versions[talent_id] = self.versions.get(talent_id, 0) + 1
        stated = FactsStated(talent_id=talent_id, facts=tuple(facts), stated_at=self.clock())
        await self._send(stated, talent_id, version, tombstone=False)
        return f"talent-{talent_id}@{version}"

    async def erase(self, talent_id: str) -> str:
        """What the registry does when somebody is forgotten: a tombstone."""
        version = self.versions[talent_id] = self.versions[talent_id] + 1
        stated = FactsStated(talent_id=talent_id, facts=None, stated_at=self.clock())
        await self._send(stated, talent_id, version, tombstone=True)
        return f"talent-{talent_id}@{version}"

    async def standing(self, talent_id: str, after: str | None = None) -> dict[str, Any]:
        """The standing answer, once it rests on what `after` names."""
        params = {"after": after} if after else {}
        if after:
            await self._assessed(after)
        answer = await self.get(CONCIERGE, f"/entitlements/{talent_id}", **params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert not found["stale"]
        return found

    async def _assessed(self, after: str) -> None:
        """A consumer group, or a busy machine, takes more time than a request waits."""
        stream, _, version = after.partition("@")
        reader = self.kernel.readers["assess_by_facts"]
        assert isinstance(reader, TopicReader)
        assert await reader.reached_version(stream, int(version), timeout=30)
        answers = self.kernel.readers["entitlement"]
        assert isinstance(answers, JournalReader)
        assert await answers.reached(await self.kernel.journal.last_position(), timeout=30)

    async def recorded(self, talent_id: str, versions: int) -> None:
        """Wait until so many changes of a talent's entitlement are recorded."""
        stream = f"entitlement-{talent_id}"
        progress = self.kernel.readers["entitlement"].progress
        seen = {row.version for row in await self.kernel.journal.read_stream(stream)}
        progress.on_applied(lambda done: seen.update(r.version for r in done if r.stream == stream))
        assert await progress.until(lambda: versions in seen, timeout=30), seen

    async def _send(
        self, stated: FactsStated, talent_id: str, version: int, *, tombstone: bool
    ) -> None:
        recorded = Recorded(
            event=stated,
            name="talent.erased.v1" if tombstone else "talent.facts-stated.v1",
            event_id=uuid4(),
            service="registry",
            stream=f"talent-{talent_id}",
            version=version,
            position=version,
            recorded_at=self.clock(),
            actor="test",
            correlation_id=str(uuid4()),
            causation_id=None,
        )
        whole = WholeState(topic="talent.facts", key="talent_id", tombstone=tombstone)
        records = records_of(recorded, published={}, states={FactsStated: whole})
        await self.sender.send([record for record in records if record.topic == "talent.facts"])


async def own_settings(
    postgres_url: str, kafka_bootstrap: str, folder: Path, clock: SimulatedClock
) -> Settings:
    """A database and consumer groups that no other test uses."""
    return await settings_of_own(
        "policy", postgres_url, kafka_bootstrap, folder, clock=clock, secret=SECRET
    )


@asynccontextmanager
async def open_bureau(settings: Settings) -> AsyncIterator[Bureau]:
    """Run a policy service; the same settings again mean a restart."""
    clock = settings.clock
    assert isinstance(clock, SimulatedClock)
    app = build(settings)
    sender = KafkaSender(settings.bootstrap, client_id="test-registry")
    try:
        async with app.router.lifespan_context(app):
            yield Bureau(app=app, clock=clock, sender=sender)
    finally:
        await sender.close()
