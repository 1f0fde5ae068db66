"""`python -m tests.mutation.room ASKED FOUND`: tries the mutants of one room in one process."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, TypedDict

import pytest

from infra.local.places import ROOT
from tests.mutation.kept import Kept
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.trials import KILLED, SURVIVED, Trials, Verdict


class Asked(TypedDict):
    """What is to be tried."""

    modules: list[str]
    tests: list[str]
    deselected: list[str]
    sample: int
    """So many mutants of a module at most; 0 for all."""
    seed: int
    """By which a sample is drawn, so that it can be drawn again."""
    kept: str
    """The file of what is known already, and where it is added to."""


class Found(TypedDict):
    """What came of it; `failed` names tests that fail without any mutant."""

    failed: list[str]
    earlier: int
    """So many verdicts were known already."""
    mutants: list[dict[str, Any]]


def try_all(asked: Asked, scratch: Path) -> Found:
    mutants = _mutants(asked)
    kept = Kept(Path(asked["kept"]), [*asked["tests"], *asked["deselected"]])
    verdicts = {mutant: known for mutant in mutants if (known := kept.of(mutant))}
    earlier = len(verdicts)

    def tell(mutant: Mutant, verdict: Verdict) -> None:
        verdicts[mutant] = verdict
        kept.keep(mutant, verdict)
        _show(mutant, verdict)

    left = [mutant for mutant in mutants if mutant not in verdicts]
    return Found(
        failed=_try(left, asked, scratch, tell=tell) if left else [],
        earlier=earlier,
        mutants=[_said(mutant, verdicts[mutant]) for mutant in mutants if mutant in verdicts],
    )


def _try(
    mutants: list[Mutant],
    asked: Asked,
    scratch: Path,
    *,
    tell: Callable[[Mutant, Verdict], None],
) -> list[str]:
    """Which tests fail without any mutant; there is nothing to be learned from those."""
    trials = Trials(ROOT, mutants, tell=tell)
    arguments = [
        *asked["tests"],
        *(f"--deselect={name}" for name in asked["deselected"]),
        "-q",
        "-s",
        "--no-header",
        "-p",
        "no:cacheprovider",
        f"--basetemp={scratch}",
    ]
    status = pytest.main(arguments, plugins=[trials])
    return trials.clean.failed or ([] if trials.ended else [f"pytest ended with {status}"])


def _mutants(asked: Asked) -> list[Mutant]:
    """Of each module all of them, or a sample that is the same every time."""
    chosen: list[Mutant] = []
    for module in asked["modules"]:
        found = mutants_of(ROOT, module)
        if asked["sample"] and len(found) > asked["sample"]:
            found = Random(asked["seed"]).sample(found, asked["sample"])
        chosen += found
    return sorted(chosen, key=lambda one: (one.module, one.line))


def _said(mutant: Mutant, verdict: Verdict) -> dict[str, Any]:
    return {
        "module": mutant.module,
        "line": mutant.line,
        "place": mutant.place,
        "diff": mutant.diff,
        "verdict": verdict.ended,
    }


def _show(mutant: Mutant, verdict: Verdict) -> None:
    """What survives is shown as soon as it does: a whole run takes its time."""
    said = f"\n{mutant.module}:{mutant.line} {mutant.place}\n{mutant.diff}\n"
    sys.stderr.write({KILLED: ".", SURVIVED: said}.get(verdict.ended, "T"))
    sys.stderr.flush()


def main() -> int:
    asked, found = (Path(name) for name in sys.argv[1:])
    tried = try_all(json.loads(asked.read_text()), asked.with_name("scratch"))
    found.write_text(json.dumps(tried))
    return 0


if __name__ == "__main__":
    sys.exit(main())
