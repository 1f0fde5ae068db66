"""The longest files of tests are handed out first, so that none of them is left to run alone."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.turns import LONGEST, turn

TESTS = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Found:
    nodeid: str


def test_the_long_ones_begin_and_the_others_stay_as_they_were_found() -> None:
    others = [Found("tests/unit/test_b.py::test_b[x::y]"), Found("tests/unit/test_a.py::test_a")]
    long = [Found(f"tests/{file}::test_{name}") for file in LONGEST for name in "ba"]
    mixed = [others[0], *long[2:], *long[:2], others[1]]
    assert sorted(mixed, key=turn) == [*long, *others]


@pytest.mark.parametrize("file", LONGEST)
def test_who_is_to_begin_is_there(file: str) -> None:
    assert (TESTS / file).is_file()
