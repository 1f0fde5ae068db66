"""Everybody at once is judged as each person alone: every policy, condition, boundary and gap."""

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.policy.rules import (
    Policy,
    Published,
    State,
    Superseded,
    View,
    build_view,
    evaluate_all,
)
from services.policy.rules.bulk import comparing, leaves, trees
from services.policy.rules.bulk.agreement import Disagreement, disagreements, trees_of
from services.policy.rules.bulk.bits import Split, how_many, unpacked
from services.policy.rules.bulk.counting import Days, Length, counted, since_days, within_days
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.sampling import persons_for
from services.policy.rules.bulk.states import judging_of, states_of
from services.policy.rules.bulk.trees import rules_of, truths
from services.policy.rules.days import Unit, later
from services.policy.rules.evaluate import judge_all
from services.policy.rules.facts import FactView, select
from services.policy.rules.leaves import COUNTED
from services.policy.rules.tree import Convention, Op, Unseen
from tests.support.encoded import encoded_and_invented
from tests.unit.policy.rules.condition_kinds import KINDS
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, policy_of
from tests.unit.policy.rules.test_changes import EARLY, FACTS, LATE, NEW, OLD, view_of

DATA = Path(__file__).parents[4] / "data"
LEAP_DAY = date(2028, 2, 29)
SAMPLED = 200
"""For each policy, besides all at its boundaries."""


def differing(entry: str, day: date = TODAY) -> list[Disagreement]:
    tree = policy_of(entry).entry
    assert not isinstance(tree, Unseen)
    return list(disagreements({"XX-ONE": tree}, day, sampled=50))


@pytest.mark.parametrize("policy", encoded_and_invented(), ids=lambda policy: policy.policy_id)
def test_a_policy_is_judged_alike_for_one_and_for_everybody(policy: Policy) -> None:
    assert list(disagreements(trees_of(policy), TODAY, sampled=SAMPLED)) == []


def test_more_than_ten_thousand_are_sampled_besides_those_at_the_boundaries() -> None:
    asked = [rules_of([*trees_of(each).values()], TODAY) for each in encoded_and_invented()]
    everybody = sum(len([*persons_for(each, sampled=SAMPLED)]) for each in asked if each.asked)
    at_boundaries = sum(len([*persons_for(each, sampled=0)]) for each in asked if each.asked)
    assert at_boundaries > 5_000
    assert everybody - at_boundaries >= 10_000


@pytest.mark.parametrize("entry", KINDS)
def test_every_kind_of_condition_is_judged_alike(entry: str) -> None:
    assert differing(entry) == []
    assert differing(entry, LEAP_DAY) == []


@pytest.mark.parametrize("entry", KINDS[:-3])
def test_every_kind_of_condition_is_judged_alike_where_it_is_denied(entry: str) -> None:
    assert differing(f"{{any: [{{not: {entry}}}, {KINDS[-2]}, {KINDS[-1]}]}}") == []


TRACK = "{{name: {name}, title: {{zh: 一, en: One}}, {period} when: {when}}}"


@pytest.mark.parametrize("last", ["2026-03-31", "2026-04-01"])
def test_tracks_and_their_periods_are_judged_alike(last: str) -> None:
    period = f"open: {{from: 2026-01-01, to: {last}}},"
    routes = [
        TRACK.format(name="call", period=period, when=KINDS[0]),
        TRACK.format(name="past", period="open: {from: 2020, to: 2020},", when=KINDS[-2]),
    ]
    assert differing(f"{{all: [{{tracks: [{', '.join(routes)}]}}, {KINDS[1]}]}}") == []


@pytest.mark.parametrize(
    ("op", "broken"),
    [(Op.AT_LEAST, operator.gt), (Op.LESS, operator.le), (Op.EQUAL, operator.ge)],
)
def test_a_comparison_that_is_off_by_one_is_found(
    monkeypatch: pytest.MonkeyPatch, op: Op, broken: object
) -> None:
    entry = f'{{fact: study_days_abroad, op: "{op}", value: 360, cite: a}}'
    assert differing(entry) == []
    monkeypatch.setitem(comparing.COMPARE, op, broken)
    assert {each.about for each in differing(entry)} > {"XX-ONE"}


@pytest.mark.parametrize(
    "entry",
    [
        (
            "{sum: [{fact: contract_years, times: 2}, {fact: years_with_employer}], "
            'op: "==", value: 4, cite: a}'
        ),
        '{count: receipts, op: "==", value: 2, cite: a}',
        (
            '{count: homes_owned, where: {fact: price, op: "==", value: 100 万元, cite: b}, '
            'op: ">=", value: 1, cite: a}'
        ),
    ],
)
def test_a_sum_or_count_that_is_compared_wrongly_is_found(
    monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    assert differing(entry) == []
    monkeypatch.setitem(comparing.COMPARE, Op.EQUAL, operator.ge)
    assert differing(entry)


def test_a_missing_fact_taken_for_a_no_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    settled = leaves._settled

    def closed_world(*asked: object) -> object:
        found = settled(*asked)  # type: ignore[arg-type]
        return Split(found.true, ~found.true)

    monkeypatch.setattr(leaves, "_settled", closed_world)
    assert differing(KINDS[0])


def test_a_birthday_counted_a_day_late_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = '{since: birth_date, op: ">=", years: 35, cite: a}'
    assert differing(entry) == []
    monkeypatch.setattr(
        leaves,
        "since_days",
        lambda *asked: Days(1, since_days(*asked).last - 1),
    )
    assert differing(entry)


def test_a_district_includes_its_towns() -> None:
    tree = policy_of("{fact: work_region, in: [putuo], cite: a}").entry
    assert not isinstance(tree, Unseen)
    rules = rules_of([tree], TODAY)
    views = [select(facts_of({"work_region": "changzheng"}), TODAY, NOW)]
    (found,) = truths(rules, people_of(views, rules.needs))
    assert how_many(found.true) == 1


def test_people_in_several_parts_are_judged_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = policy_of('{fact: study_days_abroad, op: ">=", value: 360, cite: a}').entry
    assert not isinstance(tree, Unseen)
    days = [None, *range(340, 380)]
    views = [select(facts_of({"study_days_abroad": each}), TODAY, NOW) for each in days]
    rules = rules_of([tree], TODAY)
    (whole,) = truths(rules, people_of(views, rules.needs))
    monkeypatch.setattr(trees, "AT_ONCE", 16)
    (parts,) = truths(rules, people_of(views, rules.needs))
    assert np.array_equal(whole.true, parts.true)
    assert np.array_equal(whole.false, parts.false)
    assert (how_many(whole.true), how_many(whole.false)) == (20, 20)


def test_a_condition_that_several_policies_share_is_asked_once() -> None:
    entries = [
        policy_of(f'{{fact: study_days_abroad, op: ">=", value: 360, cite: "{n}"}}').entry
        for n in range(5)
    ]
    assert len(rules_of([e for e in entries if not isinstance(e, Unseen)], TODAY).asked) == 1


def test_policies_that_do_not_stand_are_in_the_state_of_the_single_case() -> None:
    ended = policy_of(policy_id="XX-ENDED", in_force="{from: 2025-01-01, to: 2025-12-31}")
    waits = policy_of(policy_id="XX-WAITS", in_force="{from: pending, to: open}")
    unseen = policy_of(policy_id="XX-UNSEEN", eligibility="not_seen")
    replaced = policy_of(policy_id="XX-OLD")
    rows = [
        Published(row_id=each.policy_id, policy=each, recorded_at=RECORDED)
        for each in (ended, waits, unseen, replaced)
    ]
    said = Superseded(
        row_id="s", policy_id="XX-OLD", by_policy_id="XX-NEW", from_day=TODAY, recorded_at=RECORDED
    )
    view = build_view([*rows, said], TODAY, NOW)
    judging = judging_of(view)
    alone: dict[str, State] = {}
    for held in ({}, {"policies_held": ["XX-ENDED", "XX-OTHER"]}):
        facts = facts_of(held)
        alone = {each.policy_id: each.state for each in evaluate_all(view, facts)}
        together = states_of(judging, people_of([select(facts, TODAY, NOW)], judging.needs))
        assert {
            name: [state for state, bits in states.items() if unpacked(bits, 1)[0]]
            for name, states in together.items()
        } == {name: [state] for name, state in alone.items()}
    assert alone["XX-ENDED"] is State.ALREADY_ENJOYED


def alone_and_together(
    judged: View, taken: View, persons: Sequence[FactView]
) -> Iterator[tuple[dict[str, State], dict[str, list[State]]]]:
    """Each by the one view as a single case, and by the other among everybody."""
    judging = judging_of(taken)
    found = states_of(judging, people_of(persons, judging.needs))
    flags = {
        name: {state: unpacked(bits, len(persons)) for state, bits in states.items()}
        for name, states in found.items()
    }
    for place, person in enumerate(persons):
        yield (
            {each.policy_id: each.state for each in judge_all(judged.ready(), person)},
            {n: [state for state in those if those[state][place]] for n, those in flags.items()},
        )


def differing_in_states(judged: View, taken: View, persons: Sequence[FactView]) -> int:
    return sum(
        together != {name: [state] for name, state in alone.items()}
        for alone, together in alone_and_together(judged, taken, persons)
    )


@pytest.mark.parametrize(
    ("day", "kept"),
    [(date(2026, 2, 28), False), (TODAY, True), (date(2027, 12, 31), True)],
)
def test_whoever_stays_under_an_older_text_does_so_among_everybody_too(
    day: date, kept: bool
) -> None:
    """Some came before the newer text, some after it, and of some it is not known."""
    view = view_of(OLD, NEW, on=day)
    persons = [
        *(select(facts_of(each), day, NOW) for each in (EARLY, LATE, FACTS)),
        *persons_for(judging_of(view).rules, sampled=SAMPLED),
    ]
    assert differing_in_states(view, view, persons) == 0
    # The control: among everybody by the policies' own conditions alone.
    forgetful = replace(view, entries=tuple(replace(each, also=()) for each in view.entries))
    assert (differing_in_states(view, forgetful, persons) > 2) == kept


DAYS = some.dates(date(1900, 1, 1), date(2100, 12, 31))


LENGTHS = some.builds(Length, some.sampled_from(Unit), some.sampled_from(Convention))


@given(DAYS, DAYS, LENGTHS)
def test_units_are_counted_over_columns_as_one_by_one(
    one: date, other: date, length: Length
) -> None:
    days = np.array([one.toordinal()]), np.array([other.toordinal()])
    assert counted(*days, length)[0] == COUNTED[length.convention](one, other, length.unit)


@given(DAYS, DAYS, LENGTHS, some.integers(0, 900), some.sampled_from(Op))
def test_a_day_of_beginning_decides_as_the_units_counted_since(
    one: date, until: date, length: Length, value: int, op: Op
) -> None:
    days = since_days(op, value, length, until)
    inside = days.first <= one.toordinal() <= days.last
    count = COUNTED[length.convention](one, until, length.unit)
    assert (inside != days.others) == comparing.COMPARE[op](count, value)


@given(DAYS, DAYS, some.sampled_from(Unit), some.integers(0, 900))
def test_a_day_of_beginning_decides_whether_the_time_is_over(
    one: date, until: date, unit: Unit, value: int
) -> None:
    days = within_days(value, unit, until)
    inside = days.first <= one.toordinal() <= days.last
    assert inside == (one <= until <= later(one, value, unit))
