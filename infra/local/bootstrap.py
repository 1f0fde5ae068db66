"""Prepares a fresh clone with nothing but the system's Python: checks first, then installs.

`python3 -m infra.local.bootstrap run|story|test [--choose]` uses the standard library only, and
stays readable to old Pythons as far as the sentence that tells them they are too old. With
`--choose` it looks for the best Python here to make the virtual environment; else this one does.
"""

import sys

OLDEST_PYTHON = (3, 11)

if sys.version_info < OLDEST_PYTHON:
    sys.exit(
        "Problem: this is Python %d.%d; Concord needs 3.11 or newer\n"  # noqa: UP031 - read by any Python
        "Remedy:  install Python 3.13 and name it: make run PYTHON=python3.13"
        % sys.version_info[:2]
    )

import os  # noqa: E402 - the version is looked at before anything else

from infra.local.checks import check_before_start, check_data_format, check_disk  # noqa: E402
from infra.local.install import install  # noqa: E402
from infra.local.places import places_here  # noqa: E402
from infra.local.problem import Problem  # noqa: E402
from infra.local.progress import Progress  # noqa: E402
from infra.local.pythons import choose_python  # noqa: E402

LOCKS = {"run": "requirements.txt", "story": "requirements.txt", "test": "requirements-dev.txt"}


def main(purpose: str, *options: str) -> int:
    progress = Progress()
    try:
        check_data_format(places_here())
        check_disk(places_here())
        if purpose == "run":
            check_before_start(places_here(), os.environ)
        python = choose_python if "--choose" in options else lambda: sys.executable
        install(LOCKS[purpose], progress, python=python)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
