"""The steps of a payment one after the other: caps, parts and deductions, with their trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from services.policy.rules.amount import (
    CapByFact,
    CapLifetime,
    CapSpent,
    CapTotal,
    Deduct,
    PartOf,
    Pay,
    Span,
    Step,
    Taken,
    over_term,
)
from services.policy.rules.facts import UNKNOWN, FactView
from services.policy.rules.receipts import (
    EXPENSES,
    expenses_in,
    named_by,
    receipts_in,
    total,
)

PERCENT = 100
NAMES: dict[type, str] = {
    CapByFact: "cap_by",
    CapSpent: "cap_spent",
    CapTotal: "cap_total",
    CapLifetime: "cap_lifetime",
    PartOf: "rate",
    Deduct: "deduct",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sum is worked out: for whom, over how many months, after what was paid before.

    `before_fen` counts against a cap over the lifetime.
    """

    view: FactView
    pay: Pay
    months: int | None
    contract: str | None
    before_fen: int


@dataclass(frozen=True, slots=True)
class Sum:
    span: Span
    missing: tuple[str, ...] = ()
    taken: tuple[Taken, ...] = ()
    other_order_fen: int | None = field(default=None)


def run(steps: Sequence[Step], begun: Sum, place: Place) -> Sum:
    """In the order written; where the text gives none the stricter counts, the other is told."""
    if place.pay.ordered:
        return _in_order(steps, begun, place)
    found = [_in_order(order, begun, place) for order in permutations(steps)]
    strict = min(found, key=lambda each: (each.span.most_fen, each.span.least_fen))
    loose = max(each.span.most_fen for each in found)
    differs = loose != strict.span.most_fen
    return Sum(strict.span, strict.missing, strict.taken, loose if differs else None)


def _in_order(steps: Iterable[Step], begun: Sum, place: Place) -> Sum:
    span, missing, taken = begun.span, begun.missing, list(begun.taken)
    for step in steps:
        span, unknown = _step(step, span, place)
        missing = (*missing, *unknown)
        name = step.name or NAMES[type(step)]
        taken.append(Taken(step=name, least_fen=span.least_fen, most_fen=span.most_fen))
    return Sum(span, missing, tuple(taken))


def _step(step: Step, span: Span, place: Place) -> tuple[Span, tuple[str, ...]]:
    match step:
        case CapByFact():
            return _cap_by_fact(step, span, place)
        case CapSpent():
            return _cap_spent(step, span, place)
        case CapTotal(fen=fen):
            return at_most(span, fen), ()
        case CapLifetime(fen=fen):
            return at_most(span, max(0, fen - place.before_fen)), ()
        case PartOf(percent=percent):
            return part(span, percent), ()
        case Deduct(members=members):
            return less(span, total(named_by(members, receipts_in(place.view)))), ()


def _cap_by_fact(step: CapByFact, span: Span, place: Place) -> tuple[Span, tuple[str, ...]]:
    value = place.view.read(step.fact).value
    if isinstance(value, bool) or not isinstance(value, int):
        return Span(0, span.most_fen), (step.fact,)
    one = value * step.percent // PERCENT
    return at_most(span, over_term(one, place.pay.per, place.months)), ()


def _cap_spent(step: CapSpent, span: Span, place: Place) -> tuple[Span, tuple[str, ...]]:
    if place.view.read(EXPENSES).value is UNKNOWN:
        return Span(0, span.most_fen), (EXPENSES,)
    spent = [
        each.fen
        for each in expenses_in(place.view, step.cost_item)
        if place.contract in (None, each.contract)
    ]
    return at_most(span, sum(spent) * step.percent // PERCENT), ()


def at_most(span: Span, fen: int) -> Span:
    return Span(min(span.least_fen, fen), min(span.most_fen, fen))


def less(span: Span, fen: int) -> Span:
    return Span(max(0, span.least_fen - fen), max(0, span.most_fen - fen))


def part(span: Span, percent: int) -> Span:
    return Span(span.least_fen * percent // PERCENT, span.most_fen * percent // PERCENT)
