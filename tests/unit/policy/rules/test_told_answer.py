"""Sentences of an answer and of a policy: what was read, what is open, how it is counted."""

import pytest

from services.policy.rules import Outcome, default_vocabulary, evaluate
from services.policy.rules.told_answer import tell_outcome
from services.policy.rules.told_policy import tell_policy
from services.policy.rules.wording import Wording
from tests.unit.policy.rules.package_samples import CHECKED, Given, World, benefit
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of, written

WORDS = Wording(default_vocabulary())
OWNER = "{not: {fact: nationality, in: [foreign], cite: a}}"
INSURED = "{insured: {months: 12, in_a_row: false}, cite: a}"
TITLED = "{holds: {titles: [hz.tier.A], tenure: in_term}, cite: a}"
HOME = "{count: homes_owned, op: '<=', value: 0, cite: a}"
WORKED = '{fact: years_with_employer, op: ">=", value: 1, cite: a}'


def judged(entry: str, **facts: object) -> Outcome:
    return evaluate(policy_of(entry), facts_of(facts), TODAY, NOW)


def told(outcome: Outcome) -> tuple[str, str]:
    """What stands under the state, in both languages."""
    _, line = tell_outcome(outcome, WORDS)
    return line.text.zh, line.text.en


def test_what_holds_and_must_not_is_not_said_to_be_missed() -> None:
    assert told(judged(OWNER, nationality="foreign")) == (
        "不得:国籍或地区属于外国(读到国籍或地区:外国)〔a〕",
        "must not be so: nationality: foreign (read nationality: foreign) [a]",
    )


def test_months_and_entries_that_were_read_are_counted() -> None:
    months = [{"month": f"2026-0{n}", "base_percent": 100} for n in (1, 2, 3)]
    assert (
        "读到社会保险缴纳记录:3个月(2026-01至2026-03)"
        in (told(judged(INSURED, social_insurance=months))[0])
    )
    home = judged(HOME, homes_owned=[{"region": "shanghai"}])
    assert "(read homes of the family: 1 item)" in told(home)[1]


@pytest.mark.parametrize(
    ("held", "zh", "en"),
    [([], "无", "none"), (["hz.tier.B"], "杭州B类、别无其他", "Hangzhou B, no others")],
)
def test_titles_that_nobody_holds_are_none_or_no_others(held: list[str], zh: str, en: str) -> None:
    each = [written("titles_held", title) for title in held]
    found = evaluate(policy_of(TITLED), facts_of({"titles_held": []}, *each), TODAY, NOW)
    assert f"读到人才称号与层次:{zh})" in told(found)[0]
    assert f"read titles and tiers held: {en})" in told(found)[1]


def test_one_of_a_unit_has_no_ending() -> None:
    assert told(judged(WORKED, years_with_employer=0))[1].startswith(
        "not met: years with the employer at least 1 year (read years with the employer: 0 years)"
    )


def test_checks_with_commas_of_their_own_are_told_apart() -> None:
    first = "{manual_check: {zh: 甲,乙, en: 'one, or two'}, id: x, cite: a}".replace(
        "甲,乙", "'甲,乙'"
    )
    found = judged(f"{{all: [{first}, {CHECKED}]}}")
    assert told(found) == (
        "待人工核定:业绩突出;甲,乙",
        "to be checked by a person: outstanding results; one, or two",
    )


def test_what_a_person_must_still_find_is_offered_perhaps() -> None:
    world = World(policies={"A": Given(entry=CHECKED, benefits=benefit("b", 5000))})
    *_, line = tell_outcome(world.outcomes()[0], WORDS)
    assert line.text.en == "perhaps offered “living” CNY 5,000 (A#b) [a]"
    sure = World(policies={"A": benefit("b", 5000)})
    *_, line = tell_outcome(sure.outcomes()[0], WORDS)
    assert line.text.zh == "可得“生活补贴”5000元(A#b)〔a〕"


@pytest.mark.parametrize(
    ("particular", "zh", "en"),
    [
        (
            "value: 60 万元, unit: yuan",
            "来源说明:60万元〔a〕",
            "note on the source: CNY 600,000 [a]",
        ),
        ("value: 72, unit: count", "来源说明:72〔a〕", "note on the source: 72 [a]"),
        ("value: 1, unit: years", "来源说明:1年〔a〕", "note on the source: 1 year [a]"),
        (
            "value: 2016-04-07, unit: date",
            "来源说明:2016-04-07〔a〕",
            "note on the source: 2016-04-07 [a]",
        ),
    ],
)
def test_what_else_a_clerk_must_know_is_told_as_it_is_counted(
    particular: str, zh: str, en: str
) -> None:
    stated = f"particulars: [{{name: source-note, {particular}, cite: a}}]"
    *_, line = tell_policy(policy_of(more=stated), WORDS)
    assert (line.text.zh, line.text.en) == (zh, en)


def test_a_quota_without_a_time_is_no_payment() -> None:
    policy = policy_of(more="quota: {count: 100, per: not_seen, cite: a}")
    said = [line.text.en for line in tell_policy(policy, WORDS)]
    assert "quota: 100, for what time was not seen [a]" in said


def test_a_sum_of_unseen_rhythm_has_no_term_to_be_told() -> None:
    unseen = benefit("b", 5000).replace("per: once", "per: not_seen")
    said = " ".join(line.text.en for line in tell_policy(policy_of(benefits=f"[{unseen}]"), WORDS))
    assert "counted once" in said
    assert "twelve months" not in said
