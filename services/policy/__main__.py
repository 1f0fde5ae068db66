"""Starts the policy service; with `check`, `explain` and the like it answers from files instead."""

import os
import sys

from events.edge.main import main
from events.sourcing.settings import read_clock
from services.policy.app import build
from services.policy.offline.command import COMMANDS, run

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        sys.exit(run(sys.argv[1:], read_clock(os.environ)))
    main("policy", build, besides=COMMANDS)
