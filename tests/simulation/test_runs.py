"""One seed is one run, wherever it is played; and the calm one is the whole story."""

import os
from contextlib import nullcontext

import pytest

from events.sourcing.types import Context
from services.policy.dictionaries.dictionary import Dictionary
from services.policy.dictionaries.kept import Dictionaries
from tests.simulation import play as playing
from tests.simulation.__main__ import main
from tests.simulation.many import judged
from tests.simulation.play import Run, play, play_calmly
from tests.simulation.world import World

ANY = 7

TOLD = (
    "ticket.rated.v1",
    "ticket.first-response-breached.v1",
    "ticket.resolution-breached.v1",
    "talent.erasure-completed.v1",
    "ticket.forgotten.v1",
    "policy.published.v1",
    "demand.closed.v1",
)


@pytest.fixture(scope="module")
def run(world: World, calm: Run) -> Run:
    return play(world, ANY, calm.steps)


def test_the_calm_run_loses_nothing_and_tells_the_whole_story(calm: Run) -> None:
    assert calm.flaws == []
    told = " ".join(line for lines in calm.state.values() for line in lines)
    for happened in TOLD:
        assert happened in told


def test_one_seed_is_one_run(world: World, calm: Run, run: Run) -> None:
    again, other = (play(world, seed, calm.steps) for seed in (ANY, ANY + 1))
    assert run.trace.lines == again.trace.lines
    assert run.trace.digest() != other.trace.digest()


def test_what_is_answered_once_for_all_runs_is_answered_alike_each_time(
    world: World, calm: Run, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "each_question_once", nullcontext)
    anew = play(world, ANY, calm.steps)
    assert anew.trace.lines == run.trace.lines
    assert anew.digest == run.digest


def test_a_seed_is_the_same_run_in_another_process_with_other_hashes(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    monkeypatch.setenv("PYTHONHASHSEED", other)
    (elsewhere,) = judged([ANY])
    assert elsewhere.trace == run.trace.digest()


def test_a_receipt_whose_dictionary_was_not_recorded_is_found_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unrecorded(kept: Dictionaries, text: bytes, _: Context) -> Dictionary:
        found = Dictionary(text)
        kept._lately.keep(found.digest, found)
        return found

    monkeypatch.setattr(Dictionaries, "keep", unrecorded)
    assert any("no dictionary" in flaw for flaw in play_calmly(world).flaws)


@pytest.mark.usefixtures("quiet")
def test_a_seed_that_is_asked_for_by_hand_is_the_same_run(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["seed", str(ANY)]) == 0
    assert run.trace.digest() in capsys.readouterr().out
