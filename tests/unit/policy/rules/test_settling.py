"""Who differs in sums alone is settled by few of them, and exactly as one by one."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.policy.rules.budget import settling
from services.policy.rules.budget.bundle import Bundle
from services.policy.rules.budget.groups import alike_in
from services.policy.rules.budget.settling import Sums, chosen_for
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.puzzle import Bits, Puzzle
from services.policy.rules.search import solve
from tests.unit.policy.rules.test_budget import as_it_is, found_out

OFFERS = 4
SEEDS = some.integers(0, 10**9)


def choosing(chance: random.Random) -> Callable[[Sums], Bits]:
    """Offers that bar each other at random, a slot for some, one application for two of them."""
    conflicts = [0] * OFFERS
    for one in range(OFFERS):
        for other in range(one):
            if chance.random() < 0.5:
                conflicts[one] |= 1 << other
                conflicts[other] |= 1 << one
    barred = 1 << chance.randrange(OFFERS) if chance.random() < 0.3 else 0
    slots = (((0b0011, 0b0100, 0b1000), 2),) if chance.random() < 0.5 else ()

    def choose(sums: Sums) -> Bits:
        puzzle = Puzzle(
            keys=("d", "a", "c", "b"),
            worths=sums,
            policies=(0, 0, 1, 2),
            deadlines=(0, 0, 1, 0),
            conflicts=tuple(conflicts),
            barred=barred,
            slots=slots,
        )
        found = solve(puzzle)
        return 0 if found is None else found.chosen

    return choose


def sums_of(chance: random.Random, people: int) -> Numbers:
    """Two or three that differ from person to person, the others alike; many are even."""
    rows = [
        [chance.randrange(1, 12), chance.choice((3, 6)), chance.randrange(1, 12), 5]
        for _ in range(people)
    ]
    return np.array(rows, dtype=np.int64)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_settled_by_boxes_is_settled_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    choose, sums = choosing(chance), sums_of(chance, 40)
    assert list(chosen_for(sums, choose)) == [choose(tuple(row)) for row in sums.tolist()]


def test_few_are_asked_for() -> None:
    asked: list[Sums] = []
    choose = choosing(random.Random(1))

    def heard(sums: Sums) -> Bits:
        asked.append(sums)
        return choose(sums)

    sums = np.array([[each, 500, 1, 1] for each in range(1, 1_001)], dtype=np.int64)
    chosen_for(sums, heard)
    assert len(asked) < 50


def test_boxes_of_which_not_every_corner_is_asked_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the least of all sums together says nothing of one being much and one little."""
    monkeypatch.setattr(settling, "_corners", lambda least, _: [tuple(least.tolist())])
    wrong = 0
    for seed in range(20):
        chance = random.Random(seed)
        choose, sums = choosing(chance), sums_of(chance, 40)
        one_by_one = [choose(tuple(row)) for row in sums.tolist()]
        wrong += list(chosen_for(sums, choose)) != one_by_one
    assert wrong


def test_sums_that_texts_change_taken_for_sums_that_add_up_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {seed: as_it_is(seed) for seed in range(3)}
    monkeypatch.setattr(Bundle, "adds_up", property(lambda _: True))
    assert found_out(before)


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
