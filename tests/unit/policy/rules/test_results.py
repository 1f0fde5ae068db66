"""What becomes of each policy, and what each missing fact is worth."""

from services.policy.rules import circles_between, fact_worths, results
from tests.unit.policy.rules.package_samples import (
    BORN,
    Given,
    World,
    benefit,
    receipt,
    received,
    written,
)

DOCTORS = '{fact: highest_degree, op: "==", value: doctor, cite: a}'
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
