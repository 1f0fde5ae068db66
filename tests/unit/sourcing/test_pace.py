"""A build says how far it is, how fast it goes and how long it still takes."""

import pytest

from events.sourcing.pace import Pace, distance, duration
from events.sourcing.pages import OWN


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def told_by(*stands: tuple[float, int], goal: int = 100_000) -> list[str]:
    watch, told = Watch(), list[str]()
    pace = Pace("queue", told.append, elapsed=watch)
    pace.goal = {OWN: goal}
    for seconds, position in stands:
        watch.seconds = seconds
        pace.tell({OWN: position})
    return told


def test_a_line_names_how_far_how_fast_and_how_long() -> None:
    assert told_by((2, 40_000)) == ["queue: 40000 of 100000 events, 20000 events/s, 3 s left"]


def test_there_is_one_line_a_second_at_most() -> None:
    assert len(told_by((0.5, 1), (1.0, 2), (1.5, 3), (2.0, 4))) == 2


def test_nothing_is_left_at_the_end() -> None:
    assert told_by((10, 100_000))[0].endswith("10000 events/s, 0 s left")


def test_what_has_not_begun_takes_an_unknown_time() -> None:
    assert told_by((1, 0)) == ["queue: 0 of 100000 events, 0 events/s, some time left"]


def test_places_are_counted_over_all_partitions() -> None:
    assert distance({("a", 0): 3}, {("a", 0): 5, ("a", 1): 7}) == 9


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (42, "42 s"), (200, "3 min 20 s"), (7_530, "2 h 5 min")],
)
def test_a_length_of_time_is_said_in_two_units_at_most(seconds: float, said: str) -> None:
    assert duration(seconds) == said
