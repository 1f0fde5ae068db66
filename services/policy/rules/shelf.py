"""Offers where they can be found at once: by policy, by cost item, by who issued them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.policy.rules.outcome import Offer
from services.policy.rules.picks import ByItem, Pick, Target


@dataclass(frozen=True, slots=True)
class Shelf:
    """Offers in their order; what a pick names is looked up, not searched for."""

    offers: tuple[Offer, ...]
    _by_policy: dict[str, list[Offer]] = field(default_factory=dict, repr=False)
    _by_item: dict[str, list[Offer]] = field(default_factory=dict, repr=False)
    _places: dict[str, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for place, offer in enumerate(self.offers):
            self._by_policy.setdefault(offer.policy_id, []).append(offer)
            self._by_item.setdefault(offer.cost_item, []).append(offer)
            self._places[offer.key] = place

    def named(self, pick: Pick) -> list[Offer]:
        match pick:
            case Target(policy_id=policy_id, benefit_id=benefit_id):
                found = self._by_policy.get(policy_id, [])
                return [o for o in found if benefit_id in (None, o.benefit_id)]
            case ByItem(cost_item=cost_item, issuers=issuers):
                given: Sequence[Offer] = self.offers
                if cost_item is not None:
                    given = self._by_item.get(cost_item, [])
                return [o for o in given if not issuers or o.issuer in issuers]

    def among(self, members: Iterable[Pick]) -> list[Offer]:
        """Each once, in the order they stand in."""
        found = {offer.key: offer for pick in members for offer in self.named(pick)}
        return sorted(found.values(), key=lambda offer: self._places[offer.key])

    def place(self, offer: Offer) -> int:
        return self._places[offer.key]
