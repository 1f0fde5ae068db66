"""Who is in reach of which policies together, among those that bear on each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from services.policy.rules.budget.ties import Tie
from services.policy.rules.bulk.bits import Bits as People
from services.policy.rules.bulk.bits import among, nobody, unpacked
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.puzzle import Bits, items_of


def neighbours(cluster: Bits, ties: Sequence[Tie]) -> dict[int, Bits]:
    """For each policy those on which it may bear."""
    return {item: reduce(or_, (tie.beside(item) for tie in ties), 0) for item in items_of(cluster)}


def gathered(
    near: Mapping[int, Bits], reach: Sequence[People], count: int
) -> Iterator[tuple[Bits, Numbers]]:
    """Every bundle, and the people in reach of all of it and of nothing that bears on it."""
    for root in near:
        beside = reduce(or_, (reach[item] for item in items_of(near[root])), nobody(count))
        people = np.flatnonzero(unpacked(reach[root], count))
        having_more = among(beside, people)
        alone = people.compress(~having_more)
        if alone.size:
            yield 1 << root, alone
        others = people.compress(having_more)
        if others.size:
            yield from _grown(root, others, near, reach)


def _grown(
    root: int, people: Numbers, near: Mapping[int, Bits], reach: Sequence[People]
) -> Iterator[tuple[Bits, Numbers]]:
    """One neighbour after the other is asked for; whoever has an earlier root is found there."""
    waiting = [_Growing(1 << root, near[root], 0, people)]
    while waiting:
        found = waiting.pop()
        unasked = found.beside & ~(found.bundle | found.refused)
        if not unasked:
            yield found.bundle, found.people
            continue
        bit = unasked & -unasked
        item = bit.bit_length() - 1
        having = among(reach[item], found.people)
        branches = [found.without(bit, found.people.compress(~having))]
        if item > root:
            branches.append(found.with_(bit, near[item], found.people.compress(having)))
        waiting += [each for each in branches if each.people.size]


@dataclass(frozen=True, slots=True)
class _Growing:
    """A bundle so far, what bears on it, and what of that these people have not."""

    bundle: Bits
    beside: Bits
    refused: Bits
    people: Numbers

    def without(self, bit: Bits, people: Numbers) -> "_Growing":
        return _Growing(self.bundle, self.beside, self.refused | bit, people)

    def with_(self, bit: Bits, near: Bits, people: Numbers) -> "_Growing":
        return _Growing(self.bundle | bit, self.beside | near, self.refused, people)
