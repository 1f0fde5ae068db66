"""Which Python makes the virtual environment: the newest here, or another that is quicker.

How it was built decides more than its version does: a 3.11 built with a compiler that had watched
it work (Debian's) did this project's work with less of the processor than a 3.13 that was not, and
that one with less than a 3.11 of its own kind. No Python tells that reliably of itself (Debian's
reports the settings of another of its builds), so each does a small piece of work.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

TRIED = ("3.13", "3.12", "3.11")
"""Newest first. One that the packages were never tried with is taken only where it is named."""

CLEARLY = 0.85
"""Another Python is taken where it needs less than this of the time of the one chosen before it."""

TURNS = 2
"""How often each is measured, in turns with the others: a shared machine changes its pace."""

PATIENCE_SECONDS = 20
"""One that has not answered by then never will: it may ask somebody a question of its own."""

HOW_QUICK = Path(__file__).with_name("how_quick.py")

# A Python that was built without some library of the system lacks one of these; for one that is not
# out yet, or has no global lock, there are no packages.
_NEEDS = """
import bz2, ctypes, ensurepip, lzma, os, sqlite3, ssl, sys, sysconfig, venv, zlib
print(os.path.realpath(sys.executable))
is_final = sys.version_info.releaselevel == "final"
sys.exit(not is_final or bool(sysconfig.get_config_var("Py_GIL_DISABLED")))
"""


def choose_python(environment: Mapping[str, str] = os.environ) -> str:
    """Of those on the path and of pyenv that are whole; the one that runs where there is none.

    What is on the path may be a name that leads nowhere, as pyenv leaves them: so each is asked.
    """
    found = _whole_ones(environment)
    if len(found) <= 1:
        return next(iter(found), sys.executable)
    taken = _measured(found)
    chosen = found[0]
    for other in found[1:]:
        if taken[other] < CLEARLY * taken[chosen]:
            chosen = other
    return chosen


def _whole_ones(environment: Mapping[str, str]) -> list[str]:
    """The newest version first, of one in the order found; each once, under all its names."""
    found: dict[str, str] = {}
    for version in TRIED:
        for name in _named(version, environment):
            if identity := _ask(name, "-c", _NEEDS):
                found.setdefault(identity, name)
    return list(found.values())


def _named(version: str, environment: Mapping[str, str]) -> Iterator[str]:
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        yield sys.executable
    name = f"python{version}"
    for folder in os.get_exec_path(environment):
        if found := shutil.which(name, path=folder):
            yield found
    root = environment.get("PYENV_ROOT") or Path(environment.get("HOME", "/")) / ".pyenv"
    for one in sorted(Path(root).glob(f"versions/{version}.*/bin/{name}"), key=_patch):
        yield str(one)


def _patch(python: Path) -> int:
    """So that the newest patch comes first, and what is none, like `3.13.0rc2`, last."""
    patch = python.parents[1].name.rpartition(".")[2]
    return -int(patch) if patch.isdigit() else 1


def _measured(pythons: list[str]) -> dict[str, float]:
    """The least seconds of the processor that each needed; endless for one that could not."""
    taken = dict.fromkeys(pythons, float("inf"))
    for _turn in range(TURNS):
        for python in pythons:
            taken[python] = min(taken[python], _seconds(_ask(python, str(HOW_QUICK))))
    return taken


def _seconds(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        return float("inf")


def _ask(python: str, *arguments: str) -> str:
    """The last line it says; nothing where it does not run, not in time, or not to a good end."""
    try:
        asked = subprocess.run(
            [python, "-I", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip().rpartition("\n")[2] if asked.returncode == 0 else ""
