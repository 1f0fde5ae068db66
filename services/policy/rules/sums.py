"""A sum of facts against a constant: numbers, money, or dates that are counted in days."""

from datetime import date

from services.policy.rules.comparing import OPERATIONS, absent, unfit
from services.policy.rules.facts import FactView, Reading
from services.policy.rules.kleene import truth_of
from services.policy.rules.proof import LeafProof
from services.policy.rules.tree import Linear


def prove_sum(leaf: Linear, view: FactView) -> LeafProof:
    readings = tuple(view.read(term.fact) for term in leaf.terms)
    missing = absent(leaf, *readings)
    if missing is not None:
        return missing
    numbers = [_number(each) for each in readings]
    for number, reading in zip(numbers, readings, strict=True):
        if number is None:
            return unfit(leaf, reading)
    terms = zip(leaf.terms, numbers, strict=True)
    total = sum(term.times * number for term, number in terms if number is not None)
    truth = truth_of(OPERATIONS[leaf.op](total, leaf.value))
    return LeafProof(leaf=leaf, truth=truth, readings=readings, counted=total)


def _number(reading: Reading) -> int | None:
    match reading.value:
        case bool():
            return None
        case int():
            return reading.value
        case date():
            return reading.value.toordinal()
        case _:
            return None
