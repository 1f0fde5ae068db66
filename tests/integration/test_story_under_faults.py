"""The story with every process killed on the way, and Kafka away: nothing changes in the outcome.

Two whole platforms run one after the other, each at the story's own moment: one is left in peace;
on the other every process is killed with SIGKILL, and Kafka is killed and kept down while the
story goes on. `make test` begins with it, beside the other tests; KAFKA_AWAY_SECONDS says how long
Kafka is gone.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local.ports import discovered_services
from infra.world.causes import loose_ends
from infra.world.story import SERVICES
from tests.support.outcome import (
    ARRIVALS,
    COMMANDS,
    PAGES,
    QUESTIONS,
    Outcome,
    matter_of,
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


def test_no_service_is_left_out_when_all_are_asked() -> None:
    assert {service for service, *_ in (*QUESTIONS, *PAGES)} == set(discovered_services())
    assert {service for service, *_ in COMMANDS} == SERVICES


@pytest.mark.timeout(900)
def test_killing_every_process_and_keeping_kafka_down_changes_nothing(tmp_path: Path) -> None:
    calm, stormy = Stage(tmp_path / "calm"), Stage(tmp_path / "stormy")
    undisturbed = play(calm, dict.fromkeys(KILLS, leave_in_peace), run_errands)
    outcome = play(stormy, KILLS, errands_without_kafka)
    assert stormy.killed == {*PROCESSES, "kafka"}
    assert len(undisturbed["events"]) > len(COMMANDS)
    for part, expected in undisturbed.items():
        assert outcome[part] == expected, part


def leave_in_peace(_: Stage) -> None:
    """The calm platform hears the same cues."""


def play(stage: Stage, cues: Mapping[str, Deed], meanwhile: Callable[[Stage], object]) -> Outcome:
    """What came of the story, with something else asked of the services beside it."""
    with ThreadPoolExecutor(1) as beside:
        asked: list[Future[object]] = []

        def begin(stage: Stage) -> None:
            stage.wait_until_well()
            asked.append(beside.submit(meanwhile, stage))
            stage.wait_for(lambda: asked[0].done() or stage.is_down("kafka"))

        with stage.played({"verified: degree_verified": begin, **cues}):
            asked[0].result()
            stage.wait_until_well()
            assert {name: loose_ends(matter_of(stage, name)) for name in ARRIVALS} == ONE_TREE_EACH
            return outcome_of(stage)


def errands_without_kafka(stage: Stage) -> None:
    """Kill Kafka, and ask every service again and again until Kafka may come back."""
    stage.kill_and_keep_down("kafka")
    end, between = time.monotonic() + KAFKA_AWAY_SECONDS, threading.Event()
    try:
        receipts = run_errands(stage)
        while time.monotonic() < end:
            assert run_errands(stage) == receipts
            between.wait(1)
        assert stage.is_down("kafka")
    finally:
        stage.bring_back("kafka")
