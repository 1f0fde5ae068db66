"""What groups of people are answered: what they were offered, what they have of it, how many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.policy.rules.budget.choosing import all_of
from services.policy.rules.budget.offerings import Offering, Offers
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.package import Included
from services.policy.rules.puzzle import Bits

EVERYTHING: Bits = -1
"""Every bit, however many offers there are."""


@dataclass(frozen=True, slots=True)
class Answer:
    """So many people surely and so many perhaps are offered this, and have that of it."""

    offered: Offers
    package: Sequence[Included]
    surely: int
    perhaps: int


@dataclass(frozen=True, slots=True)
class Counted:
    """One policy where sums only add up: for each set chosen of it, people by what is offered."""

    offering: Offering
    by_set: dict[Bits, tuple[Numbers, Numbers]] = field(default_factory=dict)

    def add(self, chosen: Bits, surely: Numbers, perhaps: Numbers) -> None:
        """The kinds of what these people are offered."""
        size = len(self.offering.kinds)
        nobody = np.zeros(size, dtype=np.int64)
        before = self.by_set.get(chosen, (nobody, nobody))
        more = (np.bincount(each, minlength=size) for each in (surely, perhaps))
        one, other = (old + new for old, new in zip(before, more, strict=True))
        self.by_set[chosen] = one, other

    def answers(self) -> Iterator[Answer]:
        for chosen, (surely, perhaps) in sorted(self.by_set.items()):
            for kind in np.flatnonzero(surely + perhaps):
                offers = self.offering.kinds[int(kind)]
                taken = [each for place, each in enumerate(offers) if chosen >> place & 1]
                yield Answer(offers, all_of(taken), int(surely[kind]), int(perhaps[kind]))
