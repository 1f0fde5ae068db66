"""What one person misses is told to others who are alike, and only to them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules import default_vocabulary
from services.policy.rules.facts import FactView, select
from services.policy.rules.near.aims import Aims
from services.policy.rules.near.choices import Choice
from services.policy.rules.near.formulas import Formula
from services.policy.rules.near.found import NearMiss
from services.policy.rules.near.loose import Loose
from services.policy.rules.prove import proof_of
from services.policy.rules.ready import Ready, Shelved, ready
from services.policy.rules.tree import Tree
from services.policy.rules.trial import Trial, with_changes
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, policy_of
from tests.unit.policy.rules.test_near_remembered import (
    FOREIGN,
    RENT,
    SIGNED,
    TITLES,
    corpus,
    holding,
    unconfirmed,
)
from tests.unit.policy.rules.trees import all_trees, dated_people

WORDS = default_vocabulary()
EVERYTHING = -1
RENTED_CHEAP = '{fact: monthly_rent, op: "<=", value: 900 元, cite: a}'
RENTED_DEAR = '{fact: monthly_rent, op: ">=", value: 1000 元, cite: a}'
GRADUATE = "{fact: fresh_graduate, op: '==', value: true, cite: a}"
EITHER = f"{{any: [{SIGNED}, {RENT}]}}"
APART = f"{{all: [{EITHER}, {GRADUATE}]}}"
TIED = f"{{all: [{{any: [{SIGNED}, {RENTED_CHEAP}]}}, {RENTED_DEAR}]}}"


def ready_for(entry: str) -> Ready:
    return ready(policy_of(entry), TODAY, ended=None, shelved=Shelved())


def aims_at(*asked: Ready) -> Aims:
    return Aims(asked, TODAY, WORDS)


def person(**known: Any) -> FactView:
    return select(facts_of(known), TODAY, NOW)


def missed(aims: Aims, who: FactView) -> NearMiss:
    return aims.missed_by(who)["XX-ONE"]


def changed(found: NearMiss) -> list[str]:
    return [each.fact for each in found.changes]


def test_who_meets_a_part_in_another_way_is_told_what_was_found_for_others() -> None:
    aims = aims_at(ready_for(APART))
    by_contract = person(labour_contract=True, monthly_rent=900_000, fresh_graduate=False)
    by_rent = person(labour_contract=False, monthly_rent=200_000, fresh_graduate=False)
    assert missed(aims, by_contract) is missed(aims, by_rent)


def test_who_does_not_meet_the_part_is_told_of_it_too() -> None:
    aims = aims_at(ready_for(APART))
    met = person(labour_contract=True, monthly_rent=900_000, fresh_graduate=False)
    unmet = person(labour_contract=False, monthly_rent=900_000, fresh_graduate=False)
    assert changed(missed(aims, met)) == ["fresh_graduate"]
    assert changed(missed(aims, unmet)) == ["fresh_graduate", "labour_contract"]


def test_a_fact_that_is_read_elsewhere_too_ties_the_part_to_it() -> None:
    """Who meets it by a low rent alone cannot pay more without signing."""
    aims = aims_at(ready_for(TIED))
    signed = person(labour_contract=True, monthly_rent=50_000)
    cheap = person(labour_contract=False, monthly_rent=50_000)
    assert changed(missed(aims, signed)) == ["monthly_rent"]
    assert changed(missed(aims, cheap)) == ["labour_contract", "monthly_rent"]


def test_a_condition_that_stands_elsewhere_too_ties_the_part_to_it() -> None:
    either, other = f"{{any: [{FOREIGN}, {SIGNED}]}}", f"{{any: [{FOREIGN}, {GRADUATE}]}}"
    assert loose_in(f"{{all: [{either}, {GRADUATE}]}}") == 1
    assert loose_in(f"{{all: [{either}, {other}]}}") == 0


def loose_in(entry: str) -> int:
    (aim,) = aims_at(ready_for(entry))._aims
    return len(aim.loose)


def asked_about(tree: Tree) -> Ready:
    return ready(replace(policy_of(), entry=tree), TODAY, ended=None)


@settings(max_examples=150, deadline=None)
@given(all_trees, st.lists(dated_people, min_size=2, max_size=8))
def test_whatever_others_asked_before_everybody_is_told_the_same(
    tree: Tree, people: list[dict[str, Any]]
) -> None:
    asked = asked_about(tree)
    shared = aims_at(asked)
    for known in people:
        who = person(**known)
        assert shared.missed_by(who) == aims_at(asked).missed_by(who)


def test_parts_taken_for_loose_that_are_not_would_be_found_out() -> None:
    view, people = corpus()
    careless = Aims(view.ready(), TODAY, WORDS)
    whole = Loose(met=Formula(every=True, bits=0), read=EVERYTHING, best=0)
    careless._aims = tuple(replace(each, loose=(whole,)) for each in careless._aims)
    assert list(unconfirmed(careless, view, people))


def test_who_was_said_to_hold_nothing_is_not_told_what_was_found_for_others() -> None:
    """A title beside that settles of the others what it leaves open of anybody else."""
    entry = f"{{all: [{holding(TITLES[0])}, {{not: {holding(TITLES[1])}}}, {SIGNED}]}}"
    none = {"name": "titles_held", "value": None, "state": "not_applicable", "source": "verified"}
    said = facts_of({}, {**none, "recorded_at": RECORDED, "valid_to": "2025-01-01"})
    unsigned = facts_of({"labour_contract": False})
    had_none = select((*said, *unsigned), TODAY, NOW)
    aims = aims_at(ready_for(entry))
    assert aims.missed_by(select(unsigned, TODAY, NOW)) == {}
    assert changed(missed(aims, had_none)) == ["labour_contract", "titles_held"]


def unlike(choices: Sequence[Choice], people: Sequence[FactView]) -> Iterator[str]:
    """The facts of which a proof that is shared is not what the evaluator says of the person."""
    for who in people:
        trial = Trial(who)
        for choice in choices:
            for value in choice.told(trial).values:
                changes = [(choice.name, value)]
                would = with_changes(who, changes)
                alone = {id(leaf): proof_of(leaf, would) for leaf in choice.asked.values()}
                if choice.proofs(value, changes, trial) != alone:
                    yield choice.name


def choices_of_the_corpus() -> tuple[list[Choice], tuple[FactView, ...]]:
    view, people = corpus()
    aims = Aims(view.ready(), TODAY, WORDS)
    return [each for aim in aims._aims for each in aim.choices], people[::40]


def test_a_proof_that_hangs_on_nobody_is_that_of_each_person() -> None:
    choices, people = choices_of_the_corpus()
    assert list(unlike(choices, people)) == []


def test_a_proof_shared_although_it_hangs_on_somebody_would_be_found_out() -> None:
    choices, people = choices_of_the_corpus()
    for each in choices:
        vars(each).update(_is_fixed=True, is_held=False)
    assert set(unlike(choices, people)) >= {"titles_held"}
