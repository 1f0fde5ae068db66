"""`make reset`: deletes the local data unless something uses it; needs no virtual environment."""

import shutil
import sys

from infra.local.checks import sole_run
from infra.local.places import Places, places_here
from infra.local.problem import Problem


def reset(places: Places) -> None:
    if not places.local.exists():
        return
    with sole_run(places):
        shutil.rmtree(places.local)


def main() -> int:
    try:
        reset(places_here())
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{places_here().local} is gone; the next start begins afresh")
    return 0


if __name__ == "__main__":
    sys.exit(main())
