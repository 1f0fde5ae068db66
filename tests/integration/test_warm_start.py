"""A program that starts warm has the libraries in memory, and of ours what its tree says then."""

import os
import sys
from pathlib import Path

import pytest

import events
from infra.local.places import ROOT
from tests.support.warm import OURS, run_warm

PROGRAM = f"""\
import sys
print([name for name in sys.modules if name.partition(".")[0] in {set(OURS)}])
print("fastapi" in sys.modules)
import events
print(events.SAID)
sys.exit(3)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "events").mkdir()
    return tmp_path


def told_by(tree: Path, said: str) -> list[str]:
    """What the program says when the tree says this."""
    (tree / "events/__init__.py").write_text(f"SAID = {said!r}\n", encoding="utf-8")
    done = run_warm(tree, ["program"], os.environ)
    assert done.returncode == 3, done.stderr
    return done.stdout.splitlines()


def test_what_is_ours_is_read_from_the_tree_each_time(tree: Path) -> None:
    assert told_by(tree, "one") == ["[]", "True", "one"]
    assert told_by(tree, "another") == ["[]", "True", "another"]
    # Here another tree's package of this name is in memory.
    assert Path(str(sys.modules[events.__name__].__file__)).is_relative_to(ROOT)


def test_what_fails_says_why(tree: Path) -> None:
    done = run_warm(tree, ["missing"], os.environ)
    assert done.returncode == 1
    assert "No module named missing" in done.stderr
