"""Whatever goes wrong on the way, the arrival ends as if nothing had."""

import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from infra.local.places import ROOT
from tests.simulation.fate import MISHAPS
from tests.simulation.make import BROKEN, Make
from tests.simulation.many import judged, quietly
from tests.simulation.play import Run, make_world, play, play_calmly
from tests.simulation.verdict import Verdict, differences, judge
from tests.simulation.world import World

SEEDS = range(1, 201)
"""As many as take a minute and a half on two cores; `make simulate` plays as many as you like."""

ANY = 7


@pytest.fixture(scope="module", autouse=True)
def _quietly() -> Iterator[None]:
    """What the services say about mishaps is of no interest here."""
    quietly()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    kek_file = tmp_path_factory.mktemp("keys") / "kek"
    kek_file.write_bytes(b"k" * 32)
    return make_world(kek_file)


@pytest.fixture(scope="module")
def calm(world: World) -> Run:
    return play_calmly(world)


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return list(judged(SEEDS))


@pytest.mark.timeout(1800)
def test_every_seed_ends_as_the_calm_run_does(verdicts: list[Verdict]) -> None:
    assert {verdict.seed: verdict.faults for verdict in verdicts if verdict.faults} == {}


def test_every_mishap_happened_at_every_kind_of_step(verdicts: list[Verdict]) -> None:
    happened = Counter(mishap for verdict in verdicts for mishap in verdict.mishaps)
    possible = {(step, what) for step, mishaps in MISHAPS.items() for what in mishaps}
    assert possible - happened.keys() == set()


def test_the_calm_run_loses_nothing_and_tells_the_whole_story(calm: Run) -> None:
    assert calm.flaws == []
    told = " ".join(line for lines in calm.state.values() for line in lines)
    for happened in TOLD:
        assert happened in told


def test_one_seed_is_one_run(world: World, calm: Run) -> None:
    first, again, other = (play(world, seed, calm.steps) for seed in (ANY, ANY, ANY + 1))
    assert first.trace.lines == again.trace.lines
    assert first.trace.digest() != other.trace.digest()


def test_a_seed_is_the_same_run_in_another_process_with_other_hashes() -> None:
    said = {_said_elsewhere(hash_seed) for hash_seed in ("1", "2")}
    assert len(said) == 1


def _said_elsewhere(hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "seed", str(ANY)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN.keys())
def test_a_platform_that_breaks_a_promise_fails_under_some_seed(
    world: World, calm: Run, make: Make
) -> None:
    found = play_calmly(world, make=make)
    assert [*found.flaws, *differences(calm, found)] == [], "it must be the mishaps that show it"
    failing = (seed for seed in SEEDS if judge(world, calm, seed, make=make).faults)
    assert next(failing, None) is not None


TOLD = (
    "ticket.rated.v1",
    "ticket.first-response-breached.v1",
    "ticket.resolution-breached.v1",
    "talent.erasure-completed.v1",
    "ticket.forgotten.v1",
    "policy.published.v1",
    "demand.closed.v1",
)
