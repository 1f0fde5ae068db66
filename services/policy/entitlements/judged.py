"""One policy judged for somebody, or a package chosen, with its words for the receipt."""

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
    """An outcome for whoever states the same; `number` tells it from every other.

    `offering` is the number of its offers: other outcomes may open the same ones. What is
    remembered for long goes without its proof: that is words, or found again.
    """

    __slots__ = ("_words", "before", "noticed", "number", "offering", "outcome")

    def __init__(self, number: int, outcome: Outcome, *, offering: int) -> None:
        self.number = number
        self.offering = offering
        self.outcome = without_proof(outcome)
        self.before = (outcome.held, outcome.background)
        self.noticed = msgspec.Raw(canonical(noticed_outcome(outcome)))
        self._words: tuple[bytes, bytes] | None = None

    @property
    def is_told(self) -> bool:
        """Whether its words are known."""
        return self._words is not None

    def tell(self, outcome: Outcome) -> None:
        """Take its words from the outcome with its proof; the moment of knowing is left open."""
        self._words = around(render(outcome), KNOWN_AT)

    def said(self, known_at: datetime) -> msgspec.Raw:
        """The canonical text of the outcome, once it is told."""
        first, last = self._words or (b"", b"")
        return msgspec.Raw(first + canonical(known_at.isoformat()) + last)


class Packed:
    """A package in its words; they do not depend on when it is asked for."""

    __slots__ = ("noticed", "said")

    def __init__(self, package: Package) -> None:
        self.noticed = msgspec.Raw(canonical(noticed_package(package)))
        self.said = msgspec.Raw(canonical(render_package(package)))


def without_proof(outcome: Outcome) -> Outcome:
    """As much of it as a package is chosen by."""
    return Outcome(
        policy_id=outcome.policy_id,
        version=outcome.version,
        issuer=outcome.issuer,
        title=outcome.title,
        state=outcome.state,
        confirmed=outcome.confirmed,
        scope=outcome.scope,
        demo=outcome.demo,
        offers=outcome.offers,
        held=outcome.held,
        valid_at=outcome.valid_at,
        known_at=outcome.known_at,
        policy_digest=outcome.policy_digest,
        background=outcome.background,
    )


def around(answer: Json, name: str) -> tuple[bytes, bytes]:
    """The canonical text before and behind the value of one name that is in the middle of it."""
    before = canonical({each: answer[each] for each in answer if each < name})
    behind = canonical({each: answer[each] for each in answer if each > name})
    return before[:-1] + b"," + canonical(name) + b":", b"," + behind[1:]
