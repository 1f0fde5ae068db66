"""A newcomer's first set-up where something is missing: one problem, its remedy, nothing started.

Each is met in a process of its own, with an index, a proxy or a tool that is not there.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local.places import ROOT
from tests.support.recipe import copy_of_the_tree
from tests.support.stage import free_base

NOBODY = "http://127.0.0.1:9"
"""The port of nothing: whoever connects is refused at once."""

OLD_PYTHON = """\
import runpy, sys
sys.version_info = (3, 10, 12, "final", 0)
runpy.run_module("infra.local.bootstrap", run_name="__main__")
"""
JARS = """\
import sys
from pathlib import Path
from infra.local.jars import class_path
from infra.local.problem import Problem
try:
    class_path(Path(sys.argv[1]))
except Problem as problem:
    sys.exit(str(problem))
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh clone: nothing installed, nothing built."""
    left_out = ("static", "__pycache__")
    return copy_of_the_tree(tmp_path_factory.mktemp("fresh") / "clone", *left_out)


def python(folder: Path, *words: str, **setting: str) -> subprocess.CompletedProcess[str]:
    """Python there, told nothing of this machine but the PATH."""
    told = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), **setting}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )


def problem_in(ended: subprocess.CompletedProcess[str]) -> Mapping[str, str]:
    """What was said, which must be one problem with one remedy and no trace of the code."""
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line.startswith(("Problem:", "Remedy:"))]
    (what, remedy) = lines
    return {"what": what, "remedy": remedy, "all": ended.stderr}


def test_a_python_that_is_too_old_is_told_which_one_to_name(clone: Path) -> None:
    said = problem_in(python(clone, "-c", OLD_PYTHON))
    assert "this is Python 3.10" in said["what"]
    assert "make run PYTHON=python3.13" in said["remedy"]
    assert not (clone / ".venv").exists()


def test_the_sentence_can_be_read_by_much_older_pythons() -> None:
    text = (ROOT / "infra/local/bootstrap.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse("match text:\n    case _:\n        pass", feature_version=(3, 6))


def test_without_a_network_pip_is_not_left_to_speak_for_itself(clone: Path) -> None:
    offline = {"PIP_INDEX_URL": NOBODY, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    base = {"CONCORD_PORT_BASE": str(free_base())}
    said = problem_in(python(clone, "-m", "infra.local.bootstrap", "run", **offline, **base))
    assert "packages could not be installed" in said["what"]
    assert "connect" in said["remedy"]
    assert "nothing was started" in said["remedy"]
    assert not list(clone.glob(".venv/.installed-*"))
    assert not (clone / ".local/postgres").exists()


def test_without_a_network_the_first_jar_that_is_missing_is_named(tmp_path: Path) -> None:
    offline = {"HTTP_PROXY": NOBODY, "HTTPS_PROXY": NOBODY, "PYTHONPATH": str(ROOT)}
    lower = {name.lower(): value for name, value in offline.items()}
    said = problem_in(python(tmp_path, "-c", JARS, str(tmp_path / "jars"), **offline, **lower))
    assert "could not fetch" in said["what"]
    assert "connect" in said["remedy"]
    assert not (tmp_path / "jars/verified").exists()


def a_tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def test_where_npm_fails_its_last_lines_are_shown_with_the_remedy(
    clone: Path, tmp_path: Path
) -> None:
    a_tool(tmp_path, "node", "echo v22.1.0")
    a_tool(tmp_path, "npm", "echo 'npm error network request failed' >&2; exit 1")
    said = problem_in(python(clone, "-m", "infra.local", "assets", PATH=str(tmp_path)))
    assert "assets could not be built" in said["what"]
    assert "connect" in said["remedy"]
    assert "npm error network request failed" in said["all"]


def test_without_any_node_the_command_that_brings_one_is_named(clone: Path, tmp_path: Path) -> None:
    start = f"import sys, runpy; sys.path.insert(0, {str(clone)!r}); sys.argv = ['assets'];"
    start += "runpy.run_module('infra.assets', run_name='__main__')"
    # `-I -S`: the standard library alone, so the wheel is not there either.
    said = problem_in(python(clone, "-I", "-S", "-c", start, PATH=str(tmp_path)))
    assert "no Node 20" in said["what"]
    assert "make run" in said["remedy"]
