"""One grammar for rules: `given(events).when(command).then(events)`."""

from collections.abc import Sequence
from typing import Any

from events.sourcing.decider import Decider, fold
from events.sourcing.types import Refused


class Scenario:
    """What had happened, then what was asked; the last step compares."""

    def __init__(self, decider: Decider[Any, Any, Any], events: Sequence[object]) -> None:
        self._decider = decider
        self._events = events
        self._command: object = None

    def when(self, command: object) -> "Scenario":
        """Ask for something."""
        self._command = command
        return self

    def decided(self) -> Sequence[object]:
        """The events that the command leads to."""
        return self._decider.decide(self._command, fold(self._decider, self._events))

    def then(self, *expected: object) -> None:
        """Exactly these events happen, in this order."""
        actual = tuple(self.decided())
        if actual != expected:
            raise AssertionError(f"expected {expected}, got {actual}")

    def then_nothing(self) -> None:
        """The command is accepted and changes nothing."""
        self.then()

    def then_refused(self, code: str) -> None:
        """A rule says no, by this code."""
        try:
            happened = self.decided()
        except Refused as refusal:
            if refusal.code == code:
                return
            raise AssertionError(f"expected {code}, got {refusal.code}") from refusal
        raise AssertionError(f"expected {code}, but this happened: {happened}")


def given(decider: Decider[Any, Any, Any], *events: object) -> Scenario:
    """Start from what had happened."""
    return Scenario(decider, events)
