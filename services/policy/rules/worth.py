"""What a benefit pays this talent: the table row, the caps, what was received before."""

from collections.abc import Sequence

from services.policy.rules.amount import (
    CapByFact,
    CapTotal,
    Kind,
    Pay,
    Row,
    Span,
    Step,
    Table,
    Worth,
    counted_months,
    over_term,
)
from services.policy.rules.facts import UNKNOWN, Fact, FactView, Receipt
from services.policy.rules.interactions import ByItem, DeductPrior, Pick, Target
from services.policy.rules.kleene import Truth
from services.policy.rules.leaves import as_codes, held, says_all
from services.policy.rules.policy import Benefit
from services.policy.rules.tree import Tenure, Unseen
from services.policy.rules.vocabulary import TITLES_HELD

PERCENT = 100
RECEIPTS = "receipts"


def worth_of(benefit: Benefit, deductions: Sequence[DeductPrior], view: FactView) -> Worth | None:
    """None when no row of the amount's table applies to the talent."""
    if benefit.pay is None:
        return Worth(kind=benefit.kind, thing=benefit.thing, text=benefit.text)
    found = _base(benefit.pay.amount, view)
    if found is None:
        return None
    span, missing = found
    if span is None:
        return _paid(benefit, benefit.pay, Kind.NOT_SEEN, Span(0, 0), missing)
    span, missing = _capped(benefit.pay, span, missing, view)
    span = _less(span, _received(deductions, view))
    return _paid(benefit, benefit.pay, Kind.MONEY, span, missing)


def _paid(benefit: Benefit, pay: Pay, kind: Kind, span: Span, missing: tuple[str, ...]) -> Worth:
    return Worth(
        kind=kind,
        least_fen=span.least_fen,
        most_fen=span.most_fen,
        per=pay.per,
        term=pay.term,
        counted_months=counted_months(pay),
        instalments=pay.instalments,
        text=benefit.text,
        missing=missing,
    )


def _base(
    amount: Span | Table | Unseen, view: FactView
) -> tuple[Span | None, tuple[str, ...]] | None:
    match amount:
        case Span():
            return amount, ()
        case Unseen():
            return None, ()
        case Table():
            return _row(amount, view)


def _row(table: Table, view: FactView) -> tuple[Span, tuple[str, ...]] | None:
    truths = {row: _applies(table.by, row, view) for row in table.rows}
    sure = [row.amount for row, truth in truths.items() if truth is Truth.TRUE]
    if sure:
        return max(sure, key=lambda span: (span.most_fen, span.least_fen)), ()
    if Truth.UNKNOWN not in truths.values():
        return None
    return Span(0, max(row.amount.most_fen for row in table.rows)), (table.by,)


def _applies(by: str, row: Row, view: FactView) -> Truth:
    statements = view.all_on(by, view.valid_at)
    if any(held(fact, row.covers) for fact in statements if as_codes(fact.value)):
        return Truth.TRUE
    return Truth.FALSE if _is_known(by, statements, view) else Truth.UNKNOWN


def _is_known(by: str, statements: Sequence[Fact], view: FactView) -> bool:
    if by == TITLES_HELD:
        return says_all(view.all_begun(by), view.valid_at, Tenure.IN_TERM)
    return any(fact.value is not UNKNOWN for fact in statements)


def _capped(
    pay: Pay, span: Span, missing: tuple[str, ...], view: FactView
) -> tuple[Span, tuple[str, ...]]:
    """Steps apply in the order written; those on one payment come before the whole term."""
    for step in pay.steps:
        if isinstance(step, CapByFact):
            span, missing = _cap_by_fact(step, span, missing, view)
    months = counted_months(pay)
    span = Span(
        over_term(span.least_fen, pay.per, months), over_term(span.most_fen, pay.per, months)
    )
    return _cap_total(pay.steps, span), missing


def _cap_by_fact(
    step: CapByFact, span: Span, missing: tuple[str, ...], view: FactView
) -> tuple[Span, tuple[str, ...]]:
    value = view.read(step.fact).value
    if isinstance(value, bool) or not isinstance(value, int):
        return Span(0, span.most_fen), (*missing, step.fact)
    return _at_most(span, value * step.percent // PERCENT), missing


def _cap_total(steps: tuple[Step, ...], span: Span) -> Span:
    for step in steps:
        if isinstance(step, CapTotal):
            span = _at_most(span, step.fen)
    return span


def _at_most(span: Span, fen: int) -> Span:
    return Span(min(span.least_fen, fen), min(span.most_fen, fen))


def _less(span: Span, fen: int) -> Span:
    return Span(max(0, span.least_fen - fen), max(0, span.most_fen - fen))


def _received(deductions: Sequence[DeductPrior], view: FactView) -> int:
    """Each receipt counts once, however many statements name it."""
    receipts = [
        receipt
        for fact in view.all_on(RECEIPTS, view.valid_at)
        if isinstance(fact.value, tuple)
        for receipt in fact.value
        if isinstance(receipt, Receipt)
    ]
    picked = [pick for each in deductions for pick in each.members]
    return sum(each.fen for each in receipts if any(_received_for(p, each) for p in picked))


def _received_for(pick: Pick, receipt: Receipt) -> bool:
    match pick:
        case Target():
            return pick.policy_id == receipt.policy_id
        case ByItem():
            return pick.cost_item == receipt.cost_item
