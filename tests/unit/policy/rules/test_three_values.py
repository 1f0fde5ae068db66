"""Strong three-valued logic: what is decided stays so, whatever turns out of the rest."""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules import default_vocabulary
from services.policy.rules.facts import Source, select
from services.policy.rules.kleene import Truth, opposite
from services.policy.rules.proof import ways
from services.policy.rules.prove import prove, truth_in
from services.policy.rules.tree import All, AnyOf, Compare, Not, Op, Tree
from services.policy.rules.vocabulary import LISTS
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, state_of, written
from tests.unit.policy.rules.trees import (
    CITE,
    VALUES,
    all_trees,
    dated_people,
    everybody,
    people,
    plain_trees,
)

WORDS = default_vocabulary()


def truth(tree: Tree, person: Mapping[str, Any]) -> Truth:
    return truth_in(tree, select(facts_of(person), TODAY, NOW))


Judge: TypeAlias = Callable[[Tree, Mapping[str, Any]], Truth]


def two_valued(tree: Tree, person: Mapping[str, Any]) -> Truth:
    """What engines do that take a missing fact for a no: the broken variant."""
    found = truth(tree, person)
    return Truth.FALSE if found is Truth.UNKNOWN else found


def overturned(judge: Judge, tree: Tree, known: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Completions that make another answer than the one that was given before."""
    before = judge(tree, known)
    if before is Truth.UNKNOWN:
        return []
    return [each for each in everybody(known) if truth(tree, each) is not before]


@settings(max_examples=60, deadline=None)
@given(plain_trees, people)
def test_no_answer_is_overturned_by_what_turns_out_later(tree: Tree, known: dict[str, Any]) -> None:
    assert overturned(truth, tree, known) == []


def test_a_logic_of_two_values_is_overturned() -> None:
    signed = Compare(fact="labour_contract", op=Op.EQUAL, value=True, cite=CITE)
    assert overturned(truth, signed, {}) == []
    assert overturned(two_valued, signed, {}) != []


@settings(max_examples=100, deadline=None)
@given(all_trees, dated_people)
def test_not_turns_the_answer_and_leaves_the_unknown(tree: Tree, person: dict[str, Any]) -> None:
    assert truth(Not(tree), person) is opposite(truth(tree, person))
    assert truth(Not(Not(tree)), person) is truth(tree, person)


@settings(max_examples=100, deadline=None)
@given(st.lists(all_trees, min_size=1, max_size=3), dated_people)
def test_all_and_any_are_two_sides_of_one(trees: list[Tree], person: dict[str, Any]) -> None:
    denied = tuple(Not(each) for each in trees)
    assert truth(Not(All(tuple(trees))), person) is truth(AnyOf(denied), person)
    assert truth(All(tuple(trees[::-1])), person) is truth(All(tuple(trees)), person)


@settings(max_examples=60, deadline=None)
@given(plain_trees, people)
def test_an_open_answer_is_settled_only_by_all_facts_of_one_of_the_ways_it_names(
    tree: Tree, known: dict[str, Any]
) -> None:
    proof = prove(tree, select(facts_of(known), TODAY, NOW))
    if proof.truth is Truth.UNKNOWN:
        named = {goal: ways(proof, goal) for goal in (Truth.TRUE, Truth.FALSE)}
        for added in subsets(sorted(VALUES.keys() - known.keys())):
            for person in everybody(known)[::7]:
                found = truth(tree, {**known, **{name: person[name] for name in added}})
                assert found is Truth.UNKNOWN or any(way <= added for way in named[found])


def subsets(names: list[str]) -> list[frozenset[str]]:
    sizes = range(len(names) + 1)
    return [frozenset(each) for size in sizes for each in combinations(names, size)]


@pytest.mark.parametrize("op", ["==", "!=", ">=", ">", "<=", "<"])
def test_equality_with_what_is_not_known_is_not_known(op: str) -> None:
    entry = f"{{fact: contract_years, op: '{op}', value: 2, cite: a}}"
    assert state_of(entry) == "undetermined"
    assert state_of(f"{{not: {entry}}}") == "undetermined"


@pytest.mark.parametrize("op", ["==", "!="])
def test_what_does_not_apply_meets_no_condition(op: str) -> None:
    entry = f"{{fact: contract_years, op: '{op}', value: 2, cite: a}}"
    none = written("contract_years", None, state="not_applicable")
    assert state_of(entry, {}, none) == "not_eligible"


def test_only_what_the_vocabulary_calls_a_whole_ledger_answers_no_without_an_entry() -> None:
    closed = {name for name, spec in WORDS.facts.items() if spec.authoritative}
    assert closed == {"policies_held", "receipts"}
    for name, spec in WORDS.facts.items():
        if spec.type in LISTS:
            state = state_of(f"{{exists: {name}, cite: a}}")
            assert state == ("not_eligible" if name in closed else "undetermined")


def test_a_verified_value_is_read_before_a_later_claim() -> None:
    entry = "{fact: monthly_rent, op: '<=', value: 3000 元, cite: a}"
    claim = written("monthly_rent", 900_000, recorded_at=NOW)
    proof = written("monthly_rent", 300_000, source=Source.VERIFIED, document="lease-1")
    assert state_of(entry, {}, claim, proof) == "eligible"
    assert state_of(entry, {}, claim) == "not_eligible"


def test_nothing_is_known_before_it_was_recorded() -> None:
    entry = "{fact: monthly_rent, op: '<=', value: 3000 元, cite: a}"
    late = written("monthly_rent", 300_000, recorded_at=NOW.replace(year=2027))
    assert state_of(entry, {}, late) == "undetermined"
