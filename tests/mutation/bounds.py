"""What a mutant may use up: one that never ends, or that asks for all memory, is stopped."""

import resource
import signal
from time import monotonic
from typing import Any

import psutil

STOPPED = -signal.SIGPROF
"""So a child ends whose test has used up its time."""
PATIENCE = 10
"""A test may take so many times as long as it takes without a mutant, and then some."""
CPU_SECONDS_MORE = 2
SECONDS_MORE = 60
LOOK_SECONDS = 0.5
ASLEEP = 5
"""So many looks in a row; no test here sleeps that long."""
MEMORY_MORE = 2 * 1024**3


def bound_memory() -> None:
    """What this process may ask for from now on."""
    memory = psutil.Process().memory_info().vms + MEMORY_MORE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def bound_time(usual: float) -> None:
    """How long this process may compute from now on. Time that others had does not count."""
    signal.setitimer(signal.ITIMER_PROF, usual * PATIENCE + CPU_SECONDS_MORE)


def ends(child: Any, *, usual: float) -> bool:
    """Whether it ends by itself. One that sleeps and sleeps waits for what will never come."""
    until, worked, asleep = monotonic() + usual * PATIENCE + SECONDS_MORE, 0.0, 0
    while monotonic() < until and asleep < ASLEEP:
        child.join(LOOK_SECONDS)
        if not child.is_alive():
            return True
        seen = psutil.Process(child.pid)
        now = sum(seen.cpu_times()[:2])
        # A machine that is busy keeps one waiting that could run; it does not look asleep.
        rests = seen.status() == psutil.STATUS_SLEEPING and now == worked
        worked, asleep = now, asleep + 1 if rests else 0
    return False
