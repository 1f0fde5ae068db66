"""Sums of facts over all people: without one of the facts there is no sum."""

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

import numpy as np

from services.policy.rules.bulk.bits import Bits, Split, of_part, packed
from services.policy.rules.bulk.columns import Measured, Part
from services.policy.rules.bulk.comparing import COMPARE
from services.policy.rules.bulk.lookup import Question
from services.policy.rules.tree import Linear


def added_up(leaf: Linear, columns: Sequence[Measured]) -> Question:
    weighted = list(zip(leaf.terms, columns, strict=True))

    def ask(part: Part) -> Split:
        total = sum(term.times * column.values[part].astype(np.int64) for term, column in weighted)
        met = packed(COMPARE[leaf.op](total, leaf.value))
        known = reduce(and_, (of_part(column.known, part) for column in columns))
        inapplicable = reduce(or_, (_inapplicable(column, part) for column in columns))
        return Split(met & known, (known & ~met) | inapplicable)

    return ask


def _inapplicable(column: Measured, part: Part) -> Bits:
    return of_part(column.said, part) & ~of_part(column.known, part)
