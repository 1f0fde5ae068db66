"""What a policy offers to those it is open to: worked out once for all of whom the same is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from services.policy.rules.budget.crowd import Crowd
from services.policy.rules.budget.groups import alike_in
from services.policy.rules.budget.reach import Reach
from services.policy.rules.budget.reads import deducted, facts_read
from services.policy.rules.budget.records import Records
from services.policy.rules.bulk.bits import Flags
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.offers import less_certain, offers_of
from services.policy.rules.outcome import Offer
from services.policy.rules.policy import Policy
from services.policy.rules.receipts import RECEIPTS

Offers: TypeAlias = tuple[Offer, ...]
Content: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """A row for each answer, a column for each offer in it; filled up with nothing.

    `most` counts for the person, `least` of that for sure; `promised` is paid to whomever.
    """

    most: Numbers
    least: Numbers
    promised: Numbers

    def of(self, rows: Numbers, width: int) -> "Sums":
        return Sums(
            most=self.most[rows, :width],
            least=self.least[rows, :width],
            promised=self.promised[rows, :width],
        )


@dataclass(frozen=True, slots=True)
class Offering:
    """Each different answer once, and which one everybody has whom the policy is open to.

    Kinds of one shape differ in sums alone.
    """

    kinds: Sequence[Offers]
    people: Numbers
    kind: Numbers
    shapes: Numbers
    sums: Sums

    @property
    def has_any(self) -> Flags:
        """For each of the people whether anything is offered."""
        found: Flags = np.array([bool(each) for each in self.kinds], dtype=np.bool_)[self.kind]
        return found

    def of(self, people: Numbers) -> Numbers:
        found: Numbers = self.kind[np.searchsorted(self.people, people)]
        return found


def offering_of(
    policy: Policy,
    reach: Reach,
    crowd: Crowd,
    received: Records,
    *,
    horizon: int,
    content: Callable[[Offer], Content],
) -> Offering:
    """To all whom the policy is, or may be, open to; answers with the same content are one."""
    facts, people, certain = facts_read(policy), reach.people, reach.certain
    columns = [crowd.said(fact)[people] for fact in sorted(facts)]
    had = received.bearing(deducted(policy), people)
    if had is not None:
        facts, columns = facts | {RECEIPTS}, [*columns, had]
    groups = alike_in(columns, len(people))
    kinds: dict[Content, int] = {}
    offered: list[Offers] = []

    def kind_of(offers: Offers) -> int:
        kind = kinds.setdefault(tuple(map(content, offers)), len(kinds))
        if kind == len(offered):
            offered.append(offers)
        return kind

    of_group: list[tuple[int, int]] = []
    for first in groups.first:
        offers = offers_of(policy, crowd.person(int(people[first]), facts), horizon)
        of_group.append((kind_of(less_certain(offers)), kind_of(offers)))
    pairs: Numbers = np.array(of_group, dtype=np.int64).reshape(-1, 2)
    of_people: Numbers = pairs[groups.of, certain]
    return Offering(offered, people, of_people, _shapes(offered), _sums(offered))


def _shapes(kinds: Sequence[Offers]) -> Numbers:
    found: dict[Content, int] = {}
    shapes = (tuple(map(_shape, offers)) for offers in kinds)
    return np.array([found.setdefault(each, len(found)) for each in shapes], dtype=np.int64)


def _shape(offer: Offer) -> Content:
    """Whether a sum is nothing may decide what is chosen, and so may that a part was paid."""
    return offer.key, offer.counted_fen > 0, offer.worth.most_fen > 0, offer.worth.paid_fen > 0


def _sums(kinds: Sequence[Offers]) -> Sums:
    return Sums(
        most=_table(kinds, lambda offer: offer.counted_fen),
        least=_table(kinds, lambda offer: offer.least_fen),
        promised=_table(kinds, lambda offer: offer.worth.most_fen),
    )


def _table(kinds: Sequence[Offers], fen: Callable[[Offer], int]) -> Numbers:
    width = max(map(len, kinds), default=0)
    rows = [[*map(fen, offers), *[0] * (width - len(offers))] for offers in kinds]
    return np.array(rows, dtype=np.int64).reshape(len(kinds), width)


def beside(sums: Sequence[Sums]) -> Sums:
    """The columns of all, one after the other."""
    return Sums(
        most=np.hstack([each.most for each in sums]),
        least=np.hstack([each.least for each in sums]),
        promised=np.hstack([each.promised for each in sums]),
    )


def content_of(offer: Offer) -> Content:
    """Everything that is chosen and paid by and is not the same for all whom it is offered to."""
    worth = offer.worth
    sums = worth.kind, worth.least_fen, worth.most_fen, worth.paid_fen, worth.other_order_fen
    return offer.key, offer.certain, worth.missing, sums


def content_and_steps_of(offer: Offer) -> Content:
    """Of what may be one text under two names each step counts, as twins are known by them."""
    return *content_of(offer), offer.worth.steps
