"""People who are alike in everything that matters, found by numbers; exact, never by a hash."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from services.policy.rules.bulk.columns import Numbers

CLOSE = 4
"""Numbers that lie so close, on average, are told apart by their places and need no sorting."""

FEW = 32
"""So few people are grouped sooner one after the other."""


@dataclass(frozen=True, slots=True)
class Groups:
    """`of` is everybody's group, `first` the place of one person of each group."""

    of: Numbers
    first: Numbers


def alike_in(columns: Iterable[Numbers], count: int) -> Groups:
    """So many people, grouped by what every column says of them; in the order of the columns."""
    if count <= FEW:
        return _alike_among_few([column.tolist() for column in columns], count)
    of: Numbers = np.zeros(count, dtype=np.int64)
    most, several = CLOSE * count, 1
    for column in columns:
        said, span = _from_nothing(column)
        if span == 1:
            continue
        if several == 1:
            of, several = said, span
            continue
        if several * span > most:
            of, several = _closer(of)
        of, several = of * span + said, several * span
        if several > most:
            of, several = _closer(of)
    of = _places(of, several)
    first = np.zeros(int(of.max(initial=-1)) + 1, dtype=np.int64)
    # Of several written to one place the last stays, which is the first of the people.
    first[of[::-1]] = np.arange(count - 1, -1, -1)
    return Groups(of, first)


def _alike_among_few(columns: Sequence[Sequence[int]], count: int) -> Groups:
    said = list(zip(*columns, strict=True)) if columns else [()] * count
    first: dict[tuple[int, ...], int] = {}
    for place, each in enumerate(said):
        first.setdefault(each, place)
    ordered = sorted(first)
    group = {each: number for number, each in enumerate(ordered)}
    of = np.array([group[each] for each in said], dtype=np.int64)
    return Groups(of, np.array([first[each] for each in ordered], dtype=np.int64))


def _closer(values: Numbers) -> tuple[Numbers, int]:
    """The same groups by smaller numbers, and how many numbers there are."""
    found = numbered(values)
    return found, int(found.max(initial=0)) + 1


def _from_nothing(column: Numbers) -> tuple[Numbers, int]:
    """The same groups by numbers from nothing on, and how far these reach at most."""
    if not column.size:
        return column.astype(np.int64), 1
    least = int(column.min())
    span = int(column.max()) - least + 1
    return (_less(column, least), span) if span <= CLOSE * column.size else _closer(column)


def _less(values: Numbers, least: int) -> Numbers:
    found: Numbers = values.astype(np.int64, copy=False)
    return found - least if least else found


def members_of(groups: Groups) -> list[Numbers]:
    """The people of each group, in their order."""
    if len(groups.first) == 1:
        return [np.arange(len(groups.of))]
    order = np.argsort(groups.of, kind="stable")
    ends = np.cumsum(np.bincount(groups.of, minlength=len(groups.first))).tolist()
    return [order[start:end] for start, end in pairwise((0, *ends))]


def numbered(values: Numbers) -> Numbers:
    """Small numbers instead of any others: equal where those are equal, and in their order."""
    if not values.size:
        return values.astype(np.int64)
    least = int(values.min())
    span = int(values.max()) - least + 1
    if span > CLOSE * len(values):
        found: Numbers = np.unique(values, return_inverse=True)[1].astype(np.int64, copy=False)
        return found
    return _places(_less(values, least), span)


def _places(values: Numbers, span: int) -> Numbers:
    """The place of each number among those there are; all lie between nothing and so much."""
    seen = np.zeros(span, dtype=np.bool_)
    seen[values] = True
    found: Numbers = (np.cumsum(seen) - 1).take(values)
    return found
