"""What was not seen, or is not known, is not claimed."""

import pytest

from services.ops.unseen import is_behind

TICKETS, BODIES = ("ticket.events", 0), ("body.events", 3)


@pytest.mark.parametrize(("reached", "behind"), [(0, True), (6, True), (7, False), (8, False)])
def test_ops_is_behind_where_a_partition_goes_on(reached: int, *, behind: bool) -> None:
    assert is_behind({TICKETS: reached}, {TICKETS: 7, BODIES: 0}) == behind


def test_what_was_reached_of_one_partition_says_nothing_of_another() -> None:
    assert is_behind({TICKETS: 900, BODIES: 2}, {TICKETS: 7, BODIES: 3})


def test_a_partition_of_which_nothing_was_seen_is_not_overlooked() -> None:
    assert is_behind({TICKETS: 7}, {TICKETS: 7, BODIES: 1})


def test_where_nobody_knows_the_ends_anything_may_stand_before_them() -> None:
    assert is_behind({TICKETS: 7}, None)
