"""What holds of every package: it is the best there is, and names and order never show."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from services.policy.rules import (
    CERTAIN,
    POSSIBLE,
    Package,
    best_package,
    evaluate,
    limits,
    render_package,
)
from services.policy.rules.facts import Receipt
from tests.unit.policy.rules.package_samples import (
    BORN,
    CHECKED,
    DOCTORS,
    RIGHT,
    Given,
    World,
    benefit,
    chosen,
    forced,
    receipt,
    received,
    yuan,
)
from tests.unit.policy.rules.package_worlds import (
    Case,
    backwards,
    best_by_plain_reading,
    case,
    interaction,
    under_other_names,
    wider_worlds,
    worlds,
)
from tests.unit.policy.rules.plain_reading import lawful_groups, pays
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of
from tests.unit.policy.rules.test_sharing import one_after_the_other

OLD = policy_of(
    '{since: birth_date, op: ">", years: 90, cite: a}',
    policy_id="OLD",
    benefits=f"[{benefit('b', 90_000, 'rent')}]",
)


def often_unseen(name: str, pays: int, more: str = "") -> str:
    pay = f"{{amount: {pays} 元, per: not_seen}}"
    return f"{{id: {name}, kind: money, cost_item: living, pay: {pay}{more}, cite: a}}"


def test_a_package_names_the_sums_it_counts_once_because_nobody_showed_how_often() -> None:
    package = World(
        policies={
            "A": f"{often_unseen('b', 100_000)}, {benefit('c', 1, 'rent')}",
            "B": often_unseen("b", 60_000),
            "C": often_unseen("x", 5, ", payee: employer"),
        },
        says=["choose_one: {members: [A#b, B]}"],
    ).best()
    assert (yuan(package.most_fen), package.counted_once) == (100_001, ("A#b",))
    assert render_package(package)["counted_once"] == ["A#b"]


def test_a_right_that_blocks_nothing_is_never_left_out() -> None:
    package = World(policies={"A": benefit("b", 1000), "R": RIGHT}).best()
    assert chosen(package) == {"A#b": 1000, "R#right": 0}


def test_an_open_ended_benefit_counts_as_many_months_as_are_asked_for() -> None:
    policies = {"A": benefit("b", 1000, "rent", "open"), "B": benefit("b", 15_000, "living")}
    says = ["choose_one: {members: [A, B]}"]
    assert chosen(World(policies=policies, says=says).best()) == {"B#b": 15_000}
    assert chosen(World(policies=policies, says=says, horizon=24).best()) == {"A#b": 24_000}


def test_payers_bear_their_shares_and_the_first_what_does_not_divide() -> None:
    pay = "pay: {amount: 1.01 元, per: once}, payers: [{who: treasury, percent: 70}, "
    package = World(
        policies={
            "A": f"{{id: b, kind: money, cost_item: rent, {pay}{{who: employer, percent: 30}}], "
            "cite: a}"
        }
    ).best()
    assert package.included[0].borne == (("treasury", 71), ("employer", 30))


def test_what_is_held_and_ends_with_something_chosen_is_named() -> None:
    package = World(
        policies={"HOME": benefit("b", 1000, "home_purchase")},
        says=["terminates: {target: HOME, ends: [RENT]}"],
        facts={**BORN, "policies_held": "RENT"},
    ).best()
    assert [(each.policy_id, each.by) for each in package.ends] == [("RENT", "HOME#b")]


def test_a_contradiction_says_what_a_ruling_would_be_worth() -> None:
    world = World(
        policies={
            "A": Given(benefits=benefit("b", 5000), says=["together: {target: '#b', with: [B]}"]),
            "B": benefit("b", 3000),
        },
        says=["exclusive: {target: A, excludes: [B]}"],
    )
    (doubt,) = world.best().doubts
    assert doubt.interactions == ("A/i0", "XX-TEXT/i0")
    assert (doubt.offers, doubt.gain_fen) == (("A#b", "B#b"), 300_000)


SURE_AND_CHECKED: dict[str, Given | str] = {
    "A": Given(benefits=benefit("b", 5000), entry=CHECKED),
    "B": benefit("b", 3000),
}


def sums(package: Package) -> tuple[int, int]:
    return yuan(package.least_fen), yuan(package.most_fen)


def test_what_a_person_must_still_confirm_is_in_the_package_and_is_no_certain_money() -> None:
    package = World(policies=SURE_AND_CHECKED).best()
    assert chosen(package) == {"A#b": 5000, "B#b": 3000}
    assert sums(package) == (3000, 8000)
    # The control: once a person has confirmed it, it is as certain as the other.
    confirmed = World(policies=SURE_AND_CHECKED, facts={**BORN, "check:A/results": True})
    assert sums(confirmed.best()) == (8000, 8000)


def test_what_a_missing_fact_may_still_close_is_no_certain_money_either() -> None:
    policies = {**SURE_AND_CHECKED, "A": Given(benefits=benefit("b", 5000), entry=DOCTORS)}
    assert sums(World(policies=policies, states=POSSIBLE).best()) == (3000, 8000)


def test_under_a_cap_what_is_sure_is_filled_before_what_somebody_must_confirm() -> None:
    """Otherwise 3500 would be called sure, though 5000 come whatever is confirmed."""
    policies: dict[str, Given | str] = {
        "A": Given(benefits=benefit("b", 6000), entry=CHECKED),
        "B": benefit("b", 5000),
    }
    package = World(policies=policies, says=["cap: {members: [A, B], most: 9500 元}"]).best()
    assert (chosen(package), sums(package)) == ({"A#b": 4500, "B#b": 5000}, (5000, 9500))


def test_what_is_certain_alone_is_chosen_from_what_nobody_must_confirm() -> None:
    """The dearer one bars the other, so the sure money is not in the package worth most."""
    says = ["choose_one: {members: [A, B]}"]
    assert chosen(World(policies=SURE_AND_CHECKED, says=says).best()) == {"A#b": 5000}
    certain = World(policies=SURE_AND_CHECKED, says=says, states=CERTAIN).best()
    assert (chosen(certain), sums(certain)) == ({"B#b": 3000}, (3000, 3000))


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_the_package_is_worth_what_a_plain_reading_of_every_set_finds(world: Case) -> None:
    assert world.best().most_fen == best_by_plain_reading(world)


@settings(max_examples=150, deadline=None)
@given(wider_worlds())
def test_more_kinds_of_statement_with_exceptions_and_receipts_are_read_alike(
    drawn: tuple[Case, Sequence[Receipt]],
) -> None:
    world, had = drawn
    package = world.best()
    said = sorted(world.interactions, key=lambda each: each.stated.interaction_id)
    groups = list(lawful_groups(world.offers, said, had))
    assert package.most_fen == best_by_plain_reading(world, had)
    for left in package.left_out:
        sums = [pays(group, said) for group in groups if left.offer in group]
        assert left.costs_fen == (package.most_fen - max(sums) if sums else None)
        assert left.blocked_by


@pytest.mark.parametrize("kind", [6, 8, 9, 10, 11, 12])
def test_each_of_these_kinds_that_is_forgotten_is_found_out(kind: int) -> None:
    """The control for the test above."""
    policies: dict[str, Given | str] = {
        name: Given(benefits=benefit("b", fen, "rent"), published=f"2025-01-0{fen}")
        for name, fen in (("P0", 5), ("P1", 4))
    }
    had = received(receipt("P1" if kind == 12 else "P0", "rent", 1, benefit_id="b"))
    needs = ["P0", "P9"] if kind == 9 else ["P0", "P1"]
    world = case(World(policies=policies, says=[interaction(kind, needs)], facts=had))
    before = world.outcomes[0].background.received
    assert best_package(world.outcomes, []).most_fen != best_by_plain_reading(world, before)


def test_a_package_that_forgets_an_interaction_is_found_out_by_the_plain_reading() -> None:
    """The control for the test above."""
    world = case(
        World(
            policies={"P0": benefit("b", 5), "P1": benefit("b", 4)},
            says=[interaction(1, ["P0", "P1"])],
        )
    )
    assert best_package(world.outcomes, []).most_fen != best_by_plain_reading(world)


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_forcing_in_what_was_left_out_costs_what_is_said(world: Case) -> None:
    package = world.best()
    said = sorted(world.interactions, key=lambda each: each.stated.interaction_id)
    groups = list(lawful_groups(world.offers, said))
    for left in package.left_out:
        sums = [pays(group, said) for group in groups if left.offer in group]
        expected = package.most_fen - max(sums) if sums else None
        assert left.costs_fen == expected
        assert left.blocked_by
        assert (left.offer.key in left.instead) == (left.costs_fen is not None)


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_the_order_of_policies_and_interactions_never_shows(world: Case) -> None:
    backwards = best_package(world.outcomes[::-1], world.interactions[::-1])
    assert backwards == world.best()


TWO_CAPS_SHARE_A_MEMBER = case(
    World(
        policies={name: benefit("b", 3) for name in ("P0", "P2", "P4")},
        says=[interaction(3, ["P0", "P2"]), interaction(3, ["P0", "P4"])],
    )
)


def sums_under_other_names(world: Case) -> list[tuple[int, int]]:
    both = [world.best(), under_other_names(world, backwards).best()]
    return [(each.least_fen, each.most_fen) for each in both]


@settings(max_examples=30, deadline=None)
@given(worlds())
@example(TWO_CAPS_SHARE_A_MEMBER)
def test_other_names_are_worth_the_same(world: Case) -> None:
    """Of equal claims under a cap the first name is filled first: the sum must not move."""
    assume(len({offer.policy_id for offer in world.offers}) > 1)
    ours, theirs = sums_under_other_names(world)
    assert ours == theirs


def test_two_caps_that_share_a_member_pay_the_most_that_both_allow() -> None:
    assert sums_under_other_names(TWO_CAPS_SHARE_A_MEMBER) == [(800, 800)] * 2


def test_caps_that_are_kept_one_after_the_other_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: whoever shares two caps is filled first or last, as the names will have it."""
    monkeypatch.setattr(limits, "share_out", one_after_the_other)
    ours, theirs = sums_under_other_names(TWO_CAPS_SHARE_A_MEMBER)
    assert (ours, theirs) == ((700, 700), (800, 800))


def test_other_names_for_only_one_side_of_a_rule_are_found_out() -> None:
    """The control: renaming offers without what is said of them changes the sum."""
    world = case(
        World(
            policies={"P0": benefit("b", 5), "P1": benefit("b", 4)},
            says=[interaction(1, ["P0", "P1"])],
        )
    )
    half = Case(under_other_names(world, backwards).outcomes, world.interactions)
    assert half.best().most_fen != world.best().most_fen


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_an_ineligible_policy_changes_nothing(world: Case) -> None:
    more = [*world.outcomes, evaluate(OLD, facts_of(BORN), TODAY, NOW)]
    assert best_package(more, world.interactions) == world.best()


def test_an_eligible_one_more_would_be_seen() -> None:
    """The control for the test above."""
    young = policy_of(policy_id="OLD", benefits=f"[{benefit('b', 90_000, 'rent')}]")
    world = case(World(policies={"P0": benefit("b", 5)}))
    more = [*world.outcomes, evaluate(young, facts_of(BORN), TODAY, NOW)]
    assert best_package(more, world.interactions) != world.best()


@settings(max_examples=20, deadline=None)
@given(worlds(), st.integers(0, 6))
def test_a_policy_given_twice_is_reported_and_never_paid_twice(world: Case, place: int) -> None:
    twice = world.outcomes[place % len(world.outcomes)]
    package = best_package([*world.outcomes, twice], world.interactions)
    assert replace(package, duplicates=()) == world.best()
    assert [each.other for each in package.duplicates] == sorted(o.key for o in twice.offers)


def test_of_one_text_under_two_names_the_one_that_needs_no_check_is_paid() -> None:
    policies = {**SURE_AND_CHECKED, "B": Given(benefits=benefit("b", 5000), published="2025-02-01")}
    parsed = World(policies=policies).parsed()
    alike = [replace(each, title=parsed[0].title, published=parsed[0].published) for each in parsed]
    outcomes = [evaluate(each, facts_of(BORN), TODAY, NOW) for each in alike]
    package = best_package(outcomes, [])
    assert [(each.kept, each.other) for each in package.duplicates] == [("B#b", "A#b")]
    assert sums(package) == (5000, 5000)


def test_one_text_published_under_two_names_is_reported_and_never_paid_twice() -> None:
    world = World(policies={"A": benefit("b", 5000), "B": benefit("b", 5000)})
    titled = [replace(policy, title=world.parsed()[0].title) for policy in world.parsed()]
    facts = facts_of(BORN)
    package = best_package([evaluate(each, facts, TODAY, NOW) for each in titled], [])
    assert chosen(package) == {"A#b": 5000}
    assert [(each.kept, each.other) for each in package.duplicates] == [("A#b", "B#b")]
    # The control: under another title it is another grant, and both are paid.
    assert chosen(world.best()) == {"A#b": 5000, "B#b": 5000}


@pytest.mark.parametrize("count", [30])
def test_thirty_policies_are_solved_exactly(count: int) -> None:
    policies = {f"P{n:02}": benefit("b", 1000 + n * n % 97) for n in range(count)}
    pairs = [
        f"choose_one: {{members: [P{n:02}, P{(n * 7 + 3) % count:02}]}}"
        for n in range(count)
        if n != (n * 7 + 3) % count
    ]
    package = World(policies=policies, says=pairs).best()
    assert len(package.included) + len(forced(package)) == count
