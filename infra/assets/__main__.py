"""`python -m infra.assets` builds static/; add `lock` or `wording` to renew those instead."""

import sys

from infra.assets.build import build
from infra.assets.lock import renew_lock
from infra.local.problem import Problem


def main() -> int:
    try:
        _do(sys.argv[1:] or ["build"])
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _do(words: list[str]) -> None:
    match words:
        case ["build"]:
            build()
        case ["lock"]:
            renew_lock()
        case ["wording"]:
            # Babel is for this word alone; building makes do with the standard library.
            from infra.assets.wording import renew_wording  # noqa: PLC0415

            renew_wording()
        case _:
            sys.exit(f"python -m infra.assets: {' '.join(words)!r}; say build, lock or wording")


if __name__ == "__main__":
    sys.exit(main())
