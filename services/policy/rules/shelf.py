"""Offers where they can be found at once: by policy, by cost item, by who issued them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick, Target


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

    def named(self, pick: Pick) -> Sequence[Offer]:
        # See `picks`.
        if isinstance(pick, Target):
            found = self._by_policy.get(pick.policy_id, ())
            if pick.benefit_id is None:
                return found
            return [offer for offer in found if offer.benefit_id == pick.benefit_id]
        given = self.offers if pick.cost_item is None else self._by_item.get(pick.cost_item, ())
        return [offer for offer in given if not pick.issuers or offer.issuer in pick.issuers]

    def among(self, members: Iterable[Pick]) -> list[Offer]:
        """Each once, in the order they stand in."""
        found = {offer.key: offer for pick in members for offer in self.named(pick)}
        if len(found) <= 1:
            return [*found.values()]
        return [found[key] for key in sorted(found, key=self._places.__getitem__)]

    def place(self, offer: Offer) -> int:
        return self._places[offer.key]
