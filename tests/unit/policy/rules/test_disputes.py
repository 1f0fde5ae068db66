"""What one text allows and another forbids, however it does: told, ruled, and everywhere alike."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import msgspec
import pytest

from services.policy.rules import (
    POSSIBLE,
    PROMISING,
    Outcome,
    Package,
    Policy,
    Published,
    best_package,
    build_view,
    default_vocabulary,
    evaluate_all,
    interactions_of,
    results,
    rulings_of,
)
from services.policy.rules.apart import best_apart
from services.policy.rules.budget.ties import ties_between
from services.policy.rules.bulk.bits import unpacked
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.states import judging_of, states_of
from services.policy.rules.certificate import Claim, confirm
from services.policy.rules.choice import solved
from services.policy.rules.confirmed import confirmed_only
from services.policy.rules.contradictions import contradictions_in
from services.policy.rules.doubts import DoubtKind
from services.policy.rules.facts import select
from services.policy.rules.interactions import ExcludedIfHeld
from services.policy.rules.near_miss import near_miss
from services.policy.rules.render import render_package
from services.policy.rules.rulings import Prevails, Ruling, Rulings
from services.policy.rules.scene import ALONE
from services.policy.rules.view import View
from tests.unit.policy.rules.budget_samples import disputed_world
from tests.unit.policy.rules.package_samples import Given, World, benefit, written
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of
from tests.unit.policy.rules.rule_samples import written as stated
from tests.unit.policy.rules.test_apart import anew
from tests.unit.policy.rules.test_budget import Lines, add, budget_of, lines_of

WORLDS = range(12)
SOME = 60
"""Of the people of each world."""


def people() -> Iterator[tuple[View, list[Outcome]]]:
    for seed in WORLDS:
        sample = disputed_world(seed)
        for facts in sample.people[:SOME]:
            yield sample.view, [*evaluate_all(sample.view, facts)]


def package(view: View, outcomes: list[Outcome], rulings: Rulings | None = None) -> Package:
    followed = rulings_of(view) if rulings is None else rulings
    return best_package(outcomes, interactions_of(view), PROMISING, followed)


def test_every_kind_of_text_that_forbids_is_disputed_somewhere() -> None:
    """Else the tests below would say little."""
    disputed: Counter[str] = Counter()
    for view, outcomes in people():
        kinds = {each.stated.interaction_id: type(each).__name__ for each in interactions_of(view)}
        for doubt in package(view, outcomes).doubts:
            if doubt.kind is DoubtKind.CONTRADICTION:
                disputed[kinds[doubt.interactions[-1]]] += 1
    assert set(disputed) == {
        "Exclusive",
        "ChooseOne",
        "Slots",
        "Prefer",
        "Once",
        "FirstMoneyOnly",
        "ExcludedIfHeld",
    }
    assert min(disputed.values()) >= 5


def test_a_looser_reading_adds_what_a_ruling_would() -> None:
    told = 0
    for view, outcomes in people():
        known = rulings_of(view)
        found = package(view, outcomes)
        disputes = Counter(each.interactions for each in found.doubts)
        for doubt in found.doubts:
            if disputes[doubt.interactions] == 1:
                allows, forbids = doubt.interactions
                ruled = {**known, (forbids, allows): ruling(forbids, allows)}
                then = package(view, outcomes, ruled)
                assert then.most_fen - found.most_fen == doubt.gain_fen
                assert doubt.interactions not in {each.interactions for each in then.doubts}
                told += 1
    assert told >= 50


def test_without_the_text_that_allows_nothing_is_provisional_and_nobody_has_more() -> None:
    for view, outcomes in people():
        without = replace(view, entries=view.entries[:-1], rulings=(), _ready={}, _aims={})
        found, strict = package(view, outcomes, {}), package(without, outcomes, {})
        assert not strict.provisional
        assert (found.most_fen, found.applications) == (strict.most_fen, strict.applications)


def test_groups_apart_have_the_same_package() -> None:
    for view, outcomes in people():
        said = interactions_of(view)
        between = ties_between([each.policy for each in view.entries], said)
        found = best_apart(
            outcomes,
            said,
            PROMISING,
            rulings_of(view),
            ties=[each.policies for each in between],
            solving=solved,
            kept=anew,
        )
        assert found == package(view, outcomes)


def test_every_set_that_is_tried_confirms_it() -> None:
    for view, outcomes in people():
        claim = msgspec.convert(render_package(package(view, outcomes)), Claim)
        known, said = rulings_of(view), interactions_of(view)
        assert confirm(claim, {ALONE: outcomes}, said, PROMISING, known).holds


@pytest.mark.parametrize("seed", WORLDS)
def test_the_budget_is_the_sum_of_everybodys_own_package(seed: int) -> None:
    sample = disputed_world(seed)
    surely: Lines = {}
    perhaps: Lines = {}
    said, known = interactions_of(sample.view), rulings_of(sample.view)
    for facts in sample.people:
        outcomes = evaluate_all(sample.view, facts)
        add(surely, best_package(outcomes, said, PROMISING, known))
        add(perhaps, best_package(outcomes, said, POSSIBLE, known))
    budget = budget_of(sample.view, sample.people)
    assert (lines_of(budget.surely), lines_of(budget.perhaps)) == (surely, perhaps)


@pytest.mark.parametrize("seed", WORLDS)
def test_everybody_at_once_is_judged_alike(seed: int) -> None:
    sample = disputed_world(seed)
    judging, count = judging_of(sample.view), len(sample.people)
    views = [select(facts, TODAY, NOW) for facts in sample.people]
    states = states_of(judging, people_of(views, judging.needs))
    for place, facts in enumerate(sample.people):
        for outcome in evaluate_all(sample.view, facts):
            together = states[outcome.policy_id]
            assert unpacked(together[outcome.state], count)[place]


def test_a_bar_that_nobody_allows_stays_with_the_criteria() -> None:
    """The control: it is settled with the package only where another text allows it."""
    found = [
        (entry.policy.policy_id, each)
        for seed in WORLDS
        for entry in disputed_world(seed).view.entries
        for each in entry.policy.interactions
        if isinstance(each, ExcludedIfHeld)
    ]
    allowed = {target.policy_id for _, each in found for target in each.beside}
    assert allowed
    assert "XX-P00" not in allowed
    assert any("XX-P00" in each.codes for _, each in found)


def ruling(forbids: str, allows: str) -> Ruling:
    return Ruling(
        forbids=forbids,
        allows=allows,
        prevails=Prevails.ALLOWS,
        by="shanghai",
        clause="Ruling 1",
        effective_on=TODAY,
        row="r",
    )


def test_the_sample_has_rulings_of_both_kinds() -> None:
    ruled = [each.prevails for seed in WORLDS for each in disputed_world(seed).view.rulings]
    assert {*ruled} == {*Prevails}


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
