"""The longest files of tests are handed out first, so that none of them is left to run alone."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.turns import LONGEST, longest, timed, turn

TESTS = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Found:
    nodeid: str
    duration: float = 0.0


def test_the_long_ones_begin_and_the_others_stay_as_they_were_found() -> None:
    others = [Found("tests/unit/test_b.py::test_b[x::y]"), Found("tests/unit/test_a.py::test_a")]
    long = [Found(f"tests/{file}::test_{name}") for file in LONGEST for name in "ba"]
    mixed = [others[0], *long[2:], *long[:2], others[1]]
    assert sorted(mixed, key=turn) == [*long, *others]


@pytest.mark.parametrize("file", LONGEST)
def test_who_is_to_begin_is_there(file: str) -> None:
    assert (TESTS / file).is_file()


def test_what_a_file_took_is_what_all_of_its_parts_took() -> None:
    noted: list[list[object]] = [
        [Found("tests/a.py::test_1", 2.0), Found("tests/b.py::test_1", 4.0)],
        ["a warning", Found("tests/a.py::test_2[tests/b.py::x]", 3.0)],
        [Found("tests/c.py::test_1", 1.0)],
    ]
    assert longest(timed(noted), most=2) == [("a.py", 5.0), ("b.py", 4.0)]
