"""Policies that are tied together, and the people who are in reach of all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.policy.rules.budget.answers import EVERYTHING, Answer, Counted
from services.policy.rules.budget.choosing import Given, Had, Moment, ready_for
from services.policy.rules.budget.groups import alike_in, members_of
from services.policy.rules.budget.offerings import Offering, Offers
from services.policy.rules.budget.past import Past
from services.policy.rules.budget.settling import Choose, Sums, chosen_for
from services.policy.rules.budget.ties import Tie
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.interactions import Interaction, Prefer
from services.policy.rules.netting import Netted
from services.policy.rules.outcome import Offer
from services.policy.rules.package import Prepared
from services.policy.rules.policy import Policy
from services.policy.rules.puzzle import Bits, bits_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Of the people (by place) so many, the first, are in reach surely, the others perhaps."""

    items: Sequence[int]
    policies: Sequence[Policy]
    offerings: Sequence[Offering]
    ties: Sequence[Tie]
    people: Numbers
    surely: int
    moment: Moment

    @property
    def said(self) -> list[Interaction]:
        return [tie.said for tie in self.ties if tie.said is not None]

    @property
    def adds_up(self) -> bool:
        """Whether nothing that is said changes a sum, or chooses by it otherwise than by most."""
        return not any(
            tie.said is None or isinstance(tie.said, Netted | Prefer) for tie in self.ties
        )

    @property
    def keeps_its_ground(self) -> bool:
        """Whether what stands against what is the same whatever the sums."""
        return not any(tie.said is None or isinstance(tie.said, Prefer) for tie in self.ties)

    def shapes(self) -> list[Numbers]:
        """Columns in which people differ who are offered anything but other sums."""
        return [each.shapes[each.of(self.people)] for each in self.offerings]

    def given(self, offered: Sequence[Offers]) -> Given:
        return list(zip(self.policies, offered, strict=True))

    def offered(self, person: int) -> list[Offers]:
        return [offering.to(person) for offering in self.offerings]


def one_by_one(bundle: Bundle, past: Past) -> Iterator[Answer]:
    """Each group of people of whom everything is alike is answered by one of them."""
    people = bundle.people
    before = past.bearing(bundle.said, people)
    kinds = [offering.of(people) for offering in bundle.offerings if not offering.is_one]
    groups = alike_in([*kinds, *before], len(people))
    differing = bundle.shapes() if bundle.keeps_its_ground else kinds
    grounds = alike_in([*differing, *before], len(people))
    size = len(groups.first)
    surely = np.bincount(groups.of[: bundle.surely], minlength=size)
    perhaps = np.bincount(groups.of[bundle.surely :], minlength=size)
    ready: dict[int, Prepared] = {}
    for group, first in enumerate(groups.first):
        ground, offered = int(grounds.of[first]), bundle.offered(int(people[first]))
        if ground not in ready:
            had = past.of(int(people[first]), bundle.said, before, int(first))
            ready[ground] = ready_for(bundle.given(offered), bundle.said, had, bundle.moment)
        offers = tuple(offer for each in offered for offer in each)
        package = ready[ground].best_of(offers)
        yield Answer(offers, package, int(surely[group]), int(perhaps[group]))


def count(bundle: Bundle, past: Past, counted: Sequence[Counted]) -> None:
    """Where sums only add up, people are counted by what is chosen, whatever their sums."""
    kinds = [offering.of(bundle.people) for offering in bundle.offerings]
    if not bundle.ties:
        for one, each in zip(counted, kinds, strict=True):
            one.add(EVERYTHING, each[: bundle.surely], each[bundle.surely :])
        return
    before = past.bearing(bundle.said, bundle.people)
    for rows in members_of(alike_in([*bundle.shapes(), *before], len(bundle.people))):
        person = int(bundle.people[rows[0]])
        had = past.of(person, bundle.said, before, int(rows[0]))
        _count_alike(
            bundle, rows, [each[rows] for each in kinds], _choice(bundle, person, had), counted
        )


def _count_alike(
    bundle: Bundle,
    rows: Numbers,
    kinds: Sequence[Numbers],
    choose: Choose,
    counted: Sequence[Counted],
) -> None:
    """People who differ in sums alone."""
    sums = np.hstack([o.sums[each] for o, each in zip(bundle.offerings, kinds, strict=True)])
    groups = alike_in(sums.T, len(rows))
    best = chosen_for(sums[groups.first], choose)
    sure = rows < bundle.surely
    for chosen in sorted(set(best)):
        having = (best == chosen)[groups.of]
        for one, each, bits in zip(counted, kinds, _parts(bundle, chosen), strict=True):
            one.add(bits, each[having & sure], each[having & ~sure])


def _choice(bundle: Bundle, person: int, had: Had) -> Choose:
    """Asks the engine what is best of what this person is offered, for other sums."""
    offered = bundle.offered(person)
    ready = ready_for(bundle.given(offered), bundle.said, had, bundle.moment)
    places = {
        offer.key: start + place
        for offers, start in zip(offered, _starts(bundle), strict=True)
        for place, offer in enumerate(offers)
    }
    every = [offer for offers in offered for offer in offers]

    def choose(sums: Sums) -> Bits:
        package = ready.best_of(_priced(each, sums[places[each.key]]) for each in every)
        return bits_of(places[each.offer.key] for each in package)

    return choose


def _priced(offer: Offer, fen: int) -> Offer:
    """What is not for the person itself counts nothing and stays as it is."""
    if offer.counted_fen == fen:
        return offer
    return replace(offer, worth=replace(offer.worth, least_fen=0, most_fen=fen))


def _starts(bundle: Bundle) -> list[int]:
    """Where each policy's offers begin among all sums."""
    widths = [offering.sums.shape[1] for offering in bundle.offerings]
    return [sum(widths[:place]) for place in range(len(widths))]


def _parts(bundle: Bundle, chosen: Bits) -> list[Bits]:
    """What is chosen of each policy."""
    widths = [offering.sums.shape[1] for offering in bundle.offerings]
    starts = _starts(bundle)
    return [chosen >> s & ((1 << w) - 1) for s, w in zip(starts, widths, strict=True)]
