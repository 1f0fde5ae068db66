"""A policy that its readers would judge in two ways is refused before it is published."""

import operator
import time
from datetime import date

import pytest

from events.sourcing.types import Refused
from services.policy.policies.agreement import must_agree
from services.policy.rules import Policy
from services.policy.rules.bulk import comparing
from services.policy.rules.tree import Op
from tests.unit.policy.rules.rule_samples import policy_of

TODAY = date(2026, 4, 1)
ENOUGH = '{fact: study_days_abroad, op: ">=", value: 360, cite: "Article 2"}'
NARROWED = f"[{{id: b, kind: case_by_case, cost_item: rent, when: {ENOUGH}, cite: a}}]"


@pytest.mark.parametrize(
    "policy", [policy_of(ENOUGH), policy_of(benefits=NARROWED)], ids=["criteria", "benefit"]
)
def test_a_policy_whose_ways_to_judge_differ_is_refused(
    monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    must_agree(policy, TODAY)
    monkeypatch.setitem(comparing.COMPARE, Op.AT_LEAST, operator.gt)
    with pytest.raises(Refused) as refused:
        must_agree(policy, TODAY)
    assert refused.value.code == "policy-judged-two-ways"
    assert (refused.value.facts["alone"], refused.value.facts["together"]) == ("true", "false")


def test_a_policy_whose_criteria_were_not_seen_has_nothing_to_differ_about() -> None:
    must_agree(policy_of(eligibility="not_seen"), TODAY)


def test_a_file_of_very_many_conditions_is_tried_in_a_few_seconds() -> None:
    many = [ENOUGH.replace("360", str(1000 + number)) for number in range(1_500)]
    policy = policy_of(f"{{all: [{', '.join(many)}]}}")
    began = time.process_time()
    must_agree(policy, TODAY)
    assert time.process_time() - began < 20
