"""Makes the virtual environment and installs what a lock file pins, with hashes, once per lock."""

import hashlib
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from infra.local.places import ROOT, VENV
from infra.local.problem import Problem
from infra.local.progress import Progress

FOLDER = ROOT / VENV
VENV_PYTHON = FOLDER / "bin" / "python"

# The second file holds everything the first one does, at the same versions.
CONTAINS = {
    "requirements.txt": ("requirements.txt",),
    "requirements-dev.txt": ("requirements-dev.txt", "requirements.txt"),
}

SAY_EVERY_SECONDS = 5


def install(lock: str, progress: Progress, *, python: Callable[[], str]) -> None:
    """Once for each lock; `python` says which one makes the environment, where there is none."""
    if _marker(lock).exists() and _marker(lock).read_text(encoding="ascii") == _digest(lock):
        return
    if not _works(VENV_PYTHON):
        with progress.step("virtual environment in .venv"):
            _make_venv(python(), progress)
    with progress.step(f"packages of {lock}, checked against their hashes"):
        _pip_install(lock, progress)
    for contained in CONTAINS[lock]:
        _marker(contained).write_text(_digest(contained), encoding="ascii")


def _marker(lock: str) -> Path:
    return FOLDER / f".installed-{lock}"


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _works(python: Path) -> bool:
    """A copied or half-made environment does not count."""
    if not python.exists():
        return False
    asked = subprocess.run(
        [str(python), "-m", "pip", "--version"], capture_output=True, check=False
    )
    return asked.returncode == 0


def _make_venv(python: str, progress: Progress) -> None:
    progress.say(f"    Python: {python}")
    made = subprocess.run(
        [python, "-m", "venv", "--clear", str(FOLDER)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise Problem(
            f"{python} cannot make a virtual environment",
            remedy="install its venv module (Debian and Ubuntu: apt-get install python3-venv), "
            "or name another Python: make run PYTHON=python3",
            details=made.stdout + made.stderr,
        )


def _pip_install(lock: str, progress: Progress) -> None:
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar=off", "--require-hashes", "-r", str(ROOT / lock)]
    lines = _run_and_tell(command, pinned=_count_pins(lock), progress=progress)
    if lines:
        raise Problem(
            "the packages could not be installed",
            remedy="the first set-up needs the network: connect (or set the usual proxy variables) "
            "and run the command again; nothing was started",
            details="\n".join(lines[-8:]),
        )


def _count_pins(lock: str) -> int:
    return (ROOT / lock).read_text(encoding="utf-8").count("==")


def _run_and_tell(command: list[str], *, pinned: int, progress: Progress) -> list[str]:
    """Run pip, saying now and then how far it is; returns what it said if it failed."""
    said_at = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line.rstrip())
            if time.monotonic() - said_at > SAY_EVERY_SECONDS:
                said_at = time.monotonic()
                progress.say(f"    {_how_far(lines, pinned)}")
    return [*lines, f"pip ended with {pip.returncode}"] if pip.returncode else []


def _how_far(lines: list[str], pinned: int) -> str:
    if any(line.startswith("Installing collected packages") for line in lines):
        return f"unpacking {pinned} packages"
    collected = sum(line.startswith("Collecting ") for line in lines)
    return f"fetched {collected} of about {pinned}"
