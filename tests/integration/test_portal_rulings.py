"""A talent sees in the portal why a package is provisional, and later which ruling it follows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from events.sourcing.clock import SimulatedClock
from services.portal.app import build as build_portal
from tests.integration.test_policy_rulings import PATH, RULING, WITHDRAWAL, answered
from tests.integration.test_portal_leaving import browser_of, text_of
from tests.support.conforming import Conforming
from tests.support.policy import (
    BORN,
    CITY_CLERK,
    MASTER,
    NOON,
    SECRET,
    Bureau,
    open_bureau,
    own_settings,
    talent,
)
from tests.unit.policy.ruling_samples import CITY_TEXT, DISTRICT_TEXT

ELSEWHERE = "http://policy"
WAITS = "△ Waits for a ruling"
RULED = "✓ Ruled: you may have both"


@dataclass(frozen=True, slots=True)
class Desk:
    """A policy service with two texts that disagree, and the portal of somebody they both reach."""

    bureau: Bureau
    talent_id: str
    portal: httpx.AsyncBaseTransport

    async def said(self, language: str = "en") -> str:
        async with browser_of(self.portal, talent(self.talent_id), SECRET) as browser:
            answer = await browser.get("/me", headers={"Accept-Language": language})
        assert answer.status_code == 200
        return text_of(answer.text)

    async def rule(self, path: str, body: object, *, versions: int) -> None:
        assert (await self.bureau.post(CITY_CLERK, path, body)).status_code == 201
        await answered(self.bureau, self.talent_id, versions=versions)


@pytest.fixture
async def desk(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Desk]:
    clock, talent_id = SimulatedClock(NOON), str(uuid4())
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, clock)
    async with open_bureau(settings) as bureau:
        await bureau.establish()
        for text in (CITY_TEXT, DISTRICT_TEXT):
            await bureau.publish(text)
        await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, MASTER]))
        own = await own_settings(postgres_url, kafka_bootstrap, tmp_path, clock)
        reach = httpx.AsyncClient(mounts={ELSEWHERE: Conforming(bureau.app)}, timeout=30)
        app = build_portal(replace(own, peers={"policy": ELSEWHERE}), http=reach)
        async with app.router.lifespan_context(app):
            yield Desk(bureau, talent_id, httpx.ASGITransport(app))


async def test_a_package_is_provisional_until_a_ruling_and_then_names_the_ruling(
    desk: Desk,
) -> None:
    before = await desk.said()
    assert ("△ Provisional" in before, WAITS in before, RULED in before) == (True, True, False)
    assert "Settled in your favour it would add up to ¥30,000." in before

    await desk.rule(PATH, RULING, versions=2)
    after = await desk.said()
    assert ("△ Provisional" in after, WAITS in after, RULED in after) == (False, False, True)
    said = "Ruled by Demo City (invented), from 2 March 2026 on: Ruling 7, point 2"
    assert said in after

    await desk.rule(f"{PATH}/withdraw", WITHDRAWAL, versions=3)
    again = await desk.said("zh-CN")
    assert "待裁定" in again
    assert "已裁定：可以同时享受" not in again
