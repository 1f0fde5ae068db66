"""`python -m tests.mutation [checker|store|relay|consumer ...] [--sample N [--seed N]] [--again]`.

Prints a table and every mutant that no test notices; fails where a room misses its aim.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local.places import ROOT
from tests.mutation.room import Asked, Found
from tests.mutation.rooms import AIM, ROOMS, Room
from tests.mutation.score import EVERY, Draw, Score, Trial, equivalents, table

REMEMBERED = ROOT / ".local" / "mutation"
"""What survived last time, room by room."""


def main(arguments: list[str]) -> int:
    asked = _parsed(arguments)
    scores: list[Score] = []
    for name in asked.rooms or ROOMS:
        print(f"== {name}", flush=True)
        trials = _tried(name, Draw(asked.sample, asked.seed), again=asked.again)
        scores += [Score.of(name, module, trials) for module in sorted({t.module for t in trials})]
        for trial in trials:
            if trial.is_missed:
                print(trial)
    print(table(scores, Draw(asked.sample, asked.seed)))
    return int(any(score.share < AIM for score in _rooms(scores)))


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("rooms", nargs="*", choices=[*ROOMS, []], default=[])
    parser.add_argument("--sample", type=int, default=0, help="so many of a module at most")
    parser.add_argument("--seed", type=int, default=4, help="by which the sample is drawn")
    parser.add_argument("--again", action="store_true", help="only what survived last time")
    return parser.parse_args(arguments)


def _rooms(scores: Sequence[Score]) -> list[Score]:
    names = dict.fromkeys(score.room for score in scores)
    return [Score.sum(name, [one for one in scores if one.room == name]) for name in names]


def _tried(name: str, draw: Draw, *, again: bool) -> list[Trial]:
    memory = REMEMBERED / f"{name}.json"
    only = json.loads(memory.read_text(encoding="utf-8")) if again else None
    found = ask(ROOMS[name], EVERY if again else draw, only=only)
    if found["failed"]:
        sys.exit(f"without any mutant these fail: {', '.join(found['failed'])}")
    known = equivalents()
    trials = [Trial(room=name, is_known=Trial.key(one) in known, **one) for one in found["mutants"]]
    memory.parent.mkdir(parents=True, exist_ok=True)
    left = [[one.module, one.place, one.diff] for one in trials if one.is_missed]
    memory.write_text(json.dumps(left), encoding="utf-8")
    return trials


def ask(
    room: Room,
    draw: Draw = EVERY,
    *,
    only: list[list[str]] | None = None,
    deselected: Sequence[str] = (),
) -> Found:
    """Try a room's mutants in a process of its own, because pytest runs once in each."""
    asked = Asked(
        modules=list(room.modules),
        tests=list(room.tests),
        deselected=list(deselected),
        sample=draw.most,
        seed=draw.seed,
        only=only,
    )
    with TemporaryDirectory() as folder:
        said, came = Path(folder) / "asked.json", Path(folder) / "found.json"
        said.write_text(json.dumps(asked), encoding="utf-8")
        command = [sys.executable, "-m", "tests.mutation.room", str(said), str(came)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        print(file=sys.stderr)
        found: Found = json.loads(came.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
