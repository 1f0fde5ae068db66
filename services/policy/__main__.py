"""Starts the policy service; with `check`, `explain` and the like it answers from files instead."""

import os
import sys

from events.edge.start import start
from events.sourcing.environment import read_clock
from events.sourcing.garbage import search_now_and_then
from services.policy.offline.commands import COMMANDS

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        # Only here, because a service that had it loaded would start later and hold more memory.
        from services.policy.offline.command import run

        search_now_and_then()
        sys.exit(run(sys.argv[1:], read_clock(os.environ)))
    start("policy", "services.policy.app", besides=COMMANDS)
