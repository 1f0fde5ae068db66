"""One policy judged for somebody, or a package chosen, with its words for the receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from services.policy.entitlements.assess import canonical, noticed_package
from services.policy.entitlements.marks import HERE, listed
from services.policy.rules import Outcome, Package
from services.policy.rules.package import Included, LeftOut
from services.policy.rules.render import render_around

Told: TypeAlias = Callable[[Included | LeftOut], bytes]
"""Says in words what became of an offer."""


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

    __slots__ = ("_moment", "_said", "bearing", "number")

    def __init__(self, number: int, bearing: Bearing) -> None:
        self.number = number
        self.bearing = bearing
        self._said: tuple[bytes, ...] = ()
        self._moment = 0

    @property
    def is_told(self) -> bool:
        """Whether its words are known."""
        return bool(self._said)

    def tell(self, said: Sequence[bytes], moment: int) -> None:
        """Take its words in pieces, one of which stands where that moment of knowing belongs."""
        self._said, self._moment = tuple(said), moment

    def say(self, known_at: bytes, pieces: list[bytes]) -> None:
        """Add the canonical text of the outcome, once it is told, with the text of a moment."""
        moment = len(pieces) + self._moment
        pieces += self._said
        pieces[moment] = known_at


class Packed:
    """A package in its words, `said` in pieces; they do not depend on when it is asked for."""

    __slots__ = ("noticed", "said")

    def __init__(self, package: Package, told: Told) -> None:
        """What became of an offer is said alike in every package."""
        included, left_out = package.included, package.left_out
        text = canonical(render_around(package, HERE, HERE))
        first, between, last = text.split(HERE)
        self.noticed = msgspec.Raw(canonical(noticed_package(package)))
        self.said = (
            first,
            *listed([*map(told, included)]),
            between,
            *listed([*map(told, left_out)]),
            last,
        )


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
