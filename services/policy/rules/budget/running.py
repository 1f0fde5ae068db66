"""A programme of sums run for many people at once: in whole fen, as for one."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

import numpy as np

from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.programme import (
    PERCENT,
    Add,
    Allot,
    Capped,
    Fixed,
    Less,
    Operation,
    PercentIf,
    Programme,
    Scale,
    Take,
)

Sums: TypeAlias = Sequence[Numbers]
"""For each item a number for everybody; or for everybody and each of several sets."""

ROOM = 2**62
"""Nothing that is reckoned so grows beyond this."""


class CircularError(Exception):
    """Caps that go round in a circle are settled for one person at a time."""


def can_run(programme: Programme, most_fen: int) -> bool:
    """Whether no sum on the way grows too large, where no item pays more than so much."""
    mosts: list[int] = []
    for operation in programme.operations:
        most, on_the_way = _grown(operation, mosts, most_fen)
        if on_the_way >= ROOM:
            return False
        mosts.append(most)
    return not programme.circular()


def run(programme: Programme, chosen: Sums, fen: Sums) -> list[Numbers]:
    """What each item pays where it is chosen (one) or not (nothing)."""
    values: list[Numbers] = []
    for operation in programme.operations:
        values.append(_value(operation, values, chosen, fen))
    return [values[node] for node in programme.pays]


def least(programme: Programme, chosen: Sums, low: Sums, high: Sums) -> list[Numbers]:
    """What each item pays for sure, whatever the others turn out to pay."""
    lows: list[Numbers] = []
    highs: list[Numbers] = []
    for operation in programme.operations:
        match operation:
            case Fixed(least_fen, most_fen):
                both = np.array(least_fen), np.array(most_fen)
            case Less(node, taken):
                both = _left(lows[node], highs[taken]), _left(highs[node], lows[taken])
            case _:
                both = (
                    _value(operation, lows, chosen, low),
                    _value(operation, highs, chosen, high),
                )
        lows.append(both[0])
        highs.append(both[1])
    return [lows[node] for node in programme.pays]


def _value(operation: Operation, values: Sums, chosen: Sums, fen: Sums) -> Numbers:
    found: Numbers
    match operation:
        case Take(item):
            found = fen[item] * chosen[item]
        case Fixed(_, most):
            found = np.array(most)
        case Add(nodes):
            found = sum([values[node] for node in nodes], start=np.array(0))
        case Less(node, taken):
            found = _left(values[node], values[taken])
        case Capped(node, limit):
            found = np.minimum(values[node], values[limit])
        case Scale(node, parts, whole):
            found = values[node] * parts // whole
        case PercentIf(node, item, percent):
            found = np.where(chosen[item], values[node] * percent // PERCENT, values[node])
        case Allot():
            raise CircularError
        case _:
            assert_never(operation)
    return found


def _left(fen: Numbers, taken: Numbers) -> Numbers:
    found: Numbers = np.maximum(fen - taken, 0)
    return found


def _grown(operation: Operation, mosts: Sequence[int], fen: int) -> tuple[int, int]:
    """The most that it comes to, and the largest number on the way there."""
    match operation:
        case Take():
            return fen, fen
        case Fixed(_, most):
            return most, most
        case Add(nodes):
            whole = sum(mosts[node] for node in nodes)
            return whole, whole
        case Less(node) | Capped(node):
            return mosts[node], mosts[node]
        case Allot(place, nodes):
            return mosts[nodes[place]], mosts[nodes[place]]
        case Scale(node, parts, whole):
            return mosts[node] * parts // whole, mosts[node] * parts
        case PercentIf(node, _, percent):
            return max(mosts[node], mosts[node] * percent // PERCENT), mosts[node] * percent
        case _:
            assert_never(operation)
