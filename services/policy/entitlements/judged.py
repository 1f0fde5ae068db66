"""One policy judged for somebody, or a package chosen, with its words for the receipt."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from services.policy.entitlements.assess import (
    Json,
    canonical,
    noticed_package,
)
from services.policy.remembered import Texts
from services.policy.rules import Outcome, Package, render, render_package
from services.policy.rules.outcome import Offer
from services.policy.rules.render import Memo

KNOWN_AT = "known_at"
LEAF = b'{"asks":'
OFFER = b'"offer":'
"""How a condition begins in the words of an outcome, and an offer in those of a package: behind
it nearly everybody's words are somebody else's, too."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """What of an outcome a talent notices and a package is chosen by; many people's is the same.

    `offering` is the number of its offers, as other outcomes may open the same ones, and `before`
    that of what was had before. It goes without the proof: that is words, or found again.
    """

    outcome: Outcome
    offering: int
    before: int
    noticed: msgspec.Raw


class Judged:
    """An outcome for whoever states the same; `number` tells it from every other."""

    __slots__ = ("_first", "_last", "bearing", "number")

    def __init__(self, number: int, bearing: Bearing) -> None:
        self.number = number
        self.bearing = bearing
        self._first: tuple[bytes, ...] = ()
        self._last: tuple[bytes, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether its words are known."""
        return bool(self._first)

    def tell(self, outcome: Outcome, texts: Texts, words: Memo) -> None:
        """Take its words from the outcome with its proof; the moment of knowing is left open.

        What is found in `words` is not put into words again.
        """
        first, last = around(render(outcome, words), KNOWN_AT)
        self._first, self._last = texts.taken_apart(first, LEAF), texts.taken_apart(last, LEAF)

    def said(self, known_at: bytes) -> msgspec.Raw:
        """The canonical text of the outcome, once it is told, with the text of a moment in it."""
        return msgspec.Raw(LEAF.join(self._first) + known_at + LEAF.join(self._last))


class Packed:
    """A package in its words; they do not depend on when it is asked for."""

    __slots__ = ("_words", "noticed")

    def __init__(
        self, package: Package, told: Callable[[Offer], msgspec.Raw], texts: Texts
    ) -> None:
        """`told` says an offer in its words, which are the same in every package."""
        offers = [each.offer for each in package.included]
        offers += [each.offer for each in package.left_out]
        words = render_package(package, {offer.key: told(offer) for offer in offers})
        self.noticed = msgspec.Raw(canonical(noticed_package(package)))
        self._words = texts.taken_apart(canonical(words), OFFER)

    def said(self) -> msgspec.Raw:
        """The canonical text of the package."""
        return msgspec.Raw(OFFER.join(self._words))


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
