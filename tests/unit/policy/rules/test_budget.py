"""What a registry's packages come to: the sum of what each person alone would be answered."""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from services.policy.rules import (
    POSSIBLE,
    PROMISING,
    Package,
    Published,
    best_package,
    build_view,
    evaluate_all,
)
from services.policy.rules.budget import past, reads, registry, ties, working
from services.policy.rules.budget.crowd import crowd_of
from services.policy.rules.budget.gathering import neighbours
from services.policy.rules.budget.records import Records
from services.policy.rules.budget.registry import Budget, add_up, empty, texts_of
from services.policy.rules.budget.tally import NOT_SEEN, Line, Tally
from services.policy.rules.budget.ties import Tie, bundles, ties_between
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.states import judging_of, states_of
from services.policy.rules.facts import Fact, select
from services.policy.rules.relations import members_of
from services.policy.rules.view import View, interactions_of
from tests.unit.policy.rules.budget_samples import Sample, rich_world
from tests.unit.policy.rules.package_samples import Given, benefit, receipt, written
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of

WORLDS = range(8)
"""With 250 people in each world two thousand in all."""

Lines = dict[tuple[str, str], list[int]]


def budget_of(view: View, people: Sequence[tuple[Fact, ...]]) -> Budget:
    views = [select(facts, TODAY, NOW) for facts in people]
    judging = judging_of(view)
    found = empty(view)
    states = states_of(judging, people_of(views, judging.needs))
    add_up(found, texts_of(view), crowd_of(views), states)
    return found


def one_by_one(sample: Sample) -> tuple[Lines, Lines]:
    """What is surely and what is perhaps paid, for each benefit, person after person."""
    surely: Lines = {}
    perhaps: Lines = {}
    said = interactions_of(sample.view)
    for facts in sample.people:
        outcomes = evaluate_all(sample.view, facts)
        add(surely, best_package(outcomes, said, PROMISING))
        add(perhaps, best_package(outcomes, said, POSSIBLE))
    return surely, perhaps


def add(lines: Lines, package: Package) -> None:
    for each in package.included:
        line = lines.setdefault((each.offer.policy_id, each.offer.benefit_id), [0, 0, 0])
        line[0] += 1
        line[1] += each.least_fen
        line[2] += each.most_fen


def lines_of(tally: Tally) -> Lines:
    return {
        name: [line.people, line.least_fen, line.most_fen] for name, line in tally.lines.items()
    }


def together(sample: Sample) -> tuple[Lines, Lines]:
    return sums_of(budget_of(sample.view, sample.people))


def sums_of(budget: Budget) -> tuple[Lines, Lines]:
    return lines_of(budget.surely), lines_of(budget.perhaps)


@cache
def as_it_is(seed: int) -> Budget:
    """The budget of a world before anything is broken; ask for it before you break something."""
    sample = rich_world(seed)
    return budget_of(sample.view, sample.people)


def found_out(before: Mapping[int, Budget]) -> bool:
    """Some world has other sums by now; where the first one tells, no other is asked."""
    return any(together(rich_world(seed)) != sums_of(budget) for seed, budget in before.items())


@pytest.mark.parametrize("seed", WORLDS)
def test_the_budget_is_the_sum_of_everybodys_own_package(seed: int) -> None:
    surely, perhaps = one_by_one(rich_world(seed))
    assert sums_of(as_it_is(seed)) == (surely, perhaps)
    assert sum(line[2] for line in perhaps.values()) > sum(line[2] for line in surely.values()) > 0


def _without_the_rent(facts: Callable[[Any], frozenset[str]]) -> Callable[[Any], frozenset[str]]:
    return lambda policy: facts(policy) - {"monthly_rent", "home_price"}


def test_people_taken_for_alike_whose_rents_differ_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: a key that forgets a fact which the amount reads."""
    before = {seed: as_it_is(seed) for seed in WORLDS[:3]}
    monkeypatch.setattr(working, "facts_read", _without_the_rent(reads.facts_read))
    assert found_out(before)


def test_people_taken_for_alike_of_whom_one_was_paid_before_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {seed: as_it_is(seed) for seed in WORLDS[:3]}
    monkeypatch.setattr(Records, "bearing", lambda *_: None)
    assert found_out(before)


def test_a_limit_by_somebody_elses_price_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {seed: as_it_is(seed) for seed in WORLDS}
    monkeypatch.setattr(past, "limiting_facts", lambda _: ())
    assert found_out(before)


def test_policies_taken_for_unrelated_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {seed: as_it_is(seed) for seed in WORLDS[:1]}
    monkeypatch.setattr(registry, "ties_between", lambda *_: [])
    assert found_out(before)


def test_what_may_be_had_but_once_joins_no_policies_and_each_still_bars_the_other() -> None:
    once = "once: {members: ['#b', XX-A], per: lifetime}"
    view = world_of(
        {"XX-A": benefit("b", 100), "XX-B": Given(benefits=benefit("b", 60), says=[once])}
    )
    had = facts_of({"birth_date": "1990-01-01", "receipts": [receipt("XX-A", "living", 100)]})
    found = budget_of(view, [*PEOPLE, had])
    assert texts_of(view).clusters == [0b01, 0b10]
    assert found.surely.chosen == {"XX-A": 3, "XX-B": 3}


def test_texts_that_join_policies_and_are_taken_for_such_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what is offered beside each other is looked at apart."""
    before = {seed: as_it_is(seed) for seed in WORLDS[:2]}
    monkeypatch.setattr(Tie, "joins", False)
    assert found_out(before)


def test_a_text_with_a_target_says_nothing_of_the_others_among_themselves() -> None:
    view = world_of({name: Given(benefits=benefit("b", 100)) for name in ("XX-A", "XX-B", "XX-C")})
    everybody = {0: 0b110, 1: 0b101, 2: 0b011}
    for said, beside in (
        ("exclusive: {target: XX-B, excludes: [XX-A, XX-C]}", {0: 0b010, 1: 0b101, 2: 0b010}),
        ("requires: {target: XX-B, needs: [XX-B, XX-C]}", {0: 0, 1: 0b100, 2: 0b010}),
        ("exclusive: {target: {cost_item: living}, excludes: [XX-C]}", everybody),
        ("exclusive: {target: XX-Z, excludes: [XX-A, XX-B, XX-C]}", everybody),
        ("choose_one: {members: [XX-A, XX-B, XX-C]}", everybody),
    ):
        told = Given(benefits=benefit("b", 1), says=[said])
        policies = [each.policy for each in view.entries]
        said_of_them = ties_between(policies, written("XX-D", told).interactions)
        assert neighbours(0b111, said_of_them) == beside


def test_texts_whose_members_all_bear_on_each_other_and_are_read_otherwise_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the first of those between whom one must choose is taken for a target."""
    before = {seed: as_it_is(seed) for seed in WORLDS}
    monkeypatch.setattr(ties, "_target_of", lambda said: members_of(said)[:1])
    assert found_out(before)


def test_the_order_of_the_people_does_not_show() -> None:
    sample = rich_world(WORLDS[0])
    mixed = list(sample.people)
    random.Random(3).shuffle(mixed)
    assert budget_of(sample.view, mixed) == as_it_is(WORLDS[0])


def test_people_counted_in_two_halves_come_to_the_same() -> None:
    sample, whole = rich_world(WORLDS[1]), as_it_is(WORLDS[1])
    found, texts, judging = empty(sample.view), texts_of(sample.view), judging_of(sample.view)
    for half in (sample.people[:100], sample.people[100:]):
        views = [select(facts, TODAY, NOW) for facts in half]
        add_up(found, texts, crowd_of(views), states_of(judging, people_of(views, judging.needs)))
    assert (found.surely, found.perhaps) == (whole.surely, whole.perhaps)
    assert (found.eligible, found.undetermined) == (whole.eligible, whole.undetermined)


def test_people_of_whom_the_same_is_said_are_answered_once() -> None:
    sample = rich_world(WORLDS[0], people=20)
    once = budget_of(sample.view, sample.people)
    often = budget_of(sample.view, [*sample.people] * 5)
    assert often.groups == once.groups
    assert lines_of(often.surely) == {
        name: [5 * each for each in line] for name, line in lines_of(once.surely).items()
    }


def world_of(policies: Mapping[str, Given | str]) -> View:
    texts = [written(name, given) for name, given in policies.items()]
    rows = [Published(row_id=p.policy_id, policy=p, recorded_at=RECORDED) for p in texts]
    return build_view(rows, TODAY, NOW)


PEOPLE = [facts_of({"birth_date": "1990-01-01"})] * 3


def line_of(benefit_text: str) -> Line:
    return budget_of(world_of({"XX-A": benefit_text}), PEOPLE).surely.lines["XX-A", "b"]


def test_instalments_fall_into_their_years() -> None:
    line = line_of(benefit("b", "10.01 元", more="instalments: [50, 30, 20]"))
    assert line.years == {2026: 3 * 501, 2027: 3 * 300, 2028: 3 * 200}


@pytest.mark.parametrize(
    ("parts", "years"),
    [
        ("{equal: 3}", {2026: 334, 2027: 334, 2028: 334}),
        ("[50, 50]", {2026: 501, 2027: 501}),
        # From April on: the first and eight months of this year, twelve of the next.
        ("{first: 2 元, then: 0.40 元, months: 20}", {2026: 522, 2027: 480}),
    ],
)
def test_parts_fall_into_their_years_however_they_are_written(
    parts: str, years: dict[int, int]
) -> None:
    line = line_of(benefit("b", "10.02 元", more=f"instalments: {parts}"))
    assert {year: fen // 3 for year, fen in line.years.items()} == years


def test_monthly_payments_fall_into_their_years() -> None:
    line = line_of(benefit("b", 1_000, term="{months: 12}"))
    assert line.years == {2026: 3 * 9 * 100_000, 2027: 3 * 3 * 100_000}
    assert sum(line.years.values()) == line.most_fen


def test_who_bears_it_is_told_and_what_does_not_divide_falls_to_the_first() -> None:
    shares = "payers: [{who: city, percent: 50}, {who: district, percent: 50}]"
    text = f"{benefit('b', '10.01 元')[:-1]}, {shares}}}"
    assert line_of(text).payers == {"city": 3 * 501, "district": 3 * 500}
    assert line_of(benefit("b", 10)).payers == {NOT_SEEN: 3 * 1_000}


def test_rights_are_counted_and_stand_in_no_sum() -> None:
    line = line_of("{id: b, kind: right, cost_item: residence, thing: residence-permit, cite: a}")
    assert line == Line(people=3)


def test_money_for_an_employer_stands_beside_the_sum() -> None:
    line = line_of(f"{benefit('b', 10)[:-1]}, payee: employer}}")
    assert line == Line(people=3, for_others_fen=3_000)


def test_chosen_and_left_out_are_counted_by_policy() -> None:
    view = world_of(
        {
            "XX-A": benefit("b", 100),
            "XX-B": Given(
                benefits=benefit("b", 60), says=["exclusive: {target: '#b', excludes: [XX-A]}"]
            ),
        }
    )
    found = budget_of(view, PEOPLE)
    assert found.eligible == {"XX-A": 3, "XX-B": 3}
    assert found.surely.chosen == {"XX-A": 3}
    assert found.surely.offered == {"XX-A": 3, "XX-B": 3}


def test_what_hangs_on_a_missing_fact_is_counted_as_perhaps() -> None:
    entry = '{fact: study_days_abroad, op: ">=", value: 1, cite: a}'
    view = world_of({"XX-A": Given(benefits=benefit("b", 100), entry=entry)})
    found = budget_of(view, [*PEOPLE, facts_of({"study_days_abroad": 5})])
    assert (found.eligible, found.undetermined) == ({"XX-A": 1}, {"XX-A": 3})
    assert found.surely.lines["XX-A", "b"].people == 1
    assert found.perhaps.lines["XX-A", "b"].people == 4
    assert found.people == 4


def test_policies_that_a_chain_of_texts_joins_are_one_bundle() -> None:
    assert bundles(0b11111, [0b00011, 0b00110]) == [0b00111, 0b01000, 0b10000]
    assert bundles(0b10101, [0b00011, 0b00110]) == [0b00001, 0b00100, 0b10000]
