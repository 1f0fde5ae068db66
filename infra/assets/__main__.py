"""`python -m infra.assets` builds static/; add `lock` or `wording` to renew those instead."""

import sys

from infra.assets.build import build
from infra.assets.lock import renew_lock


def main() -> None:
    match sys.argv[1:] or ["build"]:
        case ["build"]:
            build()
        case ["lock"]:
            renew_lock()
        case ["wording"]:
            # Babel is for this word alone; building makes do with the standard library.
            from infra.assets.wording import renew_wording  # noqa: PLC0415

            renew_wording()
        case words:
            sys.exit(f"python -m infra.assets: {' '.join(words)!r}; say build, lock or wording")


if __name__ == "__main__":
    main()
