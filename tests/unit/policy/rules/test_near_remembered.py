"""What is worked out once for all who miss a policy holds for each of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.places import ROOT
from services.policy.rules import Published, build_view, default_vocabulary, load_policies
from services.policy.rules.bulk.agreement import trees_of
from services.policy.rules.bulk.sampling import persons_for
from services.policy.rules.bulk.trees import rules_of
from services.policy.rules.days import month_number
from services.policy.rules.facts import NOT_APPLICABLE, Fact, FactView, InsuredMonth, Source, select
from services.policy.rules.kleene import Truth
from services.policy.rules.near.aims import Aims
from services.policy.rules.near.formulas import Formula, met
from services.policy.rules.near.found import NearMiss
from services.policy.rules.near.places import EITHER, Places, bits
from services.policy.rules.near.timeline import Future, Move, Timeline, stretches
from services.policy.rules.near.turns import Turning
from services.policy.rules.near_miss import near_miss
from services.policy.rules.prove import prove, truth_in
from services.policy.rules.tree import Cite, Elapsed, Holds, Insured, Leaf, Tenure, Tree, Unseen
from services.policy.rules.trial import Trial, with_changes
from services.policy.rules.verdict import OPEN, verdict
from services.policy.rules.view import View
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, policy_of
from tests.unit.policy.rules.trees import all_trees, dated_people, days_after, lengths

WORDS = default_vocabulary()
SAMPLED = 80
DAYS_TRIED = 500
TITLES = ("sh.pujiang", "jn.agri", "jn.agri.leading")
FOREIGN = "{fact: nationality, in: [foreign], cite: a}"
SIGNED = "{fact: labour_contract, op: '==', value: true, cite: a}"
RENT = '{fact: monthly_rent, op: "<=", value: 3000 元, cite: a}'


@cache
def corpus() -> tuple[View, tuple[FactView, ...]]:
    """Every encoded policy, and people at the boundaries of all of them."""
    policies = load_policies(ROOT / "data/policies")
    rows = [Published(row_id=e.policy_id, policy=e, recorded_at=RECORDED) for e in policies]
    trees = [tree for policy in policies for tree in trees_of(policy).values()]
    asked = rules_of(trees, TODAY)
    people = persons_for(asked, sampled=SAMPLED, at_most=SAMPLED * len(asked.asked))
    return build_view(rows, TODAY, NOW), tuple(people)


def unconfirmed(aims: Aims, view: View, people: tuple[FactView, ...]) -> Iterator[str]:
    """The policies of near misses that the evaluator, asked of the very person, denies."""
    criteria = {each.policy.policy_id: each.criteria for each in view.ready()}
    for person in people:
        for policy_id, found in aims.missed_by(person).items():
            tree = criteria[policy_id]
            if found.changes and not would_do(found, tree, person):
                yield policy_id


def would_do(found: NearMiss, tree: Any, person: FactView) -> bool:
    changed = with_changes(person, [(each.fact, each.value) for each in found.changes])
    return verdict(prove(tree, changed)).state in OPEN


def test_what_was_found_for_others_is_confirmed_for_each_person_by_the_evaluator() -> None:
    view, people = corpus()
    assert list(unconfirmed(view.aims(WORDS), view, people)) == []


def test_a_memory_that_told_people_apart_by_too_little_would_be_found_out() -> None:
    view, people = corpus()
    forgetful = Aims(view.ready(), TODAY, WORDS)
    forgetful._aims = tuple(replace(each, matter=0) for each in forgetful._aims)
    assert list(unconfirmed(forgetful, view, people))


def test_everybody_is_told_the_same_as_if_nobody_had_asked_before() -> None:
    view, people = corpus()
    for person in people[::8]:
        fresh = Aims(view.ready(), TODAY, WORDS)
        assert view.aims(WORDS).missed_by(person) == fresh.missed_by(person)


def test_nobody_is_told_to_change_what_is_beyond_reach() -> None:
    view, people = corpus()
    aims = view.aims(WORDS)
    told = {
        each.fact
        for person in people
        for found in aims.missed_by(person).values()
        for each in found.changes
    }
    assert len(told) > 10
    assert all(WORDS.facts[fact].can_be_changed for fact in told)


@pytest.mark.parametrize("fact", ["nationality", "first_job_since", "housing_support_used"])
def test_what_is_beyond_reach_may_differ_from_day_to_day_and_says_why(fact: str) -> None:
    assert WORDS.facts[fact].beyond_reach
    assert not WORDS.facts[fact].immutable


def test_a_nationality_is_never_to_be_changed() -> None:
    person = select(facts_of({"nationality": "mainland"}), TODAY, NOW)
    assert near_miss(policy_of(FOREIGN), person, WORDS, ended=None) is None
    signed = policy_of(SIGNED)
    unsigned = select(facts_of({"labour_contract": False}), TODAY, NOW)
    assert near_miss(signed, unsigned, WORDS, ended=None) is not None


def formula(tree: Tree, goal: Truth, places: Places) -> Formula:
    return Turning(places, {}, TODAY).of(tree, goal).met


def said_of(places: Places, person: FactView) -> int:
    return sum(bits(truth_in(leaf, person)) << place for place, leaf in places.leaves.items())


@settings(max_examples=150, deadline=None)
@given(all_trees, dated_people)
def test_the_masks_of_a_tree_say_what_the_evaluator_says(tree: Tree, known: dict[str, Any]) -> None:
    person = select(facts_of(known), TODAY, NOW)
    places = Places()
    for goal in (Truth.TRUE, Truth.FALSE):
        wanted = formula(tree, goal, places)
        assert met(wanted, said_of(places, person)) is (truth_in(tree, person) is goal)


def test_masks_that_joined_conditions_in_the_wrong_way_would_be_found_out() -> None:
    entry = policy_of(f"{{all: [{SIGNED}, {RENT}]}}").entry
    assert not isinstance(entry, Unseen)
    person = select(facts_of({"labour_contract": True, "monthly_rent": 900_000}), TODAY, NOW)
    places = Places()
    wanted = formula(entry, Truth.TRUE, places)
    assert not met(wanted, said_of(places, person))
    assert met(wanted._replace(every=False), said_of(places, person))


def months(*numbers: int) -> tuple[InsuredMonth, ...]:
    return tuple(InsuredMonth(month_number(TODAY) + number, 100) for number in numbers)


insured = st.builds(
    Insured,
    fact=st.just("social_insurance"),
    months=st.integers(1, 4),
    window_months=st.sampled_from([None, 3, 6]),
    in_a_row=st.booleans(),
    base_percent=st.sampled_from([None, 100]),
    cite=st.just(Cite("a")),
)
held = st.builds(
    lambda code, tenure: Holds(
        fact="titles_held",
        codes=(code,),
        covers=WORDS.trees["titles"].below(code),
        tenure=tenure,
        closed=False,
        cite=Cite("a"),
    ),
    st.sampled_from(TITLES),
    st.sampled_from(Tenure),
)
some_days = st.dates(date(2024, 1, 1), date(2027, 6, 1))
VALUES_SAID: dict[str, st.SearchStrategy[Any]] = {
    "birth_date": st.dates(date(1990, 1, 1), date(1992, 12, 31)),
    "graduation_date": st.dates(date(2022, 1, 1), date(2027, 12, 31)),
    "contract_years": st.integers(0, 3),
    "titles_held": st.one_of(st.just(NOT_APPLICABLE), st.sampled_from(TITLES).map(lambda t: (t,))),
    "social_insurance": st.lists(st.integers(-8, 8), max_size=6).map(lambda each: months(*each)),
}
statements = st.sampled_from(list(VALUES_SAID)).flatmap(
    lambda name: st.builds(
        Fact,
        name=st.just(name),
        value=VALUES_SAID[name],
        source=st.sampled_from(Source),
        recorded_at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
        valid_from=st.none() | some_days,
        valid_to=st.none() | some_days,
    )
)


def later_truths(leaf: Leaf, person: FactView, moves: Callable[[Places], list[Move]]) -> list[bool]:
    """For each later day whether the moves lead to what the evaluator says on that day."""
    places = Places()
    place = places.of_leaf(leaf)
    found = list(stretches(said_of(places, person), moves(places), TODAY))
    return [
        said >> place & EITHER == bits(truth_in(leaf, FactView(day, NOW, person.by_name)))
        for day in days_after(TODAY, DAYS_TRIED)
        for since, until, said in found
        if since <= day < until
    ]


def moves_of(person: FactView, places: Places) -> list[Move]:
    future = Future(Timeline(places, TODAY), Trial(person), said_of(places, person))
    return future.moves(future.moving)


@settings(max_examples=100, deadline=None)
@given(st.one_of(lengths, insured, held), st.lists(statements, max_size=6))
def test_what_time_changes_of_a_person_is_what_the_evaluator_says_on_every_later_day(
    leaf: Leaf, said: list[Fact]
) -> None:
    person = select(said, TODAY, NOW)
    agreed = later_truths(leaf, person, lambda places: moves_of(person, places))
    assert len(agreed) == DAYS_TRIED
    assert all(agreed)


def test_a_day_on_which_something_changes_that_was_left_out_would_be_found_out() -> None:
    leaf = policy_of('{since: birth_date, op: ">=", years: 35, cite: a}').entry
    assert isinstance(leaf, Elapsed)
    person = select(facts_of({"birth_date": "1992-02-29"}), TODAY, NOW)
    assert all(later_truths(leaf, person, lambda places: moves_of(person, places)))
    assert not all(later_truths(leaf, person, lambda _: []))


def test_a_month_recorded_for_later_leaves_the_window_in_its_time() -> None:
    entry = "{not: {insured: {months: 1, window_months: 6, in_a_row: false}, cite: a}}"
    opens = "window: [{from: 2027-02-01, to: 2027-12-31}]"
    month = {"month": "2026-10", "base_percent": 100}
    person = select(facts_of({"social_insurance": [month]}), TODAY, NOW)
    found = near_miss(policy_of(entry, more=opens), person, WORDS, ended=None)
    assert found is not None
    assert found.from_day == date(2027, 5, 1)


def test_a_title_beside_none_that_was_said_before_settles_the_others() -> None:
    """It goes on that no other is held, so what was not known of another comes to be no."""
    entry = f"{{all: [{holding(TITLES[0])}, {{not: {holding(TITLES[1])}}}]}}"
    none = {"name": "titles_held", "value": None, "state": "not_applicable", "source": "verified"}
    known = facts_of({}, {**none, "recorded_at": RECORDED, "valid_to": date(2025, 1, 1)})
    other = facts_of({"labour_contract": False})
    found = near_miss(
        policy_of(f"{{all: [{entry}, {SIGNED}]}}"),
        select((*known, *other), TODAY, NOW),
        WORDS,
        ended=None,
    )
    assert found is not None
    assert {each.fact for each in found.changes} == {"labour_contract", "titles_held"}


def holding(title: str) -> str:
    return f"{{holds: {{titles: [{title}], tenure: in_term}}, cite: b}}"
