"""What a number can be, and what is derived from other facts: the same for every way to judge."""

from pathlib import Path
from shutil import copytree

import msgspec
import pytest

from services.policy.policies.agreement import must_agree
from services.policy.rules import FormatError, default_vocabulary, load_vocabulary, parse_policy
from services.policy.rules.analysis.possible import Nobody, Somebody, can_anybody
from services.policy.rules.bulk.agreement import disagreements, trees_of
from services.policy.rules.fact_list import refuse_impossible
from services.policy.rules.facts import UNKNOWN, Entry, select
from services.policy.rules.load import VOCABULARY_FOLDER
from services.policy.rules.near_miss import near_miss
from services.policy.rules.tree import AnyOf, Member, Tree, Unseen
from tests.unit.policy.rules.rule_samples import (
    NOW,
    TEMPLATE,
    TODAY,
    facts_of,
    policy_of,
    state_of,
    written,
)

WORDS = default_vocabulary()
SHARE = '{{fact: firm_shareholding_percent, op: "{}", value: {}, cite: a}}'
BEYOND = f"{{all: [{SHARE.format('>', 99)}, {{not: {SHARE.format('==', 100)}}}]}}"
TEXT = TEMPLATE.format(
    policy_id="XX-ONE",
    version=1,
    issuer="putuo",
    in_force="{from: 2025-01-01, to: open}",
    eligibility=f"{{entry: {SHARE.format('<', 'VALUE')}}}",
    benefits="[]",
    more="",
)
EITHER = ["work_region", "employer_region"]
EMPLOYED = "{fact: employed_in, in: [putuo], cite: a}"


def tree_of(entry: str) -> Tree:
    tree = policy_of(entry).entry
    assert not isinstance(tree, Unseen)
    return tree


@pytest.mark.parametrize(("op", "value"), [(">=", 100), (">", 99), ("!=", 0), ("<=", 100)])
def test_whoever_is_named_states_a_number_that_can_be(op: str, value: int) -> None:
    found = can_anybody(tree_of(SHARE.format(op, value)), TODAY, WORDS)
    assert isinstance(found, Somebody)
    (share,) = [each.value for each in found.facts]
    assert isinstance(share, int)
    assert 0 <= share <= 100


def test_nobody_satisfies_what_is_beyond_the_range() -> None:
    assert isinstance(can_anybody(tree_of(BEYOND), TODAY, WORDS), Nobody)
    assert isinstance(can_anybody(tree_of(SHARE.format(">", 100)), TODAY, WORDS), Nobody)
    # The control: points have no such end.
    points = BEYOND.replace("firm_shareholding_percent", "qingpu_points")
    assert isinstance(can_anybody(tree_of(points), TODAY, WORDS), Somebody)


def test_those_at_the_boundaries_who_state_what_cannot_be_are_no_disagreement() -> None:
    must_agree(policy_of(BEYOND), TODAY, WORDS)
    trees = trees_of(policy_of(BEYOND))
    found = disagreements(trees, TODAY, sampled=0, never=frozenset(trees))
    assert {each.together for each in found} == {"satisfied by nobody"}


def test_what_cannot_be_is_never_suggested() -> None:
    for entry in (SHARE.format("!=", 100), BEYOND):
        view = select(facts_of({"firm_shareholding_percent": 100}), TODAY, NOW)
        found = near_miss(policy_of(entry), view, WORDS, ended=None)
        changes = () if found is None else found.changes
        assert [each.value for each in changes] in ([], [99])


@pytest.mark.parametrize(("op", "value"), [(">=", 101), ("<", 150), ("==", 10_000)])
def test_a_condition_on_what_cannot_be_is_refused_with_its_remedy(op: str, value: int) -> None:
    with pytest.raises(FormatError, match="never above 100 percent") as caught:
        policy_of(SHARE.format(op, value))
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("firm_shareholding_percent", 101),
        ("firm_shareholding_percent", -1),
        ("annual_income", -1),
        ("homes_owned", [{"region": "shanghai", "price": -1}]),
    ],
)
def test_a_fact_that_cannot_be_is_refused_and_says_nothing_where_it_was_recorded(
    name: str, value: object
) -> None:
    with pytest.raises(msgspec.ValidationError, match="not below 0"):
        refuse_impossible([(name, value)], WORDS)
    refuse_impossible([("firm_shareholding_percent", 100), ("annual_income", 0)], WORDS)
    (known,) = facts_of({name: value})
    entries = known.value if isinstance(known.value, tuple) else ()
    said = [field for each in entries if isinstance(each, Entry) for field in each.fields]
    assert said == [("region", "shanghai")] if entries else known.value is UNKNOWN


def test_a_text_that_was_recorded_before_a_range_was_known_is_still_read() -> None:
    text = TEXT.replace("VALUE", "150")
    assert parse_policy(text, vocabulary=WORDS.of_recorded_texts()).policy_id == "XX-ONE"
    with pytest.raises(FormatError):
        parse_policy(text, vocabulary=WORDS)


def test_a_derived_fact_is_met_wherever_one_of_its_facts_is() -> None:
    tree = tree_of(EMPLOYED)
    assert isinstance(tree, AnyOf)
    leaves = [each for each in tree.children if isinstance(each, Member)]
    assert [each.fact for each in leaves] == EITHER
    assert {each.cite.where for each in leaves} == {"a"}
    assert state_of(EMPLOYED, {"employer_region": "changzheng"}) == "eligible"
    assert state_of(EMPLOYED, {"work_region": "minhang"}) == "undetermined"
    both = {"work_region": "minhang", "employer_region": "minhang"}
    assert state_of(EMPLOYED, both) == "not_eligible"


def test_every_way_to_judge_has_it_inlined() -> None:
    assert list(disagreements(trees_of(policy_of(EMPLOYED)), TODAY, sampled=100)) == []
    found = can_anybody(tree_of(EMPLOYED), TODAY, WORDS)
    assert isinstance(found, Somebody)
    assert {each.name for each in found.facts} <= {*EITHER}
    not_there = [f"{{not: {{fact: {name}, in: [putuo], cite: b}}}}" for name in EITHER]
    nowhere = f"{{all: [{EMPLOYED}, {', '.join(not_there)}]}}"
    assert isinstance(can_anybody(tree_of(nowhere), TODAY, WORDS), Nobody)


@pytest.mark.parametrize(
    "entry",
    [
        "{exists: homes_owned, where: {fact: employed_in, in: [putuo], cite: a}, cite: a}",
        '{fact: employed_in, op: "!=", value: putuo, cite: a}',
    ],
)
def test_where_it_would_mean_something_else_it_is_refused(entry: str) -> None:
    with pytest.raises(FormatError) as caught:
        policy_of(entry)
    assert caught.value.remedy


def test_nobody_states_what_is_derived() -> None:
    assert facts_of({}, written("employed_in", "putuo")) == ()


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ("unit: years, personal", "unit: years, most: many, personal", "whole number"),
        ("immutable: true, type: date", "most: 3, type: date", "only numbers have a range"),
        ("either: [work_region, employer_region]", "either: [work_region, sex]", "one list"),
        ("either: [work_region, employer_region]", "either: [work_region, income]", "one list"),
        ("name: employed_in", "name: work_region", "a fact has this name"),
    ],
)
def test_a_vocabulary_that_does_not_hang_together_is_refused(
    tmp_path: Path, said: str, instead: str, problem: str
) -> None:
    copytree(VOCABULARY_FOLDER, tmp_path / "words")
    facts = tmp_path / "words" / "facts.yaml"
    text = facts.read_text()
    assert said in text
    facts.write_text(text.replace(said, instead, 1))
    with pytest.raises(FormatError, match=problem):
        load_vocabulary(tmp_path / "words")
