"""What stands still on purpose: going on would lose or double something unseen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Why somebody stands still, and what an operator can do about it."""

    reason: str
    remedy: str


class StandsStill(Exception):
    """Only an operator can say how to go on. Says nothing about any event's content."""

    def __init__(self, reason: str, *, remedy: str) -> None:
        super().__init__(reason)
        self.standstill = Standstill(reason=reason, remedy=remedy)
