"""Every library that is imported is declared, pinned, and has its row in ADR 17."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from infra.local.places import ROOT

OURS = frozenset({"events", "services", "infra", "contracts", "tests"})
RUNNING = ("events", "services", "infra")
FOR_CHECKS = ROOT / "infra/check"
"""Run by developers only, with their tools."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ADR = (ROOT / "docs/adr/0017-dependencies.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<names>[\w*-]+(?:, [\w*-]+)*) \|", re.MULTILINE)


def named(requirement: str) -> str:
    """The name of a library as package indexes write it."""
    (name,) = re.findall(r"^[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", name).lower()


DECLARED = frozenset(map(named, PROJECT["dependencies"]))
FOR_DEVELOPERS = frozenset(map(named, PROJECT["optional-dependencies"]["dev"]))


@cache
def imported(file: Path) -> frozenset[str]:
    """The packages that are neither ours nor Python's own."""
    found = (_names(node) for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    packages = {name.partition(".")[0] for names in found for name in names}
    return frozenset(packages - OURS - sys.stdlib_module_names)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


@cache
def homes() -> Mapping[str, Sequence[str]]:
    """The libraries that each package comes with."""
    return packages_distributions()


def undeclared(files: Iterable[Path], declared: frozenset[str]) -> set[str]:
    """Imports of what comes along with something else today, and may not tomorrow."""
    return {
        f"{package} in {file.name}"
        for file in files
        for package in imported(file)
        if declared.isdisjoint(map(named, homes().get(package, [])))
    }


def files_of(*rooms: str) -> list[Path]:
    return [file for room in rooms for file in (ROOT / room).rglob("*.py")]


def test_what_runs_imports_only_what_is_declared() -> None:
    running = [file for file in files_of(*RUNNING) if not file.is_relative_to(FOR_CHECKS)]
    assert undeclared(running, DECLARED) == set()


def test_what_developers_run_imports_only_what_is_declared() -> None:
    assert undeclared(files_of(*OURS), DECLARED | FOR_DEVELOPERS) == set()


def test_a_library_that_only_comes_along_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("import os\nimport pluggy\nfrom greenlet import greenlet\n", encoding="utf-8")
    found = undeclared([file], DECLARED | FOR_DEVELOPERS)
    assert found == {"pluggy in module.py", "greenlet in module.py"}


@pytest.mark.parametrize("library", sorted(DECLARED))
def test_a_library_has_its_row(library: str) -> None:
    rows = [named(name) if "*" not in name else name for name in names_in(ADR)]
    assert any(fnmatch(library, name) for name in rows)


def names_in(adr: str) -> list[str]:
    return [name for row in ROW.finditer(adr) for name in row["names"].split(", ")]


def test_a_library_without_a_row_is_noticed() -> None:
    assert "leftpad" not in names_in(ADR)
    assert "leftpad" in names_in(f"{ADR}\n| leftpad, httpx | spaces | nobody; none | none |\n")


@pytest.mark.parametrize(
    ("lock", "declared"),
    [("requirements.txt", DECLARED), ("requirements-dev.txt", DECLARED | FOR_DEVELOPERS)],
)
def test_every_declared_library_is_pinned(lock: str, declared: frozenset[str]) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = {named(line) for line in text.splitlines() if re.match(r"[\w.-]+==", line)}
    assert declared - pinned == set()
