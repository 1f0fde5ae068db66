"""A policy that this release cannot read matches nobody, and every answer names it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from events.sourcing.clock import SimulatedClock
from events.sourcing.journal_reader import JournalReader
from services.policy.policies.domain import policy
from tests.support.kernel import context
from tests.support.policy import (
    BORN,
    CITY_CLERK,
    CONCIERGE,
    DOCTOR,
    NOON,
    Bureau,
    document,
    open_bureau,
    own_settings,
)
from tests.unit.policy.test_policy_rules import PUBLISH

KNOWN, FORESEEN = "DEMO-KNOWN", "DEMO-FORESEEN"
TEXTS = {
    KNOWN: document(KNOWN),
    FORESEEN: document(FORESEEN).replace("{fact: highest_degree,", "{foreseen: highest_degree,"),
}
"""The same but for their names, and for one kind of condition that a later release may bring."""
UNREAD = f"policy-{FORESEEN}@1"


@pytest.fixture
async def bureau(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Bureau]:
    """Both texts are recorded as another release would have, which reads them before."""
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))
    async with open_bureau(settings) as opened:
        await opened.establish()
        for policy_id, text in TEXTS.items():
            said = replace(PUBLISH, policy_id=policy_id, document=text)
            stream = f"policy-{policy_id}"
            await opened.kernel.handle(policy, stream, said, context(policy_id))
        viewing = opened.kernel.readers["policy_row"]
        assert isinstance(viewing, JournalReader)
        assert await viewing.reached(await opened.kernel.journal.last_position(), timeout=30)
        yield opened


def states(answer: dict[str, Any]) -> dict[str, str]:
    return {each["policy_id"]: each["state"] for each in answer["outcomes"]}


async def test_a_policy_that_cannot_be_read_is_open_to_nobody_and_named_in_the_answer(
    bureau: Bureau,
) -> None:
    talent_id = str(uuid4())
    found = await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))
    # The control: whoever may have the one may have the other, as soon as it is read.
    assert states(found) == {KNOWN: "eligible"}
    assert found["package"]["most_fen"] == 3_000_000
    assert found["unreadable_policies"] == [UNREAD]
    replayed = (await bureau.get(CONCIERGE, f"/entitlements/{talent_id}/replay")).json()
    assert replayed["identical"] is True
    assert replayed["recorded"]["unreadable_policies"] == [UNREAD]


async def test_a_question_of_what_if_names_what_could_not_be_read(bureau: Bureau) -> None:
    facts = [{"name": each.name, "value": each.value} for each in (BORN, DOCTOR)]
    asked = {"facts": [{**each, "source": "verified"} for each in facts]}
    found = (await bureau.post(CITY_CLERK, "/evaluate", asked)).json()
    assert states(found) == {KNOWN: "eligible"}
    assert [each["policy_id"] for each in found["results"]] == [KNOWN]
    assert found["unreadable_policies"] == [UNREAD]


@pytest.mark.parametrize("asked", [{}, {"confirmed_only": "true"}])
async def test_the_view_has_no_entry_of_what_could_not_be_read_and_names_it(
    bureau: Bureau, asked: dict[str, str]
) -> None:
    view = (await bureau.get(CITY_CLERK, "/policies", **asked)).json()
    assert [each["policy_id"] for each in view["policies"]] == [KNOWN]
    assert view["unreadable_policies"] == [UNREAD]
    assert (await bureau.get(CITY_CLERK, f"/policies/{FORESEEN}")).status_code == 404
