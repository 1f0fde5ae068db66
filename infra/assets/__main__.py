"""`python -m infra.assets` builds static/; add `lock` or `wording` to renew those instead."""

import sys

from infra.assets.build import build
from infra.assets.lock import renew_lock
from infra.assets.wording import renew_wording

COMMANDS = {"build": build, "lock": renew_lock, "wording": renew_wording}


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "build"
    if name not in COMMANDS:
        sys.exit(f"python -m infra.assets: unknown word {name!r}; say one of {', '.join(COMMANDS)}")
    COMMANDS[name]()


main()
