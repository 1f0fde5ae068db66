"""A city rules between its text and its district's, and every answer follows it until it ends."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from events.sourcing.clock import SimulatedClock
from tests.support.policy import (
    BORN,
    BURST_IS_OVER,
    CITY_CLERK,
    DISTRICT_CLERK,
    MASTER,
    NOON,
    SYSTEM,
    Bureau,
    open_bureau,
    own_settings,
    talent,
)
from tests.unit.policy.ruling_samples import CITY_TEXT, DISTRICT_TEXT

PATH = "/policies/DEMO-CITY/rulings"
RULING = {
    "forbids": {"statement_id": "DEMO-CITY/not-both", "edition": 1},
    "allows": {"policy_id": "DEMO-DISTRICT", "statement_id": "DEMO-DISTRICT/both", "edition": 1},
    "prevails": "allows",
    "effective_on": "2026-03-02",
    "clause": "Ruling 7, point 2",
    "body_id": "demo-city",
}
WITHDRAWAL = {name: value for name, value in RULING.items() if name != "prevails"}


@pytest.fixture
async def bureau(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Bureau]:
    clock = SimulatedClock(NOON)
    async with open_bureau(
        await own_settings(postgres_url, kafka_bootstrap, tmp_path, clock)
    ) as opened:
        await opened.establish()
        for text in (CITY_TEXT, DISTRICT_TEXT):
            await opened.publish(text)
        yield opened


async def answered(bureau: Bureau, talent_id: str, versions: int) -> dict[str, Any]:
    bureau.clock.advance(BURST_IS_OVER)
    await bureau.recorded(talent_id, versions=versions)
    found: dict[str, Any] = (await bureau.standing(talent_id))["package"]
    return found


async def test_a_package_is_provisional_until_it_is_ruled_and_again_after_it_is_withdrawn(
    bureau: Bureau,
) -> None:
    talent_id = str(uuid4())
    first = await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, MASTER]))
    assert (first["package"]["provisional"], first["package"]["most_fen"]) == (True, 5_000_000)

    assert (await bureau.post(CITY_CLERK, PATH, RULING, key="k-1")).status_code == 201
    ruled = await answered(bureau, talent_id, versions=2)
    assert (ruled["provisional"], ruled["most_fen"]) == (False, 8_000_000)
    [followed] = ruled["rulings"]
    assert (followed["by"], followed["clause"]) == ("demo-city", "Ruling 7, point 2")
    replay = (await bureau.get(SYSTEM, f"/entitlements/{talent_id}/replay")).json()
    assert replay["identical"] is True

    assert (await bureau.post(CITY_CLERK, f"{PATH}/withdraw", WITHDRAWAL)).status_code == 201
    open_again = await answered(bureau, talent_id, versions=3)
    assert (open_again["provisional"], open_again["most_fen"]) == (True, 5_000_000)
    assert open_again["rulings"] == []


async def test_the_view_and_the_history_of_the_policy_show_what_was_ruled(bureau: Bureau) -> None:
    before = (await bureau.get(SYSTEM, "/policies")).json()
    receipt = (await bureau.post(CITY_CLERK, PATH, RULING)).json()
    after = str(receipt["position"])

    view = (await bureau.get(SYSTEM, "/policies", after=after)).json()
    assert (before["rulings"], before["view_version"] != view["view_version"]) == ([], True)
    assert [each["prevails"] for each in view["rulings"]] == ["allows"]
    row = f"{receipt['stream']}@{receipt['version']}"
    assert all(row in each["rows"] for each in view["policies"])
    said = (await bureau.get(SYSTEM, "/policies/DEMO-CITY", after=after)).json()["history"][-1]
    assert (said["said"], said["ruled_by"], said["reason"]) == (
        "ruling-given",
        "demo-city",
        "Ruling 7, point 2",
    )


async def test_only_a_body_with_a_say_over_both_texts_rules_and_nothing_is_recorded_of_others(
    bureau: Bureau,
) -> None:
    others = {**RULING, "body_id": "demo-district"}
    assert (await bureau.post(DISTRICT_CLERK, PATH, RULING)).status_code == 403
    refused = await bureau.post(DISTRICT_CLERK, PATH, others)
    assert (refused.status_code, refused.json()["type"]) == (422, "ruling-needs-a-say-over-both")
    unread = {**RULING, "allows": {**RULING["allows"], "edition": 2}}  # type: ignore[dict-item]
    refused = await bureau.post(CITY_CLERK, PATH, unread)
    assert (refused.status_code, refused.json()["type"]) == (422, "edition-not-the-newest")
    said = await bureau.kernel.journal.read_stream("policy-DEMO-CITY")
    assert [row.name for row in said] == ["policy.published.v1"]


async def test_staff_are_told_what_contradicts_what_on_a_day_and_nobody_else(
    bureau: Bureau,
) -> None:
    found = (await bureau.get(DISTRICT_CLERK, "/contradictions")).json()
    [one] = found["contradictions"]
    assert (one["may_rule"], one["at_stake_fen"], one["ruling"]) == (["demo-city"], 3_000_000, None)
    before = await bureau.get(DISTRICT_CLERK, "/contradictions", valid_at="2026-01-10")
    assert before.json()["contradictions"] == []
    receipt = (await bureau.post(CITY_CLERK, PATH, RULING)).json()
    after = str(receipt["position"])
    ruled = (await bureau.get(DISTRICT_CLERK, "/contradictions", after=after)).json()
    assert [each["ruling"]["by"] for each in ruled["contradictions"]] == ["demo-city"]
    assert [(each["clause"], each["counts"]) for each in ruled["ruled"]] == [
        ("Ruling 7, point 2", True)
    ]
    refused = await bureau.get(talent("t-1"), "/contradictions")
    assert (refused.status_code, "contradictions" in refused.json()) == (403, False)
