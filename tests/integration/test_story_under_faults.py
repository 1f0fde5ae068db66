"""The story with every service killed on the way, and Kafka away: nothing changes in the outcome.

Two whole platforms run one after the other, each at the story's own moment: one is left in peace,
on the other each service is killed with SIGKILL while it is needed and Kafka is stopped.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from infra.local.places import ROOT, Places
from infra.local.supervision import interface

KAFKA_AWAY_SECONDS = float(os.environ.get("KAFKA_AWAY_SECONDS", "20"))
APIS = ("registry", "policy", "concierge", "matching")
DONE = re.compile(r"^\s*(?P<name>[a-z]+\.[a-z-]+\.v\d+)  (?P<service>\w+):\d+  (?P<place>\S+)$")


class Stage:
    """One platform with the story played on it, line by line."""

    def __init__(self, folder: Path, *, base: int) -> None:
        self.base = base
        self.places = Places(local=folder / "story")
        self._told = {**os.environ, "CONCORD_LOCAL": str(folder), "CONCORD_PORT_BASE": str(base)}
        self.health: dict[str, list[int]] = {api: [] for api in APIS}

    def play(self, meanwhile: "Mapping[str, Callable[[Stage], None]]") -> list[str]:
        """Every line it prints; `meanwhile` says what is done to it when a line says so."""
        left = dict(meanwhile)
        lines: list[str] = []
        for line in self._lines():
            lines.append(line)
            for sign in [sign for sign in left if sign in line]:
                left.pop(sign)(self)
        assert not left, f"these moments never came: {sorted(left)}\n{''.join(lines[-40:])}"
        return lines

    def _lines(self) -> Iterator[str]:
        with subprocess.Popen(
            [sys.executable, "-m", "infra.local", "story"],
            cwd=ROOT,
            env=self._told,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            yield from process.stdout
        assert process.returncode == 0, "the story did not come to its end"

    def kill(self, name: str) -> None:
        """SIGKILL; the supervisor starts it again."""
        with interface(self.places) as calls:
            os.kill(calls.getProcessInfo(name)["pid"], signal.SIGKILL)

    def without_kafka(self) -> None:
        """Stop Kafka for a while, and ask every API meanwhile."""
        with interface(self.places) as calls:
            calls.stopProcess("kafka")
        threading.Thread(target=self._watch_until_kafka_is_back, daemon=True).start()

    def _watch_until_kafka_is_back(self) -> None:
        end = time.monotonic() + KAFKA_AWAY_SECONDS
        tick = threading.Event()
        while time.monotonic() < end:
            for api in APIS:
                self.health[api].append(self._status(api))
            tick.wait(1)
        with interface(self.places) as calls:
            calls.startProcess("kafka")

    def _status(self, api: str) -> int:
        port = (
            self.base + 200 + {"registry": 10, "policy": 11, "concierge": 12, "matching": 13}[api]
        )
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            return int(answer.status)


def killing(name: str) -> Callable[[Stage], None]:
    return lambda stage: stage.kill(name)


def outcome(lines: list[str]) -> list[tuple[str, str, str]]:
    """Every event of the arrival: its name, its service, its stream and version."""
    found = (DONE.match(line.rstrip()) for line in lines)
    return sorted((m["name"], m["service"], m["place"]) for m in found if m)


def answers(lines: list[str]) -> list[str]:
    """What the talents were told: every policy's state and why, the packages, the matches."""
    return [
        line.rstrip()
        for line in lines
        if re.match(r"^    [\s\w+-]", line) and "answers" not in line
    ]


@pytest.mark.timeout(560)
@pytest.mark.xdist_group("story")
def test_killing_every_service_and_stopping_kafka_changes_nothing(tmp_path: Path) -> None:
    calm = Stage(tmp_path / "calm", base=9400).play({})
    stormy_stage = Stage(tmp_path / "stormy", base=9800)
    stormy = stormy_stage.play(
        {
            "registered as": killing("registry"),
            "recorded:": killing("policy"),
            "verified: highest_degree": killing("matching"),
            "verified: degree_verified": Stage.without_kafka,
            "best lawful package": killing("concierge"),
            "matches (": killing("ops"),
        }
    )
    assert outcome(calm), "the story printed no event"
    assert outcome(stormy) == outcome(calm)
    assert [a for a in answers(stormy) if "(" not in a] == [
        a for a in answers(calm) if "(" not in a
    ]
    for api, seen in stormy_stage.health.items():
        assert seen, api
        assert set(seen) == {200}, f"{api} did not answer while Kafka was away"
