"""Follows a recipe of CONTRIBUTING.md in a copy of the tree: what is written there is what is done.

A block goes into the file that the sentence above it names first: a new one, or one that stands,
`below` a line of it or `at its end`. A block of `sh` is run.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.places import ROOT
from tests.support.warm import begun_warm, run_warm

LEFT_BEHIND = (".*", "node_modules", "screenshots")
# Plain assertions, because a library that is in memory already cannot be read by Pytest anew.
LEANLY = ("-q", "--assert=plain", "-p", "no:cacheprovider")
FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"```(?P<kind>[a-z]+)\n(?P<text>.*)```", re.DOTALL)
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
PLACE = re.compile(r"`(?P<file>[^`]+)`(?:, (?P<end>at its end)|, below `(?P<below>[^`]+)`)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One block, with the sentence that says what to do with it."""

    said: str
    kind: str
    text: str


def copy_of_the_tree(to: Path, *without: str) -> Path:
    """Everything but what is hidden and built, and what it shall be without."""
    shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(*LEFT_BEHIND, *without))
    return to


def steps_of(heading: str) -> list[Step]:
    """The blocks of one section, in their order."""
    steps, here, said = list[Step](), False, ""
    for part in FENCE.split((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
        if block := BLOCK.fullmatch(part):
            if here:
                steps.append(Step(said=said, **block.groupdict()))
            continue
        for line in HEADING.findall(part):
            here = line == heading
        said = _last_sentence(part)
    return steps


def follow(tree: Path, steps: Sequence[Step]) -> None:
    """Do what each step says, as somebody at a keyboard would."""
    for step in steps:
        if step.kind == "sh":
            _run(tree, step.text)
        else:
            _write(tree, step)


def told() -> dict[str, str]:
    """The environment of a program in the copy, which is no worker of this test run."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def run_in(tree: Path, *module: str, **setting: str) -> subprocess.CompletedProcess[str]:
    """`python -m MODULE …` in the copy, with the packages of this run."""
    return run_warm(tree, module, told() | setting)


def pytest_in(tree: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    """Pytest in the copy; `PASSED <id>` or `FAILED <id>` is a line for each test."""
    return run_in(tree, "pytest", *LEANLY, "-rA", "--show-capture=no", *asked)


@contextmanager
def started_in(tree: Path, module: str, **setting: str) -> Iterator[None]:
    """`python -m MODULE` in the copy, until the block ends."""
    log = tree / f"{module}.log"
    process = begun_warm(tree, [module], told() | setting, log, log)
    try:
        yield
    finally:
        process.kill()
        process.join()


@contextmanager
def broken(tree: Path, file: str, old: str, new: str) -> Iterator[None]:
    """For a while `new` stands in the place of `old`."""
    with _kept(tree / file) as stood:
        if stood.count(old) != 1:
            raise ValueError(f"{file} does not say {old!r} once")
        (tree / file).write_text(stood.replace(old, new), encoding="utf-8")
        yield


@contextmanager
def missing(tree: Path, file: str) -> Iterator[None]:
    """For a while the file is not there."""
    with _kept(tree / file):
        (tree / file).unlink()
        yield


@contextmanager
def _kept(file: Path) -> Iterator[str]:
    stood = file.read_text(encoding="utf-8")
    try:
        yield stood
    finally:
        file.write_text(stood, encoding="utf-8")


def _last_sentence(prose: str) -> str:
    """The paragraph above a block."""
    return " ".join(prose.strip().rpartition("\n\n")[2].split())


def _run(tree: Path, commands: str) -> None:
    for line in commands.splitlines():
        program, *arguments = shlex.split(line)
        if program != "make":
            raise ValueError(f"no recipe needs {program}")
        # The packages are those of this run; making a second environment would prove nothing.
        given = ("-o", "setup-dev", f"VENV={sys.executable}", *arguments)
        done = _done(tree, program, *given)
        if done.returncode:
            raise ValueError(f"{line} failed:\n{done.stdout}{done.stderr}")


def _done(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=tree, env=told(), capture_output=True, text=True, check=False
    )


def _write(tree: Path, step: Step) -> None:
    place = PLACE.search(step.said)
    if place is None:
        raise ValueError(f"no file is named in {step.said!r}")
    file = tree / place["file"]
    stands = file.read_text(encoding="utf-8") if file.exists() else None
    if (stands is None) != (place["end"] is None and place["below"] is None):
        raise ValueError(f"{place['file']} stands already, or does not")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_with(stands, place["below"], step.text), encoding="utf-8")


def _with(stands: str | None, below: str | None, text: str) -> str:
    if stands is None or below is None:
        return (stands or "") + text
    lines = stands.splitlines(keepends=True)
    (at,) = [number for number, line in enumerate(lines, 1) if line.strip() == below]
    return "".join([*lines[:at], text, *lines[at:]])
