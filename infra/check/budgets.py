"""Measures modules, functions and parameters: a warning over the aim, a failure over the bound."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from infra.local.places import ROOT

ROOMS = ("events", "services", "infra", "contracts", "tests")

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Above `look` a reader looks hard; above `bound` the check fails."""

    what: str
    look: int
    bound: int


MODULE = Budget(what="lines in the module", look=250, bound=400)
FUNCTION = Budget(what="lines in the function", look=25, bound=60)
PARAMETERS = Budget(what="parameters", look=6, bound=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    where: str
    size: int
    budget: Budget

    @property
    def fails(self) -> bool:
        return self.size > self.budget.bound

    def __str__(self) -> str:
        return f"{self.where}: {self.size} {self.budget.what} (look at {self.budget.look})"


def over_budget(root: Path) -> list[Measure]:
    """What lies over the aim, the largest excess first."""
    found = [
        measure
        for room in ROOMS
        for file in sorted((root / room).rglob("*.py"))
        for measure in _measure(file, root)
        if measure.size > measure.budget.look
    ]
    return sorted(found, key=lambda one: one.size / one.budget.look, reverse=True)


def _measure(file: Path, root: Path) -> Iterator[Measure]:
    text = file.read_text(encoding="utf-8")
    name = str(file.relative_to(root))
    yield Measure(where=name, size=len(text.splitlines()), budget=MODULE)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            where = f"{name}:{node.lineno} {node.name}"
            yield Measure(where=where, size=_lines(node), budget=FUNCTION)
            yield Measure(where=where, size=_parameters(node), budget=PARAMETERS)


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _parameters(function: Function) -> int:
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def main() -> int:
    measures = over_budget(ROOT)
    for measure in measures:
        print(f"{'FAILS ' if measure.fails else 'look  '}{measure}")
    return any(measure.fails for measure in measures)


if __name__ == "__main__":
    sys.exit(main())
