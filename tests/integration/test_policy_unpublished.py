"""A rule on a policy that nobody published lets nobody in, until it is published."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from events.sourcing.clock import SimulatedClock
from tests.support.policy import (
    BORN,
    BURST_IS_OVER,
    CITY_CLERK,
    DOCTOR,
    NOON,
    Bureau,
    document,
    open_bureau,
    own_settings,
)

ASKING, OTHER = "DEMO-ASKING", "DEMO-OTHER"
NOT_HELD = f"{{not: {{holds: {{policies: [{OTHER}], tenure: ever}}, cite: Article 5}}}}"
TEXT = document(ASKING).replace("    all:\n", f"    all:\n      - {NOT_HELD}\n")


@pytest.fixture
async def bureau(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Bureau]:
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))
    async with open_bureau(settings) as opened:
        await opened.establish()
        await opened.publish(TEXT)
        yield opened


async def test_it_lets_nobody_in_and_says_so_until_the_other_is_published(bureau: Bureau) -> None:
    talent_id = str(uuid4())
    found = await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))
    (outcome,) = found["outcomes"]
    assert (outcome["state"], outcome["missing"]) == ("undetermined", ["policies_held"])
    assert found["package"]["most_fen"] == 0
    held = outcome["proof"]["children"][0]["children"][0]
    assert held["asks"]["unpublished"] == [OTHER]
    view = (await bureau.get(CITY_CLERK, "/policies")).json()
    assert {e["policy_id"]: e["unpublished"] for e in view["policies"]} == {ASKING: [OTHER]}
    # The control: the ledger of what is held answers for it as soon as it is published, and who
    # was judged before is judged again.
    await bureau.publish(document(OTHER))
    bureau.clock.advance(BURST_IS_OVER)
    await bureau.recorded(talent_id, versions=2)
    found = await bureau.standing(talent_id)
    assert {e["policy_id"]: e["state"] for e in found["outcomes"]} == {
        ASKING: "eligible",
        OTHER: "eligible",
    }
    view = (await bureau.get(CITY_CLERK, "/policies")).json()
    assert [each["unpublished"] for each in view["policies"]] == [[], []]
