"""Many who differ only in their sums: what is best for the least and the most is best between."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import TypeAlias

import numpy as np

from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.puzzle import Bits

Sums: TypeAlias = tuple[int, ...]
Choose: TypeAlias = Callable[[Sums], Bits]
"""The best set for these sums of the offers, a bit for each."""


def chosen_for(sums: Numbers, choose: Choose) -> Numbers:
    """The best set for every row, by asking for few of them.

    Where sums only add up, by how much one set is better than another is linear in them. So a set
    that is best at every corner of a box is best in all of it: in money, and where the money is
    even, by all that ranks sets after it, which no sum above nothing moves. No column may hold
    both nothing and something.
    """
    found: Numbers = np.zeros(len(sums), dtype=object)
    ask = cache(choose)
    waiting = [np.arange(len(sums))]
    while waiting:
        rows = waiting.pop()
        least, most = sums[rows].min(axis=0), sums[rows].max(axis=0)
        best = ask(_whole(least))
        if all(ask(corner) == best for corner in _corners(least, most)):
            found[rows] = best
            continue
        side = int(np.argmax(most - least))
        lower = sums[rows, side] <= (int(least[side]) + int(most[side])) // 2
        waiting += [rows[lower], rows[~lower]]
    return found


def _corners(least: Numbers, most: Numbers) -> Iterator[Sums]:
    ends = zip(_whole(least), _whole(most), strict=True)
    return product(*(dict.fromkeys(pair) for pair in ends))


def _whole(sums: Numbers) -> Sums:
    return tuple(int(each) for each in sums)
