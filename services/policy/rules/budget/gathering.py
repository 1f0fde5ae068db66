"""Who is in reach of which policies together, among those that bear on each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from services.policy.rules.budget.groups import alike_in
from services.policy.rules.budget.reach import Reach
from services.policy.rules.budget.ties import bundles
from services.policy.rules.bulk.bits import unpacked
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.puzzle import Bits, bits_of, items_of

IN_A_WORD = 31
"""Policies whose reach fits into one whole number, two bits for each."""

_SURE = 2
SURELY, PERHAPS = 1, 2
"""Whether a bundle is somebody's by what is known, or if all that is missing turns out well."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """People by place, and in which reading (a bit each) the bundle is theirs."""

    bundle: Bits
    people: Numbers
    readings: Numbers


def gathered(cluster: Bits, reach: Sequence[Reach], ties: Sequence[Bits]) -> Iterator[Gathered]:
    """Each person once for every bundle of theirs."""
    items = list(items_of(cluster))
    count = reach[items[0]].count
    anybody = reduce(or_, (reach[item].maybe for item in items))
    people = np.flatnonzero(unpacked(anybody, count))
    if not people.size:
        return
    starts = range(0, len(items), IN_A_WORD)
    words = [_word(items[at : at + IN_A_WORD], reach, people) for at in starts]
    groups = alike_in(words, len(people))
    members = np.split(np.argsort(groups.of, kind="stable"), np.cumsum(np.bincount(groups.of))[:-1])
    for bundle, within in _bundles(items, words, groups.first, ties).items():
        places = np.concatenate([members[group] for group in within])
        sizes = [len(members[group]) for group in within]
        readings = np.repeat(np.array([*within.values()], dtype=np.uint8), sizes)
        yield Gathered(bundle, people[places], readings)


def _word(items: Sequence[int], reach: Sequence[Reach], people: Numbers) -> Numbers:
    word: Numbers = np.zeros(len(people), dtype=np.int64)
    for place, item in enumerate(items):
        open_to = reach[item]
        digit = open_to.perhaps[people].astype(np.int64) + open_to.surely[people]
        word |= digit << (2 * place)
    return word


def _bundles(
    items: Sequence[int], words: Sequence[Numbers], first: Numbers, ties: Sequence[Bits]
) -> dict[Bits, dict[int, int]]:
    """For each bundle the groups it is found in, and in which readings there."""
    found: dict[Bits, dict[int, int]] = {}
    for group, place in enumerate(first):
        digits = [int(word[place]) for word in words]
        sure = bits_of(item for n, item in enumerate(items) if _digit(digits, n) == _SURE)
        maybe = bits_of(item for n, item in enumerate(items) if _digit(digits, n))
        for reading, within in ((SURELY, sure), (PERHAPS, maybe)):
            for bundle in bundles(within, ties):
                in_groups = found.setdefault(bundle, {})
                in_groups[group] = in_groups.get(group, 0) | reading
    return found


def _digit(digits: Sequence[int], number: int) -> int:
    return digits[number // IN_A_WORD] >> (2 * (number % IN_A_WORD)) & 3
