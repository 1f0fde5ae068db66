"""What is typed without its object is told how to say it, before anything is started."""

import shutil
import subprocess

import pytest

from infra.local.places import ROOT

ASKS_WHICH = {
    "trace": "ID=",
    "rebuild": "NAME=concierge.queue",
    "switch-back": "NAME=concierge.queue",
    "follow-anew": "NAME=matching.proposal",
    "parked": "SERVICE=concierge",
    "restored": "SERVICE=registry",
}


def make(*asked: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make") or "make"
    return subprocess.run([program, *asked], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("target", "example"), ASKS_WHICH.items())
def test_what_needs_an_object_says_which(target: str, example: str) -> None:
    refused = make("--dry-run", target)
    assert refused.returncode != 0
    assert f"say which: make {target}" in refused.stderr
    assert example in refused.stderr


def test_with_its_object_it_is_done() -> None:
    told = make("--dry-run", "rebuild", "NAME=concierge.queue")
    assert told.returncode == 0
    assert "services.concierge rebuild queue" in told.stdout


def test_help_lists_every_target_in_a_group() -> None:
    told = make("help")
    groups = [line for line in told.stdout.splitlines() if line and not line.startswith(" ")]
    assert len(groups) >= 3
    for target in ("run", "reset", "test", "e2e", "check", "fmt", "contracts", "bench", "story"):
        assert f"  make {target} " in told.stdout
