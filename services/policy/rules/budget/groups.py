"""People who are alike in everything that matters, found by numbers; exact, never by a hash."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from services.policy.rules.bulk.columns import Numbers


@dataclass(frozen=True, slots=True)
class Groups:
    """`of` is everybody's group, `first` the place of one person of each group."""

    of: Numbers
    first: Numbers


def alike_in(columns: Iterable[Numbers], count: int) -> Groups:
    """So many people, grouped by what every column says of them."""
    of: Numbers = np.zeros(count, dtype=np.int64)
    for column in columns:
        said = numbered(column)
        of = numbered(of * (int(said.max(initial=0)) + 1) + said)
    return Groups(of, np.unique(of, return_index=True)[1])


def numbered(values: Numbers) -> Numbers:
    """Small numbers instead of any others: equal where those are equal."""
    found: Numbers = np.unique(values, return_inverse=True)[1].astype(np.int64, copy=False)
    return found
