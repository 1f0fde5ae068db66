"""What one text allows and another forbids, however it does: told, ruled, and everywhere alike."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from services.policy.rules import (
    POSSIBLE,
    PROMISING,
    Outcome,
    Package,
    best_package,
    evaluate_all,
    interactions_of,
    rulings_of,
)
from services.policy.rules.apart import best_apart
from services.policy.rules.budget.ties import ties_between
from services.policy.rules.bulk.bits import unpacked
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.states import judging_of, states_of
from services.policy.rules.certificate import Claim, confirm
from services.policy.rules.choice import solved
from services.policy.rules.contradictions import contradictions_in
from services.policy.rules.doubts import DoubtKind
from services.policy.rules.facts import select
from services.policy.rules.interactions import ExcludedIfHeld
from services.policy.rules.render import render_package
from services.policy.rules.rulings import Prevails, Ruling, Rulings
from services.policy.rules.scene import ALONE
from services.policy.rules.view import View
from tests.unit.policy.rules.budget_samples import disputed_world
from tests.unit.policy.rules.rule_samples import NOW, TODAY
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
        known, found = rulings_of(view), package(view, outcomes)
        for doubt in found.doubts:
            allows, forbids = doubt.interactions
            ruled = {**known, (forbids, allows): ruling(forbids, allows)}
            then = package(view, outcomes, ruled)
            assert then.most_fen - found.most_fen == doubt.gain_fen
            assert doubt.interactions not in {each.interactions for each in then.doubts}
            told += 1
    assert told >= 100


def test_wherever_a_ruling_would_change_the_package_it_is_told() -> None:
    quiet = 0
    for view, outcomes in people():
        known, found = rulings_of(view), package(view, outcomes)
        open_ones = {each.interactions for each in found.doubts}
        waiting = [each for each in contradictions_in(view, {}) if each.ruling is None]
        for each in waiting:
            forbids = each.forbids.statement.stated.interaction_id
            allows = each.allows.statement.stated.interaction_id
            ruled = {**known, (forbids, allows): ruling(forbids, allows)}
            then = package(view, outcomes, ruled)
            if then.included != found.included:
                assert (allows, forbids) in open_ones
            quiet += (allows, forbids) not in open_ones
    assert quiet >= 100


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
