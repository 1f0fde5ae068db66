"""The places where a process can be struck, and the blow: once, at the n-th time it comes by."""

import os
import signal
from collections.abc import Callable, Mapping
from functools import partial
from random import Random

CRASHED = 137
"""What a process that was struck ends with, as one that was killed."""

SPEAKER, LISTENER = "speaker", "listener"
LISTENING = "elsewhere."

MOST_PASSES: Mapping[str, int] = {
    "keys.before-insert": 3,
    "keys.inserted": 3,
    "command.decided": 9,
    "append.before-write": 6,
    "append.under-way": 6,
    "append.committed": 6,
    "command.recorded": 9,
    "relay.claimed": 1,
    "relay.before-send": 4,
    "relay.half-sent": 3,
    "relay.acknowledged": 4,
    "relay.moved": 4,
    "read-model.held": 4,
    "read-model.before-commit": 4,
    "read-model.committed": 4,
    "process.before-command": 4,
    "process.command-recorded": 4,
    "process.before-commit": 4,
    "process.committed": 4,
    "timer.before-command": 3,
    "timer.command-recorded": 3,
    "timer.closed": 3,
    "elsewhere.assigned": 1,
    "elsewhere.fetched": 4,
    "elsewhere.held": 4,
    "elsewhere.before-commit": 4,
    "elsewhere.committed": 4,
}
"""Each crash point, and how often a process comes by at most until the blow falls."""

POINTS = tuple(MOST_PASSES)


def role_at(point: str) -> str:
    """Which of the two services comes by there."""
    return LISTENER if point.startswith(LISTENING) else SPEAKER


def other(role: str) -> str:
    """The service at the other end of the topic."""
    return LISTENER if role == SPEAKER else SPEAKER


def points_of(role: str) -> list[str]:
    """The points at which one of the two services can be struck."""
    return [point for point in POINTS if role_at(point) == role]


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
