"""Three ways to the best set agree: branch and bound, the solver, and trying everything."""

import random
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.policy.rules.choice import solve
from services.policy.rules.plan import plan_of
from services.policy.rules.programme import Programme, Take
from services.policy.rules.puzzle import Puzzle
from services.policy.rules.search import STEPS_IN_A_CIRCLE, TooLongError
from services.policy.rules.search import solve as by_branch_and_bound
from services.policy.rules.sharing import share_out
from tests.support.packages import a_puzzle, all_three, by_trying_everything

MOST_ITEMS = 9
SEEDS = st.integers(0, 10**9)


def puzzle_of(seed: int, items: int = MOST_ITEMS) -> Puzzle:
    return a_puzzle(random.Random(seed), items)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, MOST_ITEMS))
def test_three_ways_find_the_same_set(seed: int, items: int) -> None:
    branched, modelled, tried = all_three(puzzle_of(seed, items))
    assert branched == modelled == tried


@pytest.mark.parametrize("seed", range(1, 13))
def test_three_ways_find_the_same_set_among_all_of_eighteen(seed: int) -> None:
    """2^18 sets, each looked at; every fourth choice has an item forced into it."""
    wanted = 0 if seed % 4 else 1 << seed % 18
    branched, modelled, tried = all_three(puzzle_of(seed, 18), wanted)
    assert branched == modelled == tried


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(0, MOST_ITEMS - 1))
@example(seed=10**9, item=5)  # what is forced in pays nothing: the application weighs below nothing
def test_three_ways_agree_on_what_is_forced_in(seed: int, item: int) -> None:
    branched, modelled, tried = all_three(puzzle_of(seed), 1 << item)
    assert branched == modelled == tried


def test_no_more_is_above_a_limit_than_is_said_to_be_possible() -> None:
    """What is said bounds how long limits are looked at; some of them do bite."""
    bites = 0
    for seed in range(60):
        plan = plan_of(puzzle_of(seed))
        by_branch_and_bound(plan.puzzle, plan=plan)
        for limit in plan.limits:
            assert max(limit.above.values(), default=0) <= limit.most
            bites += any(limit.above.values())
        assert plan.most_above == sum(limit.most for limit in plan.limits)
    assert bites


def test_a_search_that_overlooks_something_is_found_out() -> None:
    """The control: without clashes, needs or slots some set is found that is not lawful."""
    for blind in (
        {"conflicts": (0,) * MOST_ITEMS},
        {"needs": ()},
        {"slots": ()},
        {"barred": 0},
        {"programme": None},
    ):
        found = [
            by_branch_and_bound(replace(puzzle, **blind)) != by_trying_everything(puzzle)
            for puzzle in map(puzzle_of, range(60))
        ]
        assert any(found), blind


def test_where_the_search_grows_long_the_solver_takes_over_and_finds_the_same() -> None:
    puzzle, few = puzzle_of(5, 14), 5
    with pytest.raises(TooLongError):
        by_branch_and_bound(puzzle, most_steps=few)
    assert solve(puzzle, most_steps=few) == by_branch_and_bound(puzzle)


def three_caps_in_a_circle(size: int) -> Puzzle:
    """Each item is under two of them."""
    programme, everyone = Programme(), range(size)
    wanted = [programme.put(Take(item)) for item in everyone]
    held = [sum(1 << item for item in everyone if item % 3 != cap) for cap in range(3)]
    programme.pays = share_out(programme, wanted, [(each, programme.fixed(25)) for each in held])
    return Puzzle(
        keys=tuple(f"{item:02}" for item in everyone),
        worths=tuple(range(size + 6, 6, -1)),
        policies=tuple(everyone),
        deadlines=(0,) * size,
        conflicts=(0,) * size,
        caps=tuple((each, 25) for each in held),
        programme=programme,
    )


def test_caps_in_a_circle_are_soon_given_to_the_solver_and_it_finds_the_same() -> None:
    puzzle = three_caps_in_a_circle(8)
    with pytest.raises(TooLongError):
        by_branch_and_bound(puzzle, most_steps=STEPS_IN_A_CIRCLE)
    assert solve(puzzle) == by_branch_and_bound(puzzle) == by_trying_everything(puzzle)


def test_the_solver_is_not_loaded_until_it_is_needed() -> None:
    """The policy process stays small."""
    code = "import sys, services.policy.rules; print('ortools' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stdout.strip() == b"False"
