"""A policy that its readers would judge in two ways is refused before it is published."""

import operator
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from events.sourcing.types import Refused
from services.policy.policies import agreement
from services.policy.policies.agreement import must_agree
from services.policy.rules import Policy
from services.policy.rules.bulk import agreement as judging
from services.policy.rules.bulk import comparing
from services.policy.rules.leaves import prove_leaf
from services.policy.rules.tree import Op
from tests.unit.policy.rules.rule_samples import policy_of

TODAY = date(2026, 4, 1)
ENOUGH = '{fact: study_days_abroad, op: ">=", value: 360, cite: "Article 2"}'
MANY, FEW, DAYS = 60, 2_000, 2
AT_MOST = DAYS * (FEW + MANY)
"""On its first day and on this one; the last person of each is held against all conditions."""
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


def test_a_file_of_very_many_conditions_is_tried_on_fewer_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = Counter[str]()
    monkeypatch.setattr(judging, "prove_leaf", _counting(prove_leaf, tried))
    many = [ENOUGH.replace("360", str(1000 + number)) for number in range(MANY)]
    policy = policy_of(f"{{all: [{', '.join(many)}]}}")
    monkeypatch.setattr(agreement, "MOST_JUDGEMENTS", FEW)
    must_agree(policy, TODAY)
    assert len(tried) == MANY, "none of them is left out"
    assert tried.total() <= AT_MOST
    monkeypatch.setattr(agreement, "MOST_JUDGEMENTS", FEW * 1000)
    must_agree(policy, TODAY)
    assert tried.total() > 2 * AT_MOST, "without the bound there is more to try"


def _counting(judge: Callable[..., Any], tried: Counter[str]) -> Callable[..., Any]:
    def counted(leaf: object, *others: Any) -> Any:
        tried[str(leaf)] += 1
        return judge(leaf, *others)

    return counted
