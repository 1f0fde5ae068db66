"""The places where a process can be struck, and the blow: once, at the n-th time it comes by."""

import os
import signal
from collections.abc import Callable, Mapping
from functools import partial
from random import Random

CRASHED = 137
"""What a process that was struck ends with, as one that was killed."""

SPEAKER, LISTENER = "speaker", "listener"

POINTS: Mapping[str, tuple[str, int]] = {
    "keys.before-insert": (SPEAKER, 3),
    "keys.inserted": (SPEAKER, 3),
    "command.decided": (SPEAKER, 9),
    "append.before-write": (SPEAKER, 6),
    "append.under-way": (SPEAKER, 6),
    "append.committed": (SPEAKER, 6),
    "command.recorded": (SPEAKER, 9),
    "relay.claimed": (SPEAKER, 1),
    "relay.before-send": (SPEAKER, 4),
    "relay.half-sent": (SPEAKER, 3),
    "relay.acknowledged": (SPEAKER, 4),
    "relay.moved": (SPEAKER, 4),
    "read-model.held": (SPEAKER, 4),
    "read-model.before-commit": (SPEAKER, 4),
    "read-model.committed": (SPEAKER, 4),
    "process.before-command": (SPEAKER, 4),
    "process.command-recorded": (SPEAKER, 4),
    "process.before-commit": (SPEAKER, 4),
    "process.committed": (SPEAKER, 4),
    "timer.before-command": (SPEAKER, 3),
    "timer.command-recorded": (SPEAKER, 3),
    "timer.closed": (SPEAKER, 3),
    "elsewhere.assigned": (LISTENER, 1),
    "elsewhere.fetched": (LISTENER, 4),
    "elsewhere.held": (LISTENER, 4),
    "elsewhere.before-commit": (LISTENER, 4),
    "elsewhere.committed": (LISTENER, 4),
}
"""Each crash point, whose it is, and how often it may be passed unharmed at most, plus one."""


def points_of(role: str) -> list[str]:
    """The points at which one of the two services can be struck."""
    return [point for point, (struck, _) in POINTS.items() if struck == role]


class Blow:
    """Falls at one point, when it is passed for the n-th time."""

    def __init__(
        self, point: str, *, passes: int, fall: Callable[[], object], chance: Random
    ) -> None:
        self.point = point
        self.chance = chance
        self._left = passes
        self._fall = fall

    def is_due(self, point: str) -> bool:
        """Somebody comes by; says whether it is time."""
        if not point or point != self.point:
            return False
        self._left -= 1
        return self._left == 0

    def fall(self) -> None:
        """Now."""
        self._fall()

    def __call__(self, point: str) -> None:
        """Somebody comes by."""
        if self.is_due(point):
            self.fall()


def read_blow(environment: Mapping[str, str]) -> Blow:
    """`CRASH_AT` or `STOP_AT` names the point, `AT_PASS` the time; without them none falls."""
    stop = environment.get("STOP_AT", "")
    return Blow(
        stop or environment.get("CRASH_AT", ""),
        passes=int(environment.get("AT_PASS", "1")),
        fall=_stop_here if stop else partial(os._exit, CRASHED),
        chance=Random(environment.get("SEED", "")),
    )


def _stop_here() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)
