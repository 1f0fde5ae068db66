"""Who enjoys a policy is judged by what it asks meanwhile, never by its entry again."""

from typing import Any

import pytest

from services.policy.rules import FormatError, Outcome, default_vocabulary, evaluate
from services.policy.rules.outcome import Stage, State
from services.policy.rules.told_answer import tell_outcome
from services.policy.rules.wording import Wording
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of

YOUNG = '{since: birth_date, op: "<", years: 35, cite: a}'
STAYS = "{fact: work_region, in: [putuo], cite: b}"
PAYS = "{insured: {months: 2, window_months: 3, in_a_row: false}, cite: c}"
ALL_THREE = policy_of(eligibility=f"{{entry: {YOUNG}, continuing: {STAYS}, review: {PAYS}}}")
WORDS = Wording(default_vocabulary())
HELD = {"policies_held": "XX-ONE"}
OLD_BY_NOW = {"birth_date": "1980-01-01", "work_region": "putuo"}
MONTHS = [{"month": "2026-02"}, {"month": "2026-03"}]


def found(facts: dict[str, Any], policy: Any = ALL_THREE) -> Outcome:
    return evaluate(policy, facts_of(facts), TODAY, NOW)


def stages(outcome: Outcome) -> dict[str, str]:
    return {each.stage.value: each.state.value for each in outcome.stages}


def test_whoever_enjoys_a_policy_is_not_asked_its_entry_again() -> None:
    outcome = found({**OLD_BY_NOW, **HELD, "social_insurance": MONTHS})
    assert outcome.state is State.ALREADY_ENJOYED
    assert stages(outcome) == {"continuing": "eligible", "review": "eligible"}
    assert (outcome.offers, outcome.failed) == ((), ())
    assert found(OLD_BY_NOW).state is State.NOT_ELIGIBLE


def test_what_ends_the_enjoyment_is_named_with_its_clause() -> None:
    outcome = found({**HELD, "work_region": "minhang"})
    continuing, review = outcome.stages
    assert (continuing.stage, continuing.state) == (Stage.CONTINUING, State.NOT_ELIGIBLE)
    assert continuing.failed[0].leaf.cite.where == "b"
    assert (review.state, review.missing) == (State.UNDETERMINED, ("social_insurance",))


def test_an_enjoyment_that_is_over_does_not_count() -> None:
    over = facts_of({"birth_date": "2000-01-01"}) + facts_of(
        {},
        {
            "name": "policies_held",
            "value": "XX-ONE",
            "source": "verified",
            "recorded_at": NOW,
            "valid_to": TODAY,
        },
    )
    assert evaluate(ALL_THREE, over, TODAY, NOW).state is State.ELIGIBLE


def test_a_stage_that_was_not_seen_decides_nothing() -> None:
    policy = policy_of(eligibility=f"{{entry: {YOUNG}, continuing: not_seen}}")
    assert stages(found(HELD, policy)) == {"continuing": "criteria_not_seen"}


def test_a_text_without_stages_says_nothing_of_them() -> None:
    assert found(HELD, policy_of()).stages == ()


def test_an_entry_that_was_not_seen_makes_nobody_eligible() -> None:
    policy = policy_of(eligibility=f"{{entry: not_seen, continuing: {STAYS}}}")
    assert found(OLD_BY_NOW, policy).state is State.CRITERIA_NOT_SEEN


@pytest.mark.parametrize(
    "eligibility", [f"{{continuing: {STAYS}}}", f"{{entry: {YOUNG}, leaving: {STAYS}}}"]
)
def test_a_stage_that_is_none_is_refused(eligibility: str) -> None:
    with pytest.raises(FormatError, match=r"is missing|unknown key"):
        policy_of(eligibility=eligibility)


def test_whoever_enjoys_a_policy_is_told_what_may_end_it_in_both_languages() -> None:
    told = [each.text for each in tell_outcome(found({**HELD, "work_region": "minhang"}), WORDS)]
    assert [text.en for text in told][1:] == [
        "while it is enjoyed: not met",
        "not met: works in: Putuo District (read works in: Minhang District) [b]",
        "at the yearly review: unknown",
        "still missing: social insurance record",
    ]
    assert told[1].zh == "享受期间:不满足"


def test_whoever_does_not_enjoy_it_is_told_nothing_of_that() -> None:
    told = [each.text.en for each in tell_outcome(found(OLD_BY_NOW), WORDS)]
    assert not [line for line in told if "while it is enjoyed" in line]
