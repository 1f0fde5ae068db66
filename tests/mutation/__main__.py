"""`python -m tests.mutation [checker|store|relay|consumer ...] [--sample N [--seed N]] [--anew]`.

Prints a table and every mutant that no test notices; fails where a room misses its aim. A run that
was stopped goes on when it is asked for again.
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
"""What became of each mutant, room by room."""


def main(arguments: list[str]) -> int:
    asked = _parsed(arguments)
    draw = Draw(asked.sample, asked.seed)
    scores: list[Score] = []
    earlier = 0
    for name in asked.rooms or ROOMS:
        print(f"== {name}", flush=True)
        trials, known = _tried(name, draw, anew=asked.anew)
        earlier += known
        scores += [Score.of(name, module, trials) for module in sorted({t.module for t in trials})]
        for trial in trials:
            if trial.is_missed:
                print(trial)
    print(table(scores, draw))
    print(f"{earlier} of them earlier, with the same code and the same tests")
    return int(any(score.share < AIM for score in _rooms(scores)))


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("rooms", nargs="*", choices=[*ROOMS, []], default=[])
    parser.add_argument("--sample", type=int, default=0, help="so many of a module at most")
    parser.add_argument("--seed", type=int, default=4, help="by which the sample is drawn")
    parser.add_argument("--anew", action="store_true", help="forget what was tried earlier")
    return parser.parse_args(arguments)


def _rooms(scores: Sequence[Score]) -> list[Score]:
    names = dict.fromkeys(score.room for score in scores)
    return [Score.sum(name, [one for one in scores if one.room == name]) for name in names]


def _tried(name: str, draw: Draw, *, anew: bool) -> tuple[list[Trial], int]:
    """What became of a room's mutants, and of how many that was known already."""
    kept = REMEMBERED / f"{name}.jsonl"
    if anew:
        kept.unlink(missing_ok=True)
    found = ask(ROOMS[name], draw, kept=kept)
    if found["failed"]:
        sys.exit(f"without any mutant these fail: {', '.join(found['failed'])}")
    known = equivalents()
    trials = [Trial(room=name, is_known=Trial.key(one) in known, **one) for one in found["mutants"]]
    return trials, found["earlier"]


def ask(
    room: Room,
    draw: Draw = EVERY,
    *,
    kept: Path | None = None,
    deselected: Sequence[str] = (),
) -> Found:
    """Try a room's mutants in a process of its own, because pytest runs once in each."""
    with TemporaryDirectory() as folder:
        asked = Asked(
            modules=list(room.modules),
            tests=list(room.tests),
            deselected=list(deselected),
            sample=draw.most,
            seed=draw.seed,
            kept=str(kept or Path(folder) / "kept.jsonl"),
        )
        said, came = Path(folder) / "asked.json", Path(folder) / "found.json"
        said.write_text(json.dumps(asked), encoding="utf-8")
        command = [sys.executable, "-m", "tests.mutation.room", str(said), str(came)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        print(file=sys.stderr)
        found: Found = json.loads(came.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
