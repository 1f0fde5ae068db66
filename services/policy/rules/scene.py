"""Everything a package is chosen from: the offers, what is said of them, what was had before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.policy.rules.facts import Receipt
from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import NOTHING_KNOWN, Background, Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What one of the people holds and received, and the sums that limits ask for."""

    held: frozenset[str] = frozenset()
    background: Background = NOTHING_KNOWN

    @property
    def received(self) -> tuple[Receipt, ...]:
        return self.background.received

    @property
    def sums(self) -> dict[str, int]:
        return dict(self.background.sums)


NOBODY = Before()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One person, or the two of a couple by the names their offers carry."""

    offers: tuple[Offer, ...]
    interactions: tuple[Interaction, ...]
    people: Mapping[str, Before]
    day: date

    def before(self, offer: Offer) -> Before:
        """What whoever the offer is for had before."""
        return self.people.get(offer.standing.spouse, NOBODY)

    def everybody(self) -> tuple[Before, ...]:
        return tuple(self.people.values())
