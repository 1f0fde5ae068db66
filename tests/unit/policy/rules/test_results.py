"""What becomes of each policy, and what each missing fact is worth."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules import (
    POSSIBLE,
    best_package,
    circles_between,
    evaluate,
    fact_worths,
    results,
)
from services.policy.rules.clusters import clusters_of
from services.policy.rules.package import most_of
from tests.unit.policy.rules.package_samples import (
    BORN,
    CHECKED,
    DOCTORS,
    Given,
    World,
    benefit,
    receipt,
    received,
    written,
)
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of

LOCALS = "{fact: hukou_region, in: [shanghai], cite: a}"


def states(world: World) -> dict[str, str]:
    outcomes, said = world.outcomes(), world.interactions()
    found = results(outcomes, said, world.best())
    return {each.policy_id: each.state.value for each in found if each.policy_id != "XX-TEXT"}


def test_a_policy_is_chosen_or_says_what_stands_against_it() -> None:
    world = World(
        policies={
            "A": benefit("b", 5000),
            "B": benefit("b", 3000),
            "C": Given(benefits=benefit("b", 1), entry=DOCTORS),
        },
        says=["choose_one: {members: [A, B]}"],
    )
    assert states(world) == {
        "A": "eligible_and_chosen",
        "B": "eligible_not_chosen",
        "C": "undetermined",
    }
    (_, other, *_) = results(world.outcomes(), world.interactions(), world.best())
    assert (other.costs_fen, other.blocked_by[0].by) == (200_000, "A#b")


def test_what_a_person_must_check_says_so_whether_or_not_it_is_in_the_package() -> None:
    world = World(
        policies={
            "A": Given(benefits=benefit("b", 5000), entry=CHECKED),
            "B": Given(benefits=benefit("b", 3000), entry=CHECKED),
        },
        says=["choose_one: {members: [A, B]}"],
    )
    assert states(world) == {"A": "eligible_subject_to_manual_check", "B": "eligible_not_chosen"}


def test_what_may_be_had_once_and_was_is_already_enjoyed() -> None:
    once = Given(benefits=benefit("b", 5000), says=["once: {members: ['#b'], per: lifetime}"])
    world = World(policies={"A": once}, facts=received(receipt("A", "living", 5000)))
    assert states(world) == {"A": "already_enjoyed"}
    assert states(World(policies={"A": once})) == {"A": "eligible_and_chosen"}


def test_what_one_text_allows_and_another_forbids_is_blocked_by_a_contradiction() -> None:
    allowing = Given(benefits=benefit("b", 5000), says=["together: {target: '#b', with: [B]}"])
    world = World(
        policies={"A": allowing, "B": benefit("b", 3000)},
        says=["exclusive: {target: A, excludes: [B]}"],
    )
    assert states(world)["B"] == "blocked_by_contradiction"


def test_a_missing_fact_is_worth_what_the_package_would_gain() -> None:
    """The degree opens 9000 by itself; with a household registration 4000 more."""
    both = f"{{all: [{DOCTORS}, {LOCALS}]}}"
    world = World(
        policies={
            "A": benefit("b", 1000),
            "B": Given(benefits=benefit("b", 9000), entry=DOCTORS),
            "C": Given(benefits=benefit("b", 4000), entry=both),
        },
        says=["exclusive: {target: A, excludes: [B]}"],
    )
    found = fact_worths(world.outcomes(), world.interactions())
    assert [(each.name, each.alone_fen, each.with_others_fen) for each in found] == [
        ("highest_degree", 800_000, 1_200_000),
        ("hukou_region", 0, 400_000),
    ]


def test_facts_of_policies_that_never_meet_are_worth_the_same_apart_and_together() -> None:
    """And the control: where they bar each other, they are not."""
    policies = {
        "A": Given(benefits=benefit("b", 9000), entry=DOCTORS),
        "B": Given(benefits=benefit("b", 4000), entry=LOCALS),
    }
    apart = World(policies=policies)
    assert len(clusters_of(apart.outcomes(), apart.interactions())) == 2
    found = fact_worths(apart.outcomes(), apart.interactions())
    assert [(each.alone_fen, each.with_others_fen) for each in found] == [
        (900_000, 900_000),
        (400_000, 400_000),
    ]
    barred = World(policies=policies, says=["choose_one: {members: [A, B]}"])
    assert len(clusters_of(barred.outcomes(), barred.interactions())) == 1
    found = fact_worths(barred.outcomes(), barred.interactions())
    assert [(each.alone_fen, each.with_others_fen) for each in found] == [
        (900_000, 500_000),
        (400_000, 0),
    ]


def test_one_text_under_two_names_is_one_cluster_and_paid_once() -> None:
    doctors = Given(benefits=benefit("b", 5000), entry=DOCTORS)
    policies: dict[str, Given | str] = {"A": benefit("b", 5000), "B": doctors}
    parsed = World(policies=policies).parsed()
    alike = [replace(each, title=parsed[0].title) for each in parsed]
    outcomes = [evaluate(each, facts_of(BORN), TODAY, NOW) for each in alike]
    assert clusters_of(outcomes, []) == ((0, 1),)
    assert [each.with_others_fen for each in fact_worths(outcomes, [])] == [0]


def test_what_a_person_must_check_is_no_fact_that_anybody_could_state() -> None:
    both = f"{{all: [{DOCTORS}, {CHECKED}]}}"
    narrowed = benefit("b", 3000).replace("cite: a}", f"when: {CHECKED}, cite: a}}")
    world = World(policies={"A": Given(benefits=benefit("b", 9000), entry=both), "B": narrowed})
    (found,) = fact_worths(world.outcomes(), [])
    assert (found.name, found.alone_fen, found.with_others_fen) == (
        "highest_degree",
        900_000,
        900_000,
    )


ENTRIES = (CHECKED, DOCTORS, LOCALS, f"{{all: [{DOCTORS}, {LOCALS}]}}", None)
SAYS = (
    "choose_one: {members: [P0, P1]}",
    "exclusive: {target: P2, excludes: [P0, P3]}",
    "cap: {members: [P1, P2], most: 5 元, per: person}",
    "requires: {target: P3, needs: [P0]}",
    "prefer: {members: [P0, P3], by: [highest]}",
    "deduct_prior: {target: P1#b, members: [P3]}",
    "slots: {members: [P0, P1, P2], most: 2, per: all}",
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    entries = draw(st.lists(st.sampled_from(ENTRIES), min_size=4, max_size=4))
    pays = draw(st.lists(st.integers(1, 6), min_size=4, max_size=4))
    given = [
        Given(benefits=benefit("b", fen), entry=entry) if entry else benefit("b", fen)
        for fen, entry in zip(pays, entries, strict=True)
    ]
    said = draw(st.lists(st.sampled_from(SAYS), max_size=3, unique=True))
    return World(policies={f"P{n}": each for n, each in enumerate(given)}, says=said)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_every_fact_is_worth_what_two_whole_packages_differ_by(world: World) -> None:
    """The plain reading: judged with the facts that turn out well, beside those that do not."""
    outcomes, said = world.outcomes(), world.interactions()
    names = {"highest_degree", "hukou_region"}
    found = {each.name: each for each in fact_worths(outcomes, said)}
    for name, worth in found.items():
        assert worth.alone_fen == _pays(world, {name}) - _pays(world, set())
        assert worth.with_others_fen == _pays(world, names) - _pays(world, names - {name})
    assert found.keys() <= names


def _pays(world: World, well: set[str]) -> int:
    good = {"highest_degree": "doctor", "hukou_region": "shanghai"}
    bad = {"highest_degree": "bachelor", "hukou_region": "zhejiang"}
    facts = {name: (good if name in well else bad)[name] for name in good}
    outcomes = world.outcomes({**BORN, **facts})
    return best_package(outcomes, world.interactions(), POSSIBLE).most_fen


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_what_a_package_pays_at_most_is_found_without_asking_what_it_leaves_out(
    world: World,
) -> None:
    outcomes, said = world.outcomes(), world.interactions()
    assert most_of(outcomes, said, POSSIBLE) == best_package(outcomes, said, POSSIBLE).most_fen


def test_a_missing_rent_is_worth_what_it_may_open() -> None:
    capped = benefit(
        "b", 3000, "rent", more="steps: [{cap_by: monthly_rent, percent: 50, cite: a}]"
    )
    (found,) = fact_worths(World(policies={"A": capped}).outcomes(), [])
    assert (found.name, found.alone_fen) == ("monthly_rent", 300_000)
    known = World(policies={"A": capped}, facts={**BORN, "monthly_rent": 500_000})
    assert fact_worths(known.outcomes(), []) == ()


def test_benefits_of_several_files_that_are_net_of_each_other_are_found() -> None:
    one = Given(benefits=benefit("b", 1), says=["deduct_prior: {target: '#b', members: [B]}"])
    other = Given(benefits=benefit("b", 1), says=["deduct_prior: {target: '#b', members: [A]}"])
    assert circles_between([written("A", one), written("B", other)]) == [("A#b", "B#b")]
    assert circles_between([written("A", one), written("B", benefit("b", 1))]) == []
