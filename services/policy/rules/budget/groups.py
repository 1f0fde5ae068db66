"""People who are alike in everything that matters, found by numbers; exact, never by a hash."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from services.policy.rules.bulk.columns import Numbers

CLOSE = 4
"""Numbers that lie so close, on average, are told apart by their places and need no sorting."""


@dataclass(frozen=True, slots=True)
class Groups:
    """`of` is everybody's group, `first` the place of one person of each group."""

    of: Numbers
    first: Numbers


def alike_in(columns: Iterable[Numbers], count: int) -> Groups:
    """So many people, grouped by what every column says of them."""
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
    of = numbered(of)
    first = np.zeros(int(of.max(initial=-1)) + 1, dtype=np.int64)
    # Of several written to one place the last stays, which is the first of the people.
    first[of[::-1]] = np.arange(count - 1, -1, -1)
    return Groups(of, first)


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
    order = np.argsort(groups.of, kind="stable")
    ends = np.cumsum(np.bincount(groups.of, minlength=len(groups.first)))
    return np.split(order, ends[:-1]) if len(ends) else []


def numbered(values: Numbers) -> Numbers:
    """Small numbers instead of any others: equal where those are equal."""
    if not values.size:
        return values.astype(np.int64)
    least = int(values.min())
    span = int(values.max()) - least + 1
    if span > CLOSE * len(values):
        found: Numbers = np.unique(values, return_inverse=True)[1].astype(np.int64, copy=False)
        return found
    places = _less(values, least)
    seen = np.zeros(span, dtype=np.bool_)
    seen[places] = True
    return np.asarray(np.cumsum(seen)[places] - 1)
