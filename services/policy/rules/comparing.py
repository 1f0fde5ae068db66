"""What every kind of condition shares: its operators, and what an absent value leads to."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.policy.rules.facts import UNKNOWN, Absent, Reading
from services.policy.rules.kleene import Truth, truth_of
from services.policy.rules.proof import LeafProof
from services.policy.rules.tree import Leaf, Op

OPERATIONS: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.AT_LEAST: operator.ge,
    Op.MORE: operator.gt,
    Op.AT_MOST: operator.le,
    Op.LESS: operator.lt,
    Op.EQUAL: operator.eq,
    Op.OTHER: operator.ne,
}


def absent(leaf: Leaf, *readings: Reading) -> LeafProof | None:
    """What does not apply cannot meet a condition; what is unknown leaves it open."""
    for each in readings:
        if type(each.value) is Absent:
            return without(leaf, readings)
    return None


def without(leaf: Leaf, readings: Sequence[Reading]) -> LeafProof:
    """For readings of which one at least has no value."""
    missing = [each for each in readings if type(each.value) is Absent]
    open_ones = all(each.value is UNKNOWN for each in missing)
    truth = Truth.UNKNOWN if open_ones else Truth.FALSE
    return LeafProof(leaf=leaf, truth=truth, readings=tuple(readings))


def unfit(leaf: Leaf, reading: Reading) -> LeafProof:
    """A value of another type than the vocabulary promises says nothing either way."""
    return LeafProof(
        leaf=leaf, truth=Truth.UNKNOWN, readings=(Reading(fact=reading.fact, value=UNKNOWN),)
    )


def between(op: Op, surely: int, perhaps: int, value: int) -> Truth:
    """What a count says that lies somewhere from the sure to the possible."""
    answers = {OPERATIONS[op](count, value) for count in range(surely, perhaps + 1)}
    return truth_of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN
