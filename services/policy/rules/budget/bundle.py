"""Policies that are tied together, and the people who are in reach of all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from services.policy.rules.budget.amounts import beside
from services.policy.rules.budget.answers import Answers
from services.policy.rules.budget.choosing import Given, Had, Moment, ready_for
from services.policy.rules.budget.common import Common
from services.policy.rules.budget.groups import Groups, alike_in, members_of
from services.policy.rules.budget.many import packages_of
from services.policy.rules.budget.offerings import Offering
from services.policy.rules.budget.past import Past
from services.policy.rules.budget.sought import Sought, all_of
from services.policy.rules.budget.ties import Tie
from services.policy.rules.budget.working import Offers
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.interactions import Interaction, Prefer
from services.policy.rules.policy import Policy


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
    common: Common | None

    @property
    def said(self) -> list[Interaction]:
        return [tie.said for tie in self.ties if tie.said is not None]

    @property
    def keeps_its_ground(self) -> bool:
        """Whether what stands against what is the same whatever the sums."""
        return not any(tie.said is None or isinstance(tie.said, Prefer) for tie in self.ties)

    def how_many(self, groups: Numbers, count: int) -> tuple[Numbers, Numbers]:
        """Of those in each group how many are in reach surely, and how many perhaps."""
        sure, maybe = groups[: self.surely], groups[self.surely :]
        return np.bincount(sure, minlength=count), np.bincount(maybe, minlength=count)

    def given(self, offered: Sequence[Offers]) -> Given:
        return list(zip(self.policies, offered, strict=True))


def answered(bundle: Bundle, past: Past) -> Iterator[Answers]:
    """Who is offered the same and differs in sums alone is answered at once."""
    if not bundle.ties:
        yield from _whole(bundle)
        return
    before = past.bearing(bundle.said, bundle.people)
    kinds = [offering.of(bundle.people) for offering in bundle.offerings]
    groups = alike_in([*kinds, *before], len(bundle.people))
    surely, perhaps = bundle.how_many(groups.of, len(groups.first))
    kinds = [each[groups.first] for each in kinds]
    for rows in members_of(_grounds(bundle, kinds, [each[groups.first] for each in before])):
        row = int(groups.first[rows[0]])
        had = past.of(int(bundle.people[row]), bundle.said, before, row)
        yield _on_one_ground(
            bundle, [each[rows] for each in kinds], had, surely[rows], perhaps[rows]
        )


def _grounds(bundle: Bundle, kinds: Sequence[Numbers], before: Sequence[Numbers]) -> Groups:
    """Groups for whom the same stands against the same."""
    differing = kinds
    if bundle.keeps_its_ground:
        offered = zip(bundle.offerings, kinds, strict=True)
        differing = [offering.shapes[each] for offering, each in offered]
    return alike_in([*differing, *before], len(kinds[0]))


def _on_one_ground(
    bundle: Bundle, kinds: Sequence[Numbers], had: Had, surely: Numbers, perhaps: Numbers
) -> Answers:
    offered = [o.offers(int(each[0])) for o, each in zip(bundle.offerings, kinds, strict=True)]
    together = beside(
        [
            offering.amounts.of(each, len(offers))
            for offering, each, offers in zip(bundle.offerings, kinds, offered, strict=True)
        ]
    )
    offers = tuple(offer for each in offered for offer in each)
    sought = Sought(offers=offers, most=together.most, least=together.least)
    if bundle.common is not None:
        ready = bundle.common.prepared_for(offers, sought.at_most(), had)
        known = bundle.common.known
    else:
        ready, known = ready_for(bundle.given(offered), bundle.said, had, bundle.moment), {}
    return Answers(
        offers=offers,
        packages=packages_of(sought, ready, known),
        promised=together.promised,
        surely=surely,
        perhaps=perhaps,
    )


def _whole(bundle: Bundle) -> Iterator[Answers]:
    """What nothing is said against is taken whole, kind by kind."""
    for offering in bundle.offerings:
        surely, perhaps = bundle.how_many(offering.of(bundle.people), len(offering.model))
        found = np.flatnonzero(surely + perhaps)
        for rows in members_of(alike_in([offering.shapes[found]], len(found))):
            kinds = found[rows]
            offers = offering.offers(int(kinds[0]))
            sums = offering.amounts.of(kinds, len(offers))
            yield Answers(
                offers=offers,
                packages=all_of(sums.most, sums.least),
                promised=sums.promised,
                surely=surely[kinds],
                perhaps=perhaps[kinds],
            )
