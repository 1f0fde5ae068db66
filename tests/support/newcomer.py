"""The copy of the tree in which a fifth service was made by the recipe of CONTRIBUTING.md."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.places import ROOT
from tests.support.recipe import LEANLY, copy_of_the_tree, follow, run_in, steps_of

RECIPE = steps_of("A fifth service")
ROOMS = ("tests/laws", "tests/contract")
NEWCOMER = re.compile(r"reception|window", re.IGNORECASE)
NEIGHBOUR = re.compile(r"feeds|feed\.|^feed$|EventListed", re.IGNORECASE)
"""What parameters say that speak of a service, its category, its events, its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """The tree with the fifth service; `before` is what stood, `gained` which tests it brought."""

    tree: Path
    before: Mapping[str, bytes]
    gained: frozenset[str]
    every: frozenset[str]

    def modules(self) -> list[str]:
        """The modules of the fifth service and of its tests."""
        added = files_of(self.tree).keys() - self.before.keys()
        return sorted(name for name in added if name.endswith(".py"))


def made_by_the_recipe(tree: Path) -> Newcomer:
    """Copy the tree to where nothing is yet, and follow the recipe there."""
    copy_of_the_tree(tree)
    _remember_types(tree)
    before, known = files_of(tree), collected(tree)
    follow(tree, RECIPE)
    every = collected(tree)
    return Newcomer(tree=tree, before=before, gained=every - known, every=every)


def _remember_types(tree: Path) -> None:
    """What mypy knows from `make check`; it looks itself whether that still holds."""
    if (known := ROOT / ".mypy_cache").exists():
        shutil.copytree(known, tree / known.name)


def files_of(tree: Path) -> dict[str, bytes]:
    """Every file that somebody wrote, with what it says."""
    found = (path for path in tree.rglob("*") if path.is_file())
    named = {str(path.relative_to(tree)): path for path in found}
    return {name: path.read_bytes() for name, path in named.items() if not _is_made(name)}


def _is_made(name: str) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in Path(name).parts)


def collected(tree: Path) -> frozenset[str]:
    """The ids of the laws and the contract tests as pytest finds them there."""
    listed = run_in(tree, "pytest", *LEANLY, "--collect-only", *ROOMS)
    assert listed.returncode == 0, listed.stdout + listed.stderr
    return frozenset(line for line in listed.stdout.splitlines() if "::" in line)


def functions_about(ids: frozenset[str], words: re.Pattern[str]) -> set[str]:
    """The tests of which a parameter says one of these words."""
    split = (one.removesuffix("]").partition("[") for one in ids)
    return {name for name, _, said in split if words.search(said)}
