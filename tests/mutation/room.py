"""`python -m tests.mutation.room ASKED FOUND`: tries the mutants of one room in one process."""

import json
import sys
from pathlib import Path
from random import Random
from typing import Any, TypedDict

import pytest

from infra.local.places import ROOT
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.trials import Trials


class Asked(TypedDict):
    """What is to be tried."""

    modules: list[str]
    tests: list[str]
    deselected: list[str]
    sample: int
    """So many mutants of a module at most; 0 for all."""
    seed: int
    """By which a sample is drawn, so that it can be drawn again."""
    only: list[list[str]] | None
    """The identities of mutants, where others are of no interest."""


class Found(TypedDict):
    """What came of it; `failed` names tests that fail without any mutant."""

    failed: list[str]
    mutants: list[dict[str, Any]]


def try_all(asked: Asked) -> Found:
    trials = Trials(ROOT, _mutants(asked), tell=_tell)
    arguments = [
        *asked["tests"],
        *(f"--deselect={name}" for name in asked["deselected"]),
        "-q",
        "-s",
        "--no-header",
        "-p",
        "no:cacheprovider",
    ]
    status = pytest.main(arguments, plugins=[trials])
    failed = trials.clean.failed or ([] if trials.verdicts else [f"pytest ended with {status}"])
    return Found(
        failed=failed,
        mutants=[_said(mutant, verdict) for mutant, verdict in trials.verdicts.items()],
    )


def _mutants(asked: Asked) -> list[Mutant]:
    """Of each module all of them, or a sample that is the same every time."""
    chosen: list[Mutant] = []
    only = None if asked["only"] is None else {tuple(one) for one in asked["only"]}
    for module in asked["modules"]:
        found = mutants_of(ROOT, module)
        if asked["sample"] and len(found) > asked["sample"]:
            found = Random(asked["seed"]).sample(found, asked["sample"])
        chosen += [one for one in found if only is None or one.identity in only]
    return sorted(chosen, key=lambda one: (one.module, one.line))


def _said(mutant: Mutant, verdict: str) -> dict[str, Any]:
    return {
        "module": mutant.module,
        "line": mutant.line,
        "place": mutant.place,
        "diff": mutant.diff,
        "verdict": verdict,
    }


def _tell(mutant: Mutant, verdict: str) -> None:
    """What survives is shown as soon as it does: a whole run takes its time."""
    said = f"\n{mutant.module}:{mutant.line} {mutant.place}\n{mutant.diff}\n"
    sys.stderr.write({"killed": ".", "survived": said}.get(verdict, "T"))
    sys.stderr.flush()


def main() -> int:
    asked, found = (Path(name) for name in sys.argv[1:])
    found.write_text(json.dumps(try_all(json.loads(asked.read_text()))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
