"""One case after the other of what one text allows and another forbids, or what was had."""

from datetime import date

import pytest

from services.policy.rules import (
    Package,
    Policy,
    Published,
    best_package,
    build_view,
    default_vocabulary,
    evaluate_all,
    interactions_of,
    results,
)
from services.policy.rules.confirmed import confirmed_only
from services.policy.rules.contradictions import contradictions_in
from services.policy.rules.explain import near_misses
from services.policy.rules.facts import select
from services.policy.rules.near_miss import near_miss
from services.policy.rules.view import View
from tests.unit.policy.rules.package_samples import (
    Given,
    World,
    benefit,
    receipt,
    received,
    written,
)
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of
from tests.unit.policy.rules.rule_samples import written as stated

HOLDER = {"birth_date": "1990-01-01"}
BAR = "excluded_if_held: {{policies: [XX-OTHER], tenure: {}}}"


def barring(tenure: str = "ever", *more: str, tail: str = "") -> Policy:
    """Of 5,000 yuan, not for who holds the other policy."""
    says = [BAR.format(tenure) + tail, *more]
    return written("XX-ONE", Given(benefits=benefit("b", 5000), says=says))


def other(*says: str) -> Policy:
    return written("XX-OTHER", Given(benefits=benefit("b", 3000), says=says))


BESIDE = "together: {target: XX-OTHER, with: [XX-ONE]}"


def answer(*policies: Policy, **period: str) -> tuple[Package, dict[str, str]]:
    """For somebody who holds the other policy, or held it in the period."""
    facts = facts_of(HOLDER, stated("policies_held", "XX-OTHER", **period))
    rows = [Published(row_id=e.policy_id, policy=e, recorded_at=RECORDED) for e in policies]
    view = build_view(rows, TODAY, NOW)
    outcomes, said = evaluate_all(view, facts), interactions_of(view)
    found = best_package(outcomes, said)
    placed = results(outcomes, said, found)
    return found, {each.policy_id: each.state.value for each in placed}


def test_what_bars_a_holder_and_another_text_allows_is_provisional() -> None:
    found, states = answer(barring(), other(BESIDE))
    assert states["XX-ONE"] == "blocked_by_contradiction"
    ((left,), (doubt,)) = found.left_out, found.doubts
    assert [each.had for each in left.blocked_by] == ["XX-OTHER"]
    assert doubt.interactions == ("XX-OTHER/i0", "XX-ONE/i0")
    assert doubt.gain_fen == 500_000
    # The control: where no text allows it, it is a condition like any other.
    assert answer(barring(), other())[1]["XX-ONE"] == "not_eligible"


def test_a_texts_own_exception_lets_its_holders_in() -> None:
    own = "together: {target: XX-ONE, with: [XX-OTHER]}"
    found, states = answer(barring("ever", own), other())
    assert (states["XX-ONE"], found.provisional) == ("eligible_and_chosen", False)


@pytest.mark.parametrize(
    ("tenure", "state"), [("ever", "blocked_by_contradiction"), ("in_term", "eligible_and_chosen")]
)
def test_what_was_held_and_is_over_bars_only_where_ever_is_asked(tenure: str, state: str) -> None:
    over = {"valid_from": "2020-01-01", "valid_to": "2024-01-01"}
    assert answer(barring(tenure), other(BESIDE), **over)[1]["XX-ONE"] == state


@pytest.mark.parametrize(
    ("tail", "state"),
    [
        (", in_force: {to: 2026-03-31}", "eligible_and_chosen"),
        (", in_force: {from: 2026-04-02}", "eligible_and_chosen"),
        (", in_force: {from: 2026-04-01, to: 2026-04-01}", "not_eligible"),
    ],
)
def test_a_bar_that_is_over_or_not_yet_binds_nobody(tail: str, state: str) -> None:
    assert answer(barring("ever", tail=tail), other())[1]["XX-ONE"] == state


def test_what_was_once_received_is_blocked_by_the_contradiction_and_not_merely_had() -> None:
    once = "once: {members: ['#b', XX-OTHER], per: lifetime}"
    one = written("XX-ONE", Given(benefits=benefit("b", 5000), says=[once]))
    assert answer(one, other(BESIDE))[1]["XX-ONE"] == "blocked_by_contradiction"
    assert answer(one, other())[1]["XX-ONE"] == "already_enjoyed"


def view_on(*policies: Policy) -> View:
    rows = [Published(row_id=e.policy_id, policy=e, recorded_at=RECORDED) for e in policies]
    return build_view(rows, TODAY, NOW)


def test_what_bars_a_holder_is_listed_though_what_was_had_is_over() -> None:
    over = {"in_force": "{from: 2020-01-01, to: 2025-12-31}"}
    text = written("XX-TEXT", Given(benefits="", says=[BESIDE]))
    older = written("XX-OTHER", Given(benefits=benefit("b", 3000), **over))
    for forbids in (
        BAR.format("ever"),
        "once: {members: ['#b', XX-OTHER], per: lifetime}",
        "first_money_only: {target: '#b', earlier: [XX-OTHER]}",
    ):
        one = written("XX-ONE", Given(benefits=benefit("b", 5000), says=[forbids]))
        (found,) = contradictions_in(view_on(one, older, text), {})
        assert found.benefits == (("XX-ONE#b", "XX-OTHER#b"),)
    # The control: what goes before another must be on offer as well.
    newest = written(
        "XX-ONE",
        Given(
            benefits=benefit("b", 5000), says=["prefer: {members: ['#b', XX-OTHER], by: [newest]}"]
        ),
    )
    assert contradictions_in(view_on(newest, older, text), {}) == ()


def test_an_exception_for_one_benefit_lifts_nothing_where_it_is_not_known_which_was_had() -> None:
    two = f"{benefit('x', 1000)}, {benefit('y', 2000)}"
    one_of_two = "together: {target: XX-ONE, with: [XX-OTHER#x]}"
    had = written("XX-OTHER", Given(benefits=two))
    assert answer(barring("ever", one_of_two), had)[1]["XX-ONE"] == "eligible_not_chosen"
    text = written("XX-TEXT", Given(benefits="", says=[one_of_two]))
    found, states = answer(barring(), had, text)
    assert (states["XX-ONE"], found.provisional) == ("blocked_by_contradiction", True)
    # The control: an exception for all of it.
    whole = "together: {target: XX-ONE, with: [XX-OTHER]}"
    assert answer(barring("ever", whole), had)[1]["XX-ONE"] == "eligible_and_chosen"


def test_what_is_allowed_by_what_it_is_for_stays_a_condition() -> None:
    by_item = "together: {target: XX-ONE, with: [{cost_item: living}]}"
    assert answer(barring("ever", by_item), other())[1]["XX-ONE"] == "not_eligible"


def test_where_a_text_does_not_count_nothing_is_set_aside_for_it() -> None:
    text = Given(benefits="", says=[BESIDE], in_force="{from: 2025-01-01, to: not_seen}")
    view = view_on(barring(), other(), written("XX-TEXT", text))
    holder = facts_of(HOLDER, stated("policies_held", "XX-OTHER"))
    assert {e.policy_id: e.state for e in evaluate_all(view, holder)}["XX-ONE"] == "eligible"
    confirmed = confirmed_only(view)
    states = {e.policy_id: e.state for e in evaluate_all(confirmed, holder)}
    assert states["XX-ONE"] == "not_eligible"


def test_a_preference_for_what_is_not_chosen_leaves_nothing_open() -> None:
    world = World(
        policies={
            "A": Given(benefits=benefit("b", 1000), published="2020-01-01", says=[A_BESIDE_B]),
            "B": Given(benefits=benefit("b", 2000), published="2024-01-01"),
            "C": benefit("b", 90_000),
        },
        says=[
            "prefer: {members: [A, B], by: [newest]}",
            "exclusive: {target: C, excludes: [A, B]}",
        ],
    )
    package = world.best()
    assert (package.applications, package.provisional) == (("C",), False)


A_BESIDE_B = "together: {target: '#b', with: [B]}"


def test_nobody_is_promised_a_day_on_which_something_else_bars_them() -> None:
    aged = '{since: birth_date, op: ">=", years: 40, cite: a}'
    facts = facts_of({"birth_date": "1988-01-01"}, stated("policies_held", "XX-OTHER"))
    person = select(facts, TODAY, NOW)
    for binds in ("{from: 2027-01-01}", "{to: 2040-01-01}"):
        says = [f"{BAR.format('ever')}, in_force: {binds}"]
        one = written("XX-ONE", Given(benefits=benefit("b", 1), says=says, entry=aged))
        found = near_miss(one, person, default_vocabulary(), ended=None)
        assert found is None or found.from_day is None
    # The control: without it the day comes.
    one = written("XX-ONE", Given(benefits=benefit("b", 1), entry=aged))
    found = near_miss(one, person, default_vocabulary(), ended=None)
    assert found is not None
    assert found.from_day == date(2028, 1, 1)


def test_a_text_that_allows_what_nobody_published_opens_nothing() -> None:
    text = written("XX-TEXT", Given(benefits="", says=[BESIDE.replace("XX-OTHER", "XX-GONE")]))
    bar = BAR.format("ever").replace("XX-OTHER", "XX-GONE")
    one = written("XX-ONE", Given(benefits=benefit("b", 5000), says=[bar]))
    for view in (view_on(one, text), view_on(one)):
        outcomes = evaluate_all(view, facts_of(HOLDER))
        assert outcomes[0].state == "undetermined"
        assert best_package(outcomes, interactions_of(view)).most_fen == 0


def test_what_is_sure_is_asked_of_the_side_that_was_had() -> None:
    """An exception for one benefit of the other, or for what it is for, beside this one."""
    says = [
        "once: {members: ['#b', XX-OTHER], per: lifetime}",
        "together: {target: XX-OTHER#x, with: [XX-ONE, {cost_item: living}]}",
    ]
    one = written("XX-ONE", Given(benefits=benefit("b", 5000, "rent"), says=says))
    two = f"{benefit('x', 1000)}, {benefit('y', 2000)}"
    view = view_on(one, written("XX-OTHER", Given(benefits=two)))
    had = facts_of(received(receipt("XX-OTHER", "living", 10)))
    found = best_package(evaluate_all(view, had), interactions_of(view))
    assert "XX-ONE#b" not in {each.offer.key for each in found.included}


def test_nobody_is_promised_a_day_on_which_a_text_may_allow_less() -> None:
    aged = '{since: birth_date, op: ">=", years: 40, cite: a}'
    says = [BAR.format("ever")]
    one = written("XX-ONE", Given(benefits=benefit("b", 1), says=says, entry=aged))
    beside = f"{BESIDE}, in_force: {{to: 2026-12-31}}"
    text = written("XX-TEXT", Given(benefits="", says=[beside]))
    view = view_on(one, other(), text)
    facts = facts_of({"birth_date": "1988-01-01"}, stated("policies_held", "XX-OTHER"))
    found = near_misses(view, select(facts, TODAY, NOW), default_vocabulary()).get("XX-ONE")
    assert found is None or found.from_day is None


@pytest.mark.parametrize(
    "forbids",
    [
        "choose_one: {members: ['#b', XX-OTHER], per: year}",
        "choose_one: {members: ['#b', XX-OTHER]}",
        "exclusive: {target: '#b', excludes: [XX-OTHER]}",
    ],
)
def test_what_excludes_what_is_over_is_listed_too(forbids: str) -> None:
    over = Given(benefits=benefit("b", 3000), in_force="{from: 2020-01-01, to: 2025-12-31}")
    one = written("XX-ONE", Given(benefits=benefit("b", 5000), says=[forbids]))
    text = written("XX-TEXT", Given(benefits="", says=[BESIDE]))
    (found,) = contradictions_in(view_on(one, written("XX-OTHER", over), text), {})
    assert found.benefits == (("XX-ONE#b", "XX-OTHER#b"),)
