"""Whether anybody can satisfy a rule: whoever is named really does, and nobody means nobody."""

import random
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import z3

from services.policy.rules import State, default_vocabulary
from services.policy.rules.analysis import contradiction as contradictions
from services.policy.rules.analysis import encode, possible
from services.policy.rules.analysis.calendar import units
from services.policy.rules.analysis.contradiction import contradiction
from services.policy.rules.analysis.person import Person
from services.policy.rules.analysis.possible import (
    Disputed,
    Nobody,
    Possible,
    Somebody,
    Undecided,
    can_anybody,
    can_one_person,
)
from services.policy.rules.analysis.question import PATIENCE, question
from services.policy.rules.bulk.agreement import trees_of
from services.policy.rules.bulk.bits import how_many
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.pools import RECORDED
from services.policy.rules.bulk.sampling import persons_for
from services.policy.rules.bulk.trees import rules_of, truths
from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.facts import select
from services.policy.rules.kleene import Truth
from services.policy.rules.prove import prove
from services.policy.rules.tree import All, Compare, Not, NotSeen, Tree, Unseen
from services.policy.rules.verdict import verdict
from tests.support.encoded import encoded_and_invented
from tests.unit.policy.rules.condition_kinds import KINDS
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of

DATA = Path(__file__).parents[4] / "data"
WORDS = default_vocabulary()
SEEN = KINDS[:-1]
"""All but the condition that no source showed."""
ROUNDS = 60


def tree_of(entry: str) -> Tree:
    tree = policy_of(entry).entry
    assert not isinstance(tree, Unseen)
    return tree


def satisfied(tree: Tree, found: Possible) -> bool:
    return (
        isinstance(found, Somebody)
        and prove(tree, select(found.facts, TODAY, RECORDED)).truth is Truth.TRUE
    )


@cache
def corpus() -> Mapping[str, Tree]:
    return {
        name: tree for policy in encoded_and_invented() for name, tree in trees_of(policy).items()
    }


def test_somebody_satisfies_every_encoded_policy_unless_its_criteria_were_not_seen() -> None:
    for name, tree in corpus().items():
        found = can_anybody(tree, TODAY, WORDS)
        unseen = any(isinstance(leaf, NotSeen) for leaf in leaves_of(tree))
        assert satisfied(tree, found) or (unseen and found == Nobody()) or closed(tree), name


def closed(tree: Tree) -> bool:
    """No call is open on the day, so that nobody can be eligible then."""
    return verdict(prove(tree, select((), TODAY, NOW))).state is State.WINDOW_CLOSED


@pytest.mark.parametrize("entry", SEEN)
def test_every_kind_of_condition_can_be_met_and_can_be_failed(entry: str) -> None:
    for tree in (tree_of(entry), Not(tree_of(entry))):
        assert satisfied(tree, can_anybody(tree, TODAY, WORDS))


def test_a_condition_that_was_not_seen_is_met_by_nobody() -> None:
    assert can_anybody(tree_of(KINDS[-1]), TODAY, WORDS) == Nobody()


ALWAYS = '{fact: contract_years, op: ">=", value: 0, cite: a}'
WITH_FACTS = select(facts_of({"contract_years": 1}), TODAY, NOW)
AGES = '{since: birth_date, op: "%s", years: %d, cite: a}'
REGION = "{fact: work_region, in: [%s], cite: a}"
OLD = AGES % ("<", 18), '{fact: birth_date, op: "<", value: 2008-04-02, cite: a}'
LEAPLING = (
    '{fact: birth_date, op: "==", value: 2008-02-29, cite: a}',
    '{since: birth_date, op: ">=", years: 18, at: 2026-02-28, cite: a}',
)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (AGES % (">=", 40), AGES % ("<", 45), True),
        (AGES % (">=", 45), AGES % ("<", 45), False),
        (*OLD, False),
        (OLD[0], OLD[1].replace("04-02", "04-03"), True),
        (*LEAPLING, False),
        (LEAPLING[0], LEAPLING[1].replace("02-28", "03-01"), True),
        (REGION % "putuo", REGION % "changzheng", True),
        (REGION % "putuo", REGION % "minhang", False),
        (
            "{fact: school_class, in: [world-top-50], cite: a}",
            "{fact: school_class, in: [double-first-class], cite: a}",
            True,
        ),
        (
            "{holds: {titles: [hz.tier.B], tenure: in_term}, cite: a}",
            "{not: {holds: {titles: [hz.tier.B], tenure: ever}, cite: a}}",
            False,
        ),
        (
            "{holds: {titles: [hz.tier.B], tenure: ever}, cite: a}",
            "{not: {holds: {titles: [hz.tier.B], tenure: in_term}, cite: a}}",
            True,
        ),
        (
            '{fact: birth_date, op: "<", value: 1990-01-01, as_of: 2020-01-01, cite: a}',
            '{fact: birth_date, op: ">", value: 1990-01-01, cite: a}',
            False,
        ),
        (
            '{fact: contract_years, op: "<", value: 1, as_of: 2020-01-01, cite: a}',
            '{fact: contract_years, op: ">", value: 1, cite: a}',
            True,
        ),
    ],
)
def test_whether_one_person_can_satisfy_both(one: str, other: str, both: bool) -> None:
    trees = [tree_of(one), tree_of(other)]
    found = can_one_person(trees, TODAY, WORDS)
    assert satisfied(All(tuple(trees)), found) if both else found == Nobody()


def test_nobody_who_is_drawn_satisfies_what_nobody_can_and_every_witness_does() -> None:
    chance = random.Random(5)
    seen = {Somebody: 0, Nobody: 0, Undecided: 0}
    for _ in range(ROUNDS):
        tree = drawn(chance)
        found = can_anybody(tree, TODAY, WORDS)
        seen[type(found)] += 1
        assert satisfied(tree, found) or not satisfying(tree)
        assert not (isinstance(found, Nobody) and satisfying(tree))
    assert seen[Somebody] > ROUNDS / 3
    assert seen[Nobody] > 0
    assert seen[Undecided] < ROUNDS / 10


def drawn(chance: random.Random) -> Tree:
    """Some conditions on few facts, so that they get in each other's way."""
    short = [entry for entry in SEEN if "graduation_date" in entry or "labour" in entry]
    parts = [tree_of(entry) for entry in chance.sample(short, chance.randint(2, 5))]
    return All(tuple(Not(part) if chance.random() < 0.3 else part for part in parts))


def satisfying(tree: Tree) -> int:
    """How many of those who stand at boundaries and of others satisfy it."""
    rules = rules_of([tree], TODAY)
    persons = list(persons_for(rules, sampled=300))
    (found,) = truths(rules, people_of(persons, rules.needs))
    return how_many(found.true)


def test_a_witness_of_a_broken_formula_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tree_of('{since: return_date, op: "==", years: 3, at: {fact: firm_founded}, cite: a}')
    assert satisfied(tree, can_anybody(tree, TODAY, WORDS))
    monkeypatch.setattr(encode, "units", lambda *asked: units(*asked) + 1)
    assert isinstance(can_anybody(tree, TODAY, WORDS), Disputed)
    monkeypatch.setattr(possible, "prove", lambda *_: prove(tree_of(ALWAYS), WITH_FACTS))
    unchecked = can_anybody(tree, TODAY, WORDS)
    assert isinstance(unchecked, Somebody)
    assert not satisfied(tree, unchecked)


CONTRACT = '{fact: contract_years, op: "%s", value: %d, cite: "Article %d"}'


def at_odds(*entries: str) -> list[str]:
    tree = tree_of(f"{{all: [{', '.join(entries)}]}}")
    return [
        each.cite.where for each in contradiction(tree, TODAY, WORDS) if isinstance(each, Compare)
    ]


def test_only_the_conditions_that_stand_against_each_other_are_named() -> None:
    longer, shorter = CONTRACT % (">=", 5, 1), CONTRACT % ("<", 3, 2)
    others = (AGES % (">=", 40), CONTRACT % (">=", 1, 3))
    assert at_odds(longer, shorter, *others) == ["Article 1", "Article 2"]
    assert at_odds(longer, *others) == []


def test_what_was_not_seen_or_cannot_be_put_exactly_contradicts_nothing() -> None:
    assert at_odds(KINDS[-1], CONTRACT % (">=", 5, 1)) == []
    loose = next(each for each in SEEN if each.startswith("{insured"))
    assert can_anybody(tree_of(f"{{all: [{loose}, {{not: {loose}}}]}}"), TODAY, WORDS) != Nobody()
    assert contradiction(tree_of(f"{{all: [{loose}, {{not: {loose}}}]}}"), TODAY, WORDS) == ()


def test_a_contradiction_that_is_not_found_in_time_is_not_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tree = tree_of(f"{{all: [{LEAPLING[0]}, {LEAPLING[1]}]}}")
    assert len(contradiction(tree, TODAY, WORDS)) == 2
    monkeypatch.setattr(contradictions, "PATIENCE", 1)
    assert contradiction(tree, TODAY, WORDS) == ()


def spent(context: z3.Context) -> int:
    """The steps z3 has taken in a context so far."""
    solver = z3.Solver(ctx=context)
    solver.check()
    found: int = solver.statistics().get_key_value("rlimit count")
    return found


def steps(solver: z3.Solver) -> int:
    before = spent(solver.ctx)
    solver.check()
    return spent(solver.ctx) - before


def asked(tree: Tree, ask: Callable[[list[Any]], z3.Solver]) -> z3.Solver:
    person = Person(WORDS, TODAY)
    wanted = encode.encode(tree, person, encode.free).true
    return ask([wanted, *person.axioms])


def together(conditions: list[Any]) -> z3.Solver:
    """As all questions were once put: in the one context where all were asked before."""
    solver = z3.Solver()
    solver.add(*conditions)
    return solver


def again_after_others(ask: Callable[[list[Any]], z3.Solver]) -> Iterator[tuple[int, int]]:
    """How many steps a question took at first, and how many it takes after all the others."""
    trees = list(corpus().values())[::12]
    first = [steps(asked(tree, ask)) for tree in trees]
    yield from zip(first, [steps(asked(tree, ask)) for tree in trees], strict=True)


def test_how_many_steps_a_question_takes_does_not_hang_on_what_was_asked_before() -> None:
    own = partial(question, patience=PATIENCE)
    assert all(first == again for first, again in again_after_others(own))


def test_the_same_somebody_is_found_whatever_was_asked_before() -> None:
    trees = list(corpus().values())[::12]
    first = [can_anybody(tree, TODAY, WORDS) for tree in trees]
    assert [can_anybody(tree, TODAY, WORDS) for tree in reversed(trees)] == first[::-1]


def test_questions_put_where_others_were_asked_before_would_be_found_out() -> None:
    assert any(first != again for first, again in again_after_others(together))
