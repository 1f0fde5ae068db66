"""One policy judged for somebody, or a package chosen, with its words for the receipt."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.policy.entitlements.assess import (
    Json,
    canonical,
    noticed_outcome,
    noticed_package,
)
from services.policy.rules import Outcome, Package, render, render_package

KNOWN_AT = "known_at"


class Judged:
    """An outcome for whoever these statements are made of; `number` tells it from every other.

    Its words are the same whenever it is asked for, but for the moment of knowing.
    """

    __slots__ = ("_words", "before", "noticed", "number", "outcome")

    def __init__(self, number: int, outcome: Outcome) -> None:
        self.number = number
        self.outcome = outcome
        self.before = (outcome.held, outcome.background)
        self.noticed = msgspec.Raw(canonical(noticed_outcome(outcome)))
        self._words: tuple[bytes, bytes] | None = None

    def said(self, known_at: datetime) -> msgspec.Raw:
        """The canonical text of the outcome."""
        if self._words is None:
            self._words = around(render(self.outcome), KNOWN_AT)
        first, last = self._words
        return msgspec.Raw(first + canonical(known_at.isoformat()) + last)


class Packed:
    """A package in its words; they do not depend on when it is asked for."""

    __slots__ = ("noticed", "said")

    def __init__(self, package: Package) -> None:
        self.noticed = msgspec.Raw(canonical(noticed_package(package)))
        self.said = msgspec.Raw(canonical(render_package(package)))


def around(answer: Json, name: str) -> tuple[bytes, bytes]:
    """The canonical text before and behind the value of one name that is in the middle of it."""
    before = canonical({each: answer[each] for each in answer if each < name})
    behind = canonical({each: answer[each] for each in answer if each > name})
    return before[:-1] + b"," + canonical(name) + b":", b"," + behind[1:]


def texts(judged: Sequence[Judged], known_at: datetime) -> list[msgspec.Raw]:
    """The outcomes in their order."""
    return [each.said(known_at) for each in judged]
