"""What a benefit pays many people who differ in the sums they state: as is reckoned for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from services.policy.rules.amount import (
    REPEATED,
    CapByFact,
    CapLifetime,
    CapSpent,
    CapTotal,
    Deduct,
    PartOf,
    Pay,
    Per,
    Rate,
    Span,
    StatedSum,
    Step,
    counted_months,
)
from services.policy.rules.budget.crowd import LARGEST
from services.policy.rules.budget.reads import read_besides_sums
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.days import MONTHS_IN_A_YEAR
from services.policy.rules.facts import FactView, Receipt
from services.policy.rules.interactions import Promotion
from services.policy.rules.offers import around_of
from services.policy.rules.pipeline import PERCENT
from services.policy.rules.policy import Benefit, Policy
from services.policy.rules.receipts import named_by, own, receipts_in, total
from services.policy.rules.worth import Around, is_one_sum, steps_of

WHOLE = 100
"""A higher percentage would let sums grow, and is left to be reckoned for one at a time."""

MOST_MONTHS = 1_000
ROOM = 2**62

Fen = Mapping[str, Numbers]
"""For each fact what people state."""


def sums_read(policy: Policy, day: date, horizon: int) -> frozenset[str]:
    """Facts of which only the sum is read; none where more than the sums decides."""
    reading = [each for each in policy.benefits if stated_in(each)]
    read = {fact for each in reading for fact in stated_in(each)}
    if read & read_besides_sums(policy):
        return frozenset()
    if any(isinstance(each, Promotion) for each in policy.interactions):
        return frozenset()
    around = ((each, around_of(policy, each, horizon, None)) for each in reading)
    return frozenset(read) if all(_is_simple(*each, day) for each in around) else frozenset()


def stated_in(benefit: Benefit) -> set[str]:
    """The facts by whose sum a benefit is paid."""
    if benefit.pay is None:
        return set()
    amount, steps = benefit.pay.amount, benefit.pay.steps
    facts = {step.fact for step in steps if isinstance(step, CapByFact)}
    if isinstance(amount, Rate) and isinstance(amount.of, StatedSum):
        facts.add(amount.of.fact)
    return facts


def _is_simple(benefit: Benefit, around: Around, day: date) -> bool:
    pay = benefit.pay
    if pay is None or (counted_months(pay, day, around.horizon) or 0) > MOST_MONTHS:
        return False
    steps = steps_of(pay, around)
    percents = [step.percent for step in steps if isinstance(step, CapByFact | PartOf)]
    match pay.amount:
        case Rate(percent=percent, of=StatedSum()):
            percents.append(percent)
        case Span(most_fen=most_fen) if most_fen <= LARGEST:
            pass
        case _:
            return False
    in_order = pay.ordered or len(steps) <= 1
    spent = any(isinstance(step, CapSpent) for step in steps)
    return in_order and not spent and max(percents) <= WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """One benefit for people who state different sums, and of whom all else is said alike."""

    benefit: Benefit
    around: Around
    view: FactView
    stated: Fen

    def spans(self, pay: Pay) -> tuple[Numbers, Numbers]:
        """What it pays at least and at most."""
        match pay.amount:
            case Rate(percent=percent, of=StatedSum(fact=fact)):
                fen = self._left(pay, self.stated[fact] * percent // PERCENT)
                return fen, fen
            case Span(least_fen=least, most_fen=most):
                return self._left(pay, np.array(least)), self._left(pay, np.array(most))
            case other:
                raise TypeError(other)

    def _left(self, pay: Pay, each: Numbers) -> Numbers:
        """What is left of one payment when it is paid over its term and all steps are taken."""
        months = counted_months(pay, self.view.valid_at, self.around.horizon)
        before = total(self._before)
        fen = _over_term(each, pay, months)
        had = 0 if is_one_sum(pay, self.around) else before
        for step in steps_of(pay, self.around):
            fen = self._step(step, fen, pay, months, had)
        return _less(fen, before) if is_one_sum(pay, self.around) else fen

    @property
    def _before(self) -> list[Receipt]:
        benefit, received = self.benefit, receipts_in(self.view)
        return own(self.around.policy_id, benefit.benefit_id, benefit.cost_item, received)

    def _step(self, step: Step, fen: Numbers, pay: Pay, months: int | None, had: int) -> Numbers:
        match step:
            case CapByFact(fact=fact, percent=percent):
                one = self.stated[fact] * percent // PERCENT
                capped: Numbers = np.minimum(fen, _over_term(one, pay, months))
                return capped
            case CapTotal(fen=most):
                return _at_most(fen, most)
            case CapLifetime(fen=most):
                return _at_most(fen, max(0, most - had))
            case PartOf(percent=percent):
                part: Numbers = fen * percent // PERCENT
                return part
            case Deduct(members=members):
                taken = total(named_by(members, receipts_in(self.view)))
                return _less(fen, taken)
            case CapSpent():
                raise TypeError(step)


def _at_most(fen: Numbers, most: int) -> Numbers:
    found: Numbers = np.minimum(fen, min(most, ROOM))
    return found


def _less(fen: Numbers, taken: int) -> Numbers:
    found: Numbers = np.maximum(fen - min(taken, ROOM), 0)
    return found


def _over_term(fen: Numbers, pay: Pay, months: int | None) -> Numbers:
    if pay.per not in REPEATED or months is None:
        return fen
    whole: Numbers = fen * months if pay.per is Per.MONTH else fen * months // MONTHS_IN_A_YEAR
    return whole
