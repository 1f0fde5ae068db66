"""The supervisor of the local platform: it restarts what is killed and names what cannot start."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from infra.local.checks import sole_run
from infra.local.places import Places
from infra.local.problem import Problem
from infra.local.program import Program
from infra.local.supervision import Supervision, start_supervision

STAYS = (
    "import os, pathlib, signal; pathlib.Path('pid').write_text(str(os.getpid())); signal.pause()"
)
ENDS = "import sys; sys.exit('the disk is on fire')"


def program(folder: Path, code: str, *, is_ready: Callable[[], bool]) -> Program:
    return Program(
        name="thing",
        command=(sys.executable, "-c", code),
        is_ready=is_ready,
        folder=folder,
        may_die_at_start=1,
    )


@contextmanager
def supervised(folder: Path, thing: Program) -> Iterator[Supervision]:
    places = Places(local=folder / ".local")
    with sole_run(places) as lock:
        supervision = start_supervision(places, [thing], environment=os.environ, lock=lock)
        try:
            supervision.start([thing])
            yield supervision
        finally:
            supervision.stop_everything([thing])


def wait(supervision: Supervision, thing: Program) -> None:
    supervision.wait_until_ready([thing], seconds=30, ready=lambda _program: None)


def written_pid(folder: Path) -> int:
    file = folder / "pid"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return int(text or "0")


def test_a_program_killed_without_warning_comes_back(tmp_path: Path) -> None:
    thing = program(tmp_path, STAYS, is_ready=lambda: written_pid(tmp_path) > 0)
    with supervised(tmp_path, thing) as supervision:
        wait(supervision, thing)
        first = written_pid(tmp_path)
        os.kill(first, signal.SIGKILL)
        again = program(tmp_path, STAYS, is_ready=lambda: written_pid(tmp_path) not in {0, first})
        wait(supervision, again)
        second = written_pid(tmp_path)
    assert not psutil.pid_exists(second)


def test_a_program_that_ends_at_start_is_shown_with_its_last_lines(tmp_path: Path) -> None:
    thing = program(tmp_path, ENDS, is_ready=lambda: False)
    with supervised(tmp_path, thing) as supervision, pytest.raises(Problem) as caught:
        wait(supervision, thing)
    assert "thing | the disk is on fire" in caught.value.details


def test_while_supervisor_lives_the_folder_is_held(tmp_path: Path) -> None:
    thing = program(tmp_path, STAYS, is_ready=lambda: written_pid(tmp_path) > 0)
    with supervised(tmp_path, thing) as supervision:
        wait(supervision, thing)
        with pytest.raises(Problem, match="running"), sole_run(supervision.places):
            pytest.fail("a second platform got the folder of the first")
    with sole_run(Places(local=tmp_path / ".local")):
        assert not (tmp_path / ".local" / "supervisor.sock").exists()
