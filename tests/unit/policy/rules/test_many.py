"""Who is offered the same and differs in sums alone is answered at once, and exactly as alone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.policy.rules.budget import many, together
from services.policy.rules.budget.alone import Alone, answered_alone
from services.policy.rules.budget.groups import alike_in
from services.policy.rules.budget.lawful import sets_of
from services.policy.rules.budget.many import packages_of
from services.policy.rules.budget.running import can_run
from services.policy.rules.budget.sought import Sought
from services.policy.rules.choice import Ground
from services.policy.rules.outcome import Offer
from services.policy.rules.package import Prepared, prepared
from services.policy.rules.programme import Programme, Take
from services.policy.rules.puzzle import Bits, Puzzle
from tests.unit.policy.rules.package_samples import Given, World, benefit, receipt, received

PEOPLE = 60
POLICIES = 6
WORLDS = range(30)
ISSUERS = ("shanghai", "putuo", "minhang")
ITEMS = ("rent", "living", "award")

Rows = list[dict[str, tuple[int, int]]]
"""For each person what is chosen, and what it pays at most and for sure."""


@dataclass(frozen=True)
class Crowded:
    sought: Sought
    ready: Prepared


@cache
def crowded(seed: int) -> Crowded:
    """Six policies that bar, cap, top up and deduct each other; sums that are often even."""
    chance = random.Random(seed)
    world = World(
        policies={
            name_of(number): policy_at_random(chance, number, POLICIES)
            for number in range(POLICIES)
        },
        facts=received(receipt("P1", "living", 3), home_price=900),
    )
    outcomes = world.outcomes()
    offers = tuple(offer for outcome in outcomes for offer in outcome.offers)
    shape = PEOPLE, len(offers)
    most = np.array([100 * chance.randrange(1, 15) for _ in range(shape[0] * shape[1])]).reshape(
        shape
    )
    most[0] = [offer.counted_fen for offer in offers]
    # Who is offered nothing by one of them is offered something else.
    most[:, most[0] == 0] = 0
    sure = np.array([chance.choice((0, 1, 1, 2)) for _ in range(most.size)]).reshape(shape)
    sure[0] = 2
    ready = prepared(outcomes, world.interactions(), {})
    return Crowded(Sought(offers=offers, most=most, least=most * sure // 2), ready)


def name_of(number: int) -> str:
    return f"P{number}"


def policy_at_random(chance: random.Random, number: int, count: int) -> Given:
    term = chance.choice(("", "", "{months: 18}"))
    instalments = "" if term else chance.choice(("", "instalments: [50, 30, 20]"))
    text = benefit("b", chance.randrange(1, 15), chance.choice(ITEMS), term, instalments)
    others = [name_of(n) for n in range(count) if n != number]
    says = [_said(chance, others) for _ in range(chance.choice((0, 1, 1, 2)))]
    return Given(benefits=text, issuer=chance.choice(ISSUERS), says=says)


def _said(chance: random.Random, others: Sequence[str]) -> str:
    one, two = chance.sample(list(others), 2)
    fen = f"{chance.randrange(3, 25)} 元"
    return chance.choice(
        (
            f"exclusive: {{target: '#b', excludes: [{one}, {two}]}}",
            f"choose_one: {{members: ['#b', {one}]}}",
            f"slots: {{members: ['#b', {one}, {two}], most: 2, per: all}}",
            f"requires: {{target: '#b', needs: [{one}]}}",
            f"top_up: {{target: '#b', bases: [{one}], total_cap: {{amount: {fen}, per: once}}}}",
            f"match: {{target: '#b', bases: [{one}], percent: 50}}",
            f"cap: {{members: ['#b', {one}], most: {fen}}}",
            f"cap: {{members: ['#b', {one}, {two}], most: {fen}}}",
            f"cap: {{members: ['#b', {one}], most: {fen}, per: year}}",
            f"cap: {{members: ['#b', {one}], most: {fen}, per: lifetime}}",
            f"cap: {{members: ['#b', {one}], most: {{by: home_price, percent: 150}}}}",
            f"deduct_prior: {{target: '#b', members: [{one}]}}",
        )
    )


def at_once(given: Crowded) -> Rows:
    found = packages_of(given.sought, given.ready, {})
    return [
        {
            offer.key: (int(found.most[row, place]), int(found.least[row, place]))
            for place, offer in enumerate(given.sought.offers)
            if found.chosen[row, place]
        }
        for row in range(len(given.sought.most))
    ]


def one_by_one(given: Crowded) -> Rows:
    every = range(len(given.sought.offers))
    packages = [
        given.ready.best_of(given.sought.of(row, every)) for row in range(len(given.sought.most))
    ]
    return [
        {each.offer.key: (each.most_fen, each.least_fen) for each in package}
        for package in packages
    ]


@pytest.mark.parametrize("seed", WORLDS)
def test_many_at_once_have_what_each_would_have_alone(seed: int) -> None:
    assert at_once(crowded(seed)) == one_by_one(crowded(seed))


def test_most_of_them_are_reckoned_at_once_and_some_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone: list[int] = []

    def counted(given: Sequence[Offer], on: Ground) -> Alone:
        alone.append(1)
        return answered_alone(given, on)

    monkeypatch.setattr(many, "answered_alone", counted)
    for seed in WORLDS:
        at_once(crowded(seed))
    assert 0 < len(alone) < PEOPLE * len(WORLDS) / 2


def test_sums_filled_in_the_order_of_somebody_else_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: caps are shared out as for the first of the people."""
    monkeypatch.setattr(together, "_pairs_under_caps", lambda _: [])
    assert any(at_once(crowded(seed)) != one_by_one(crowded(seed)) for seed in WORLDS)


def test_what_is_not_chosen_but_decides_what_is_filled_first_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "_nested", lambda _: True)
    assert any(at_once(crowded(seed)) != one_by_one(crowded(seed)) for seed in WORLDS)


def test_even_sums_settled_by_chance_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def turned(puzzle: Puzzle) -> list[Bits] | None:
        found = sets_of(puzzle)
        return None if found is None else found[::-1]

    monkeypatch.setattr(many, "sets_of", turned)
    assert any(at_once(crowded(seed)) != one_by_one(crowded(seed)) for seed in WORLDS)


def test_sums_too_large_to_be_reckoned_at_once_are_settled_one_by_one() -> None:
    given = crowded(0)
    large = Sought(
        offers=given.sought.offers,
        most=given.sought.most * 10**17,
        least=given.sought.least * 10**17,
    )
    assert at_once(Crowded(large, given.ready)) == one_by_one(Crowded(large, given.ready))
    assert not can_run(Programme([Take(0)], [0]), 2**62)


def test_where_there_are_too_many_sets_nobody_counts_them() -> None:
    items = 12
    puzzle = Puzzle(
        keys=tuple(map(str, range(items))),
        worths=(1,) * items,
        policies=tuple(range(items)),
        deadlines=(0,) * items,
        conflicts=tuple(1 << (item ^ 1) for item in range(items)),
    )
    assert len(sets_of(puzzle) or ()) == 2 ** (items // 2)
    assert sets_of(puzzle, 63) is None


@given(some.lists(some.tuples(some.integers(-3, 3), some.integers(-(10**15), 10**15)), max_size=60))
def test_people_are_of_one_group_just_where_every_column_says_the_same(
    rows: list[tuple[int, int]],
) -> None:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    groups = alike_in(columns, len(rows))
    assert len(groups.first) == len(set(rows))
    for place, row in enumerate(rows):
        assert rows[int(groups.first[groups.of[place]])] == row
        assert int(groups.first[groups.of[place]]) == rows.index(row)
