"""A body changes a policy of its own, and every answer follows; two texts never stand at once."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from events.sourcing.clock import SimulatedClock
from tests.support.policy import (
    BORN,
    BURST_IS_OVER,
    CITY_CLERK,
    DISTRICT_CLERK,
    DOCTOR,
    NOON,
    SYSTEM,
    Bureau,
    document,
    open_bureau,
    own_settings,
)

PATH = "/policies/DEMO-SETTLING"


@pytest.fixture
async def bureau(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Bureau]:
    clock = SimulatedClock(NOON)
    async with open_bureau(
        await own_settings(postgres_url, kafka_bootstrap, tmp_path, clock)
    ) as opened:
        await opened.establish()
        yield opened


async def test_a_suspension_and_a_full_quota_are_followed_by_new_answers(bureau: Bureau) -> None:
    talent_id = str(uuid4())
    await bureau.publish(document())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))

    suspension = {
        "kind": "suspend",
        "first_on": "2026-03-01",
        "last_on": "2026-03-02",
        "clause": "Notice 3, Article 2",
    }
    assert (await bureau.post(DISTRICT_CLERK, f"{PATH}/amend", suspension)).status_code == 403
    assert (await bureau.post(CITY_CLERK, f"{PATH}/amend", suspension)).status_code == 201
    bureau.clock.advance(BURST_IS_OVER)
    await bureau.recorded(talent_id, versions=2)

    [outcome] = (await bureau.standing(talent_id))["outcomes"]
    assert (outcome["state"], outcome["reason"]) == ("not_in_force", "suspended")
    replay = (await bureau.get(SYSTEM, f"/entitlements/{talent_id}/replay")).json()
    assert replay["identical"] is True

    full = {"first_on": "2026-03-03"}
    assert (await bureau.post(CITY_CLERK, f"{PATH}/quota-filled", full)).status_code == 201
    seen = (await bureau.get(SYSTEM, PATH, valid_at="2026-03-03")).json()
    assert [each["kind"] for each in seen["changes"]] == ["suspend"]
    assert seen["changes"][0]["cite"]["where"] == "Notice 3, Article 2"


async def test_two_texts_for_one_day_are_refused_with_the_place(bureau: Bureau) -> None:
    ended = document().replace("to: open", "to: 2027-12-31")
    assert ended != document()
    await bureau.publish(ended)
    second = document(edition=2).replace("from: 2026-01-15", "from: 2027-01-01")
    assert second != document(edition=2)

    answer = await bureau.post(SYSTEM, "/policies", {"document": second})

    assert (answer.status_code, answer.json()["type"]) == (422, "editions-overlap")
    said = answer.json()["facts"]
    assert (said["path"], int(said["column"]) > 1) == ("in_force.from", True)
    assert "2027-12-31" in said["problem"]
    assert "amends" in said["remedy"]
    view = (await bureau.get(SYSTEM, PATH)).json()
    assert view["version"] == 1


async def test_every_figure_of_the_view_is_answered_with_its_source(bureau: Bureau) -> None:
    receipt = await bureau.publish(document())
    found = (await bureau.get(SYSTEM, "/figures", after=str(receipt["position"]))).json()

    paid = next(each for each in found["figures"] if each["path"].endswith("most_fen"))
    assert (paid["value"], paid["unit"]) == (3_000_000, "fen")
    assert (paid["issuer"], paid["policy_id"], paid["digest"]) == (
        "demo-city",
        "DEMO-SETTLING",
        receipt["digest"],
    )
    assert paid["cite"]["where"].startswith("Article")


async def test_a_question_of_what_if_says_what_would_have_to_change(bureau: Bureau) -> None:
    receipt = await bureau.publish(document())
    facts = [
        {"name": "birth_date", "value": BORN.value},
        {"name": "highest_degree", "value": "master"},
    ]

    answer = await bureau.post(SYSTEM, f"/evaluate?after={receipt['position']}", {"facts": facts})

    [missed] = answer.json()["near_misses"]
    assert missed["policy_id"] == "DEMO-SETTLING"
    assert [(each["fact"], each["value"]) for each in missed["changes"]] == [
        ("highest_degree", "doctor")
    ]
