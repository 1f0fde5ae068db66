"""What several policies ask alike is asked once, and each is answered as if it stood alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from services.policy.rules import (
    Outcome,
    Policy,
    Published,
    build_view,
    default_vocabulary,
    evaluate,
    evaluate_all,
)
from services.policy.rules.bulk.agreement import trees_of
from services.policy.rules.bulk.sampling import persons_for
from services.policy.rules.bulk.trees import rules_of
from services.policy.rules.explain import near_misses
from services.policy.rules.facts import Fact, select
from services.policy.rules.near_miss import near_miss
from services.policy.rules.proof import LeafProof, Proof
from services.policy.rules.view import View, ready_on
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, policy_of

WORKS = "{fact: work_region, in: [putuo], cite: a}"
YOUNG = '{since: birth_date, op: "<", years: 35, cite: a}'
OLDER = '{since: birth_date, op: "<", years: 40, cite: a}'
ELSEWHERE_CITED = "{fact: work_region, in: [putuo], cite: b}"
POLICIES = (
    policy_of(f"{{all: [{WORKS}, {YOUNG}]}}", policy_id="XX-BOTH"),
    policy_of(f"{{any: [{WORKS}, {OLDER}]}}", policy_id="XX-EITHER"),
    policy_of(f"{{not: {ELSEWHERE_CITED}}}", policy_id="XX-NOT"),
)
FACTS = facts_of({"birth_date": "1990-01-01", "work_region": "putuo"})
SAMPLED = 200
WORDS = default_vocabulary()


def view_of(*policies: Policy) -> View:
    rows = [
        Published(row_id=each.policy_id, policy=each, recorded_at=RECORDED) for each in policies
    ]
    return build_view(rows, TODAY, NOW)


def people() -> Iterator[list[Fact]]:
    trees = [tree for policy in POLICIES for tree in trees_of(policy).values()]
    for view in islice(persons_for(rules_of(trees, TODAY), sampled=SAMPLED), SAMPLED):
        yield [fact for facts in view.by_name.values() for fact in facts]


def leaves(proof: Proof | None) -> Iterator[LeafProof]:
    if isinstance(proof, LeafProof):
        yield proof
    elif proof is not None:
        for child in proof.children:
            yield from leaves(child)


def one_by_one(facts: list[Fact]) -> tuple[Outcome, ...]:
    return tuple(evaluate(policy, facts, TODAY, NOW) for policy in POLICIES)


def test_a_condition_of_two_policies_is_proved_once() -> None:
    both, either, _ = evaluate_all(view_of(*POLICIES), FACTS)
    assert next(leaves(both.proof)) is next(leaves(either.proof))


def test_the_same_condition_of_another_clause_keeps_its_clause() -> None:
    both, _, other = evaluate_all(view_of(*POLICIES), FACTS)
    cited = [next(leaves(each.proof)).leaf.cite.where for each in (both, other)]
    assert cited == ["a", "b"]


def test_everybody_is_answered_as_by_each_policy_alone() -> None:
    view = view_of(*POLICIES)
    assert all(evaluate_all(view, facts) == one_by_one(facts) for facts in people())


def test_conditions_taken_for_alike_that_are_not_are_found_out() -> None:
    """The control: two conditions are kept as one although they ask about other years."""
    young, older = (policy_of(each, policy_id=name) for each, name in ((YOUNG, "A"), (OLDER, "B")))
    view = view_of(young, older)
    first, second = view.ready()
    view._ready[TODAY] = (first, replace(second, criteria=first.criteria))
    alone = [[evaluate(each, facts, TODAY, NOW) for each in (young, older)] for facts in people()]
    mixed = [list(evaluate_all(view, facts)) for facts in people()]
    assert alone != mixed


def test_a_view_is_made_ready_once_for_its_day_and_anew_for_another() -> None:
    view = view_of(*POLICIES)
    assert view.ready() is view.ready()
    assert ready_on(view, date(2024, 1, 1))[0].obstacle is not None
    assert evaluate_all(view, FACTS, valid_at=date(2024, 1, 1))[0].state == "not_in_force"


def test_what_is_missed_by_many_policies_is_told_as_for_each_alone() -> None:
    view = view_of(*POLICIES)
    told = 0
    for facts in people():
        chosen = select(facts, TODAY, NOW)
        alone = {each.policy_id: near_miss(each, chosen, WORDS, ended=None) for each in POLICIES}
        missed = {name: found for name, found in alone.items() if found is not None}
        assert near_misses(view, chosen, WORDS) == missed
        told += len(missed)
    assert told > len(POLICIES)
