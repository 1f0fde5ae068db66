"""Starts the policy service; with `check`, `explain` and the like it answers from files instead."""

import sys

from events.edge.main import main
from services.policy.app import build
from services.policy.offline.command import COMMANDS, run

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        sys.exit(run(sys.argv[1:]))
    main("policy", build, besides=COMMANDS)
