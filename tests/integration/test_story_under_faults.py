"""The story with every process killed on the way, and Kafka away: nothing changes in the outcome.

On a whole platform, at the story's own moment, every process is killed with SIGKILL, and Kafka is
killed and kept down while the story goes on. What comes of it is held against the same services on
the same world, in one process that nothing happens to, without PostgreSQL and without Kafka.
`make test` begins with it, beside the other tests; KAFKA_AWAY_SECONDS says how long Kafka is gone.
"""

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local.ports import discovered_services
from infra.world.causes import loose_ends
from infra.world.story import SERVICES
from tests.simulation.undisturbed import Undisturbed, undisturbed
from tests.support.outcome import (
    ARRIVALS,
    COMMANDS,
    PAGES,
    QUESTIONS,
    Asked,
    Event,
    Outcome,
    matters_of,
    outcome_of,
    run_errands,
)
from tests.support.stage import PROCESSES, Deed, Stage

KAFKA_AWAY_SECONDS = float(os.environ.get("KAFKA_AWAY_SECONDS", "60"))


def killing(*names: str) -> Deed:
    def kill(stage: Stage) -> None:
        for name in names:
            stage.kill(name)

    return kill


def killing_once_kafka_is_back(*names: str) -> Deed:
    """While it is away every API is asked, and must answer."""

    def kill(stage: Stage) -> None:
        stage.wait_for(lambda: not stage.is_down("kafka"))
        killing(*names)(stage)

    return kill


KILLS: Mapping[str, Deed] = {
    "registered as": killing("registry", "feeds"),
    "recorded:": killing("policy"),
    "verified: highest_degree": killing("matching", "portal", "console"),
    "best lawful package": killing_once_kafka_is_back("concierge"),
    "matches (": killing_once_kafka_is_back("ops", "ops-worker"),
}
ONE_TREE_EACH: Mapping[str, list[str]] = {matter: [] for matter in ARRIVALS}
ASK_AGAIN_SECONDS = 3


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    kek_file = tmp_path_factory.mktemp("calm") / "kek"
    kek_file.write_bytes(b"k" * 32)
    with undisturbed(kek_file) as platform:
        yield platform


@pytest.fixture(scope="module")
def expected(calm: Undisturbed) -> Outcome:
    """What the story comes to where nothing happens to anybody."""
    return outcome_of_whole(calm, calm.matters())


def test_no_service_is_left_out_when_all_are_asked() -> None:
    assert {service for service, *_ in (*QUESTIONS, *PAGES)} == set(discovered_services())
    assert {service for service, *_ in COMMANDS} == SERVICES


@pytest.mark.timeout(900)
def test_killing_every_process_and_keeping_kafka_down_changes_nothing(
    tmp_path: Path, expected: Outcome
) -> None:
    stage = Stage(tmp_path / "stage")
    outcome = play(stage)
    assert stage.killed == {*PROCESSES, "kafka"}
    assert len(expected["events"]) > len(COMMANDS)
    for part in expected:
        assert outcome[part] == expected[part], part


def test_a_command_that_is_carried_out_twice_changes_the_outcome(
    calm: Undisturbed, expected: Outcome
) -> None:
    """The negative control: that a key was forgotten over a crash is not overlooked."""
    calm.give_again("concierge")
    outcome = outcome_of_whole(calm, calm.matters())
    assert {part for part in expected if outcome[part] != expected[part]} == {"events", "tickets"}


def play(stage: Stage) -> Outcome:
    """What came of the story, with something else asked of the services beside it."""
    with ThreadPoolExecutor(1) as beside:
        asked: list[Future[None]] = []

        def begin(stage: Stage) -> None:
            stage.wait_until_well()
            asked.append(beside.submit(errands_without_kafka, stage))
            stage.wait_for(lambda: asked[0].done() or stage.is_down("kafka"))

        with stage.played({"verified: degree_verified": begin, **KILLS}):
            asked[0].result()
            stage.wait_until_well()
            return outcome_of_whole(stage, matters_of(stage))


def outcome_of_whole(platform: Asked, matters: Mapping[str, Sequence[Event]]) -> Outcome:
    """Of a platform on which every arrival is one tree of causes."""
    assert {matter: loose_ends(matters[matter]) for matter in ARRIVALS} == ONE_TREE_EACH
    return outcome_of(platform, matters)


def errands_without_kafka(stage: Stage) -> None:
    """Kill Kafka, and ask every service again and again, last when it may come back."""
    stage.kill_and_keep_down("kafka")
    end, between = time.monotonic() + KAFKA_AWAY_SECONDS, threading.Event()
    try:
        receipts = run_errands(stage)
        while time.monotonic() < end:
            between.wait(ASK_AGAIN_SECONDS)
            assert run_errands(stage) == receipts
        assert stage.is_down("kafka")
    finally:
        stage.bring_back("kafka")
