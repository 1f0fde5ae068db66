"""Whatever goes wrong on the way, the arrival ends as if nothing had: the second hundred seeds."""

import pytest

from tests.simulation.hundred import faults_in, never_happened
from tests.simulation.many import judged_here
from tests.simulation.verdict import Verdict

SEEDS = range(101, 201)


@pytest.fixture(scope="module")
def verdicts(quiet: None) -> list[Verdict]:
    return [judged_here(seed) for seed in SEEDS]


@pytest.mark.timeout(900)
def test_every_seed_ends_as_the_calm_run_does(verdicts: list[Verdict]) -> None:
    assert faults_in(verdicts) == {}


def test_every_mishap_happened_at_every_kind_of_step(verdicts: list[Verdict]) -> None:
    assert never_happened(verdicts) == set()
