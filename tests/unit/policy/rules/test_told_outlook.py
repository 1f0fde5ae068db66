"""What would open a policy and what a fact may add is told in both languages, with the clauses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.policy.rules import default_vocabulary
from services.policy.rules.facts import select
from services.policy.rules.knowing import FactWorth
from services.policy.rules.near.found import NearMiss
from services.policy.rules.near_miss import near_miss
from services.policy.rules.told_outlook import tell_beside, tell_near_miss, tell_worths
from services.policy.rules.wording import Wording
from tests.unit.policy.rules.package_samples import World, benefit
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of

VOCABULARY = default_vocabulary()
WORDS = Wording(VOCABULARY)
IN_PUTUO = "{fact: work_region, in: [putuo], cite: Article 3}"
INSURED = "{insured: {months: 12, in_a_row: true}, cite: Article 5}"


def missed(entry: str, facts: Mapping[str, Any], on: date = TODAY) -> NearMiss:
    view = select(facts_of(facts), on, NOW)
    found = near_miss(policy_of(entry), view, VOCABULARY, ended=None)
    assert found is not None
    return found


def test_what_would_have_to_change_is_told_with_its_clause() -> None:
    lines = list(tell_near_miss(missed(IN_PUTUO, {"work_region": "minhang"}), WORDS))
    assert [(line.depth, line.text.en) for line in lines] == [
        (1, "it would be open today if all of this were so"),
        (2, "works in: Putuo District [Article 3]"),
    ]
    assert lines[1].text.zh == "工作地:普陀区〔Article 3〕"


def test_of_a_whole_list_the_condition_is_told_and_not_its_entries() -> None:
    lines = list(tell_near_miss(missed(INSURED, {"social_insurance": []}), WORDS))
    assert lines[1].text.zh == "社会保险缴纳记录:连续缴纳不少于12个月〔Article 5〕"


def test_the_day_from_which_time_alone_is_enough_is_told() -> None:
    grown = '{since: birth_date, op: ">=", years: 40, cite: a}'
    (line,) = tell_near_miss(missed(grown, {"birth_date": date(1987, 3, 1)}), WORDS)
    assert line.text.zh == "其余情况不变时,可享受之日起:2027年3月1日"
    assert line.text.en == "if all else stays as it is, eligible from: 2027-03-01"


def test_only_a_fact_that_may_add_something_is_told() -> None:
    worths = [
        FactWorth(name="highest_degree", alone_fen=100_000, with_others_fen=300_000),
        FactWorth(name="student", alone_fen=0, with_others_fen=0),
    ]
    (line,) = tell_worths(worths, WORDS)
    assert line.text.zh == "最高学位:单独最多可增加1000元,与其他所缺信息一起最多3000元"


def test_what_is_possible_stands_with_its_sum_beside_the_best_package() -> None:
    package = World(policies={"A": benefit("b", 5000)}).best()
    assert tell_beside("certain_package", package, WORDS).text.en == "certain already: CNY 5,000"
    assert tell_beside("possible_package", package, WORDS).text.zh == (
        "所缺信息均有利时可达:5000元"
    )
