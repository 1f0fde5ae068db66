"""From what holds for each distinct entry to whom it holds for, the shorter way."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from services.policy.rules.bulk.bits import Split, everybody
from services.policy.rules.bulk.columns import Coded, Holders, Numbers, Part
from services.policy.rules.kleene import Truth

FEW = 256
"""With more entries than this each person's is looked up; with fewer their sets are joined."""

Question: TypeAlias = Callable[[Part], Split]
"""A condition made ready for a table of people: asked of one part of them after the other."""

_TRUE, _FALSE = 1, 2
_MARKS = {Truth.TRUE: _TRUE, Truth.FALSE: _FALSE, Truth.UNKNOWN: 0}


def by_entry(column: Coded, truths: Sequence[Truth]) -> Question:
    """Every entry's truth in the order of the column's entries."""
    if len(truths) > FEW:
        return _looked_up(column.holders.places, truths)
    return _joined(column.holders, truths)


def _looked_up(places: Numbers, truths: Sequence[Truth]) -> Question:
    marks = np.array([_MARKS[truth] for truth in truths], dtype=np.uint8)

    def ask(part: Part) -> Split:
        found = marks.take(places[part])
        return Split(np.packbits(found & _TRUE), np.packbits(found & _FALSE))

    return ask


def _joined(holders: Holders, truths: Sequence[Truth]) -> Question:
    """The two smaller sets are joined from those of the entries; whoever is left is the third."""
    places = {truth: [i for i, each in enumerate(truths) if each is truth] for truth in Truth}
    *smaller, third = sorted(Truth, key=lambda truth: len(places[truth]))

    def ask(part: Part) -> Split:
        found = {truth: holders.of(part, places[truth]) for truth in smaller}
        one, other = found.values()
        found[third] = everybody(part.stop - part.start) & ~(one | other)
        return Split(found[Truth.TRUE], found[Truth.FALSE])

    return ask
