"""`python -m tests.simulation seeds [HOW_MANY [FIRST]]`, or `seed N`: the story under mishaps.

A seed that fails is printed with the command that plays it again.
"""

import sys
import time

from tests.simulation.many import judged, quietly, the_story
from tests.simulation.play import play
from tests.simulation.verdict import differences, how_often

HOW_MANY = 2000
SAY_EVERY = 100
USAGE = 2


def main(arguments: list[str]) -> int:
    quietly()
    match arguments:
        case ["seed", seed]:
            return play_one(int(seed))
        case ["seeds"]:
            return play_many(1, HOW_MANY)
        case ["seeds", how_many]:
            return play_many(1, int(how_many))
        case ["seeds", how_many, first]:
            return play_many(int(first), int(how_many))
        case _:
            print(__doc__)
            return USAGE


def play_many(first: int, how_many: int) -> int:
    """Every seed from the first on, on all cores; in the end, how often each mishap happened."""
    began, failed = time.monotonic(), 0
    mishaps: list[tuple[str, str]] = []
    for done, verdict in enumerate(judged(range(first, first + how_many)), start=1):
        mishaps += verdict.mishaps
        if verdict.faults:
            failed += 1
            print(f"seed {verdict.seed} fails: make simulate SEED={verdict.seed}")
            print(f"    {verdict.faults[0][:200]}")
        if done % SAY_EVERY == 0 or done == how_many:
            seconds = time.monotonic() - began
            print(f"{done} seeds in {seconds:.0f} s, {failed} failed", flush=True)
    print(how_often(mishaps))
    return bool(failed)


def play_one(seed: int) -> int:
    """One seed: what happened, where it differs, and the hash of its trace."""
    world, calm = the_story()
    found = play(world, seed, calm.steps)
    for step, what in found.mishaps:
        print(f"{what} at {step}")
    faults = [*found.flaws, *differences(calm, found)]
    for fault in faults:
        print(fault)
    print(f"trace {found.trace.digest()} of {len(found.trace.lines)} steps")
    print("fails" if faults else "ends as the calm run does")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
