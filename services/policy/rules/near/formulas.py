"""When a tree comes out true, or false, as masks over the number that says all of a person."""

from collections.abc import Iterable
from typing import NamedTuple

from services.policy.rules.kleene import Truth
from services.policy.rules.near.places import FAILS, HOLDS


class Formula(NamedTuple):
    """Every bit and every part, or any bit or any part.

    Over what is said for sure it tells when a tree comes out so; over what is hoped, when it may.
    """

    every: bool
    bits: int
    parts: "tuple[Formula, ...]" = ()


def met(formula: Formula, number: int) -> bool:
    every, bits, parts = formula
    found = number & bits == bits if every else number & bits != 0
    if found is not every:
        return found
    for part in parts:
        if met(part, number) is not every:
            return not every
    return every


def bits_in(formula: Formula) -> int:
    found = formula.bits
    for part in formula.parts:
        found |= bits_in(part)
    return found


def single(place: int, goal: Truth) -> Formula:
    return Formula(every=True, bits=(HOLDS if goal is Truth.TRUE else FAILS) << place)


def joined(formulas: Iterable[Formula], *, every: bool) -> Formula:
    """What is joined in the same way becomes one; of a single bit every and any are the same."""
    bits = 0
    parts: list[Formula] = []
    for each in formulas:
        alone = each.bits.bit_count() == 1 and not each.parts
        if alone or each.every is every:
            bits |= each.bits
            parts.extend(each.parts)
        else:
            parts.append(each)
    return Formula(every, bits, tuple(parts))
