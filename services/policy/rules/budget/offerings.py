"""What a policy offers to those it is open to: worked out once for all of whom the same is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from services.policy.rules.budget.crowd import Crowd
from services.policy.rules.budget.groups import alike_in
from services.policy.rules.budget.reads import deducted, facts_read
from services.policy.rules.budget.records import Records
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.offers import offers_of
from services.policy.rules.outcome import Offer
from services.policy.rules.policy import Policy
from services.policy.rules.receipts import RECEIPTS

Offers: TypeAlias = tuple[Offer, ...]
Content: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Offering:
    """Each different answer once, and which one everybody has whom the policy is open to."""

    kinds: Sequence[Offers]
    people: Numbers
    kind: Numbers

    @property
    def is_one(self) -> bool:
        return len(self.kinds) == 1

    def of(self, people: Numbers) -> Numbers:
        found: Numbers = self.kind[np.searchsorted(self.people, people)]
        return found

    def to(self, person: int) -> Offers:
        place = 0 if self.is_one else int(self.kind[np.searchsorted(self.people, person)])
        return self.kinds[place]


def offering_of(
    policy: Policy,
    people: Numbers,
    crowd: Crowd,
    received: Records,
    *,
    horizon: int,
    content: Callable[[Offer], Content],
) -> Offering:
    """`people` are those the policy is, or may be, open to, in ascending order.

    Answers with the same content are one.
    """
    facts = facts_read(policy)
    columns = [crowd.said(fact)[people] for fact in sorted(facts)]
    had = received.bearing(deducted(policy), people)
    groups = alike_in([*columns, *([] if had is None else [had])], len(people))
    kinds: dict[Content, int] = {}
    offered: list[Offers] = []
    of_group: list[int] = []
    for first in groups.first:
        view = crowd.person(int(people[first]), facts | {RECEIPTS})
        offers = offers_of(policy, view, horizon)
        kind = kinds.setdefault(tuple(map(content, offers)), len(kinds))
        offered += [offers] if kind == len(offered) else []
        of_group.append(kind)
    return Offering(offered, people, np.array(of_group, dtype=np.int64)[groups.of])


def content_of(offer: Offer) -> Content:
    """Everything that is chosen and paid by and is not the same for all whom it is offered to."""
    worth = offer.worth
    sums = worth.kind, worth.least_fen, worth.most_fen, worth.paid_fen, worth.other_order_fen
    return offer.key, offer.certain, worth.missing, sums


def content_and_steps_of(offer: Offer) -> Content:
    """Of what may be one text under two names each step counts, as twins are known by them."""
    return *content_of(offer), offer.worth.steps
