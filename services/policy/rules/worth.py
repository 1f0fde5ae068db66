"""What a benefit still pays this talent: the sum or row, the steps, what was received before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from services.policy.rules.amount import (
    HORIZON,
    CapLifetime,
    CapTotal,
    Deduct,
    Kind,
    Pay,
    Per,
    Rate,
    Row,
    Span,
    SpentOn,
    StatedSum,
    Step,
    Table,
    Term,
    Worth,
    counted_months,
    over_term,
)
from services.policy.rules.facts import UNKNOWN, Fact, FactView, Receipt
from services.policy.rules.interactions import DeductPrior, PromotionRule
from services.policy.rules.kleene import Truth
from services.policy.rules.leaves import as_codes, held, says_all
from services.policy.rules.pipeline import Place, Sum, less, part, run
from services.policy.rules.policy import Benefit
from services.policy.rules.receipts import EXPENSES, RECEIPTS, expenses_in, own, receipts_in, total
from services.policy.rules.tree import Tenure, Unseen
from services.policy.rules.vocabulary import TITLES_HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What bears on the worth of one benefit: its policy, what that says, which contract."""

    policy_id: str
    deductions: Sequence[DeductPrior] = ()
    promotion: PromotionRule | None = None
    horizon: int = HORIZON
    contract: str | None = None


def worth_of(benefit: Benefit, around: Around, view: FactView) -> Worth | None:
    """None when no row of the amount's table applies, or nothing of its term is left."""
    if benefit.pay is None:
        return Worth(kind=benefit.kind, thing=benefit.thing, text=benefit.text)
    pay, months = benefit.pay, counted_months(benefit.pay, view.valid_at, around.horizon)
    if months == 0:
        return None
    before = own(around.policy_id, benefit.benefit_id, benefit.cost_item, receipts_in(view))
    base = _base(pay, _class_day(before, around, view), around)
    if base is None:
        return None
    if base.span is None:
        return _told(benefit, pay, months, Sum(Span(0, 0), base.missing), Kind.NOT_SEEN)
    settles = is_one_sum(pay, around)
    place = Place(
        view=view,
        pay=pay,
        months=months,
        contract=around.contract,
        before_fen=0 if settles else total(before),
    )
    whole = Sum(_whole(base.span, pay, months), base.missing)
    found = run(steps_of(pay, around), whole, place)
    if settles:
        found = _remaining(found, before, pay, months, around.promotion)
    worth = _told(benefit, pay, months, found, Kind.MONEY)
    return structs.replace(worth, paid_fen=total(before))


def _whole(one: Span, pay: Pay, months: int | None) -> Span:
    """All payments of the term together."""
    least, most = one.least_fen, one.most_fen
    return Span(over_term(least, pay.per, months), over_term(most, pay.per, months))


def _told(benefit: Benefit, pay: Pay, months: int | None, found: Sum, kind: Kind) -> Worth:
    return Worth(
        kind=kind,
        least_fen=found.span.least_fen,
        most_fen=found.span.most_fen,
        per=pay.per,
        term=pay.term,
        counted_months=months,
        instalments=pay.instalments.shares if pay.instalments else (),
        instalments_per=pay.instalments.per if pay.instalments else Per.YEAR,
        text=benefit.text,
        missing=found.missing,
        steps=found.taken,
        other_order_fen=found.other_order_fen,
    )


def steps_of(pay: Pay, around: Around) -> tuple[Step, ...]:
    """What policies say of prior receipts comes after the steps that are written."""
    members = tuple(pick for each in around.deductions for pick in each.members)
    if not members:
        return pay.steps
    return (*pay.steps, Deduct(members=members, cite=around.deductions[0].stated.cite))


def is_one_sum(pay: Pay, around: Around) -> bool:
    """Whether the whole is one sum of which parts may have been paid."""
    stated = pay.term is Term.STATED and pay.dated is None
    return bool(pay.instalments) or stated or around.promotion is not None


def _class_day(before: Sequence[Receipt], around: Around, view: FactView) -> FactView:
    """Where the class of arrival stays, the facts are read for the day of the first payment."""
    days = [each.paid_on for each in before if each.paid_on is not None]
    if around.promotion is not PromotionRule.FROZEN or not days:
        return view
    return FactView(min(days), view.known_at, view.by_name)


def _remaining(
    found: Sum,
    before: Sequence[Receipt],
    pay: Pay,
    months: int | None,
    promotion: PromotionRule | None,
) -> Sum:
    undated = any(each.paid_on is None for each in before)
    by_day = promotion in (PromotionRule.FROM_THEN, PromotionRule.FROZEN)
    if by_day and undated:
        return replace(found, span=Span(0, found.span.most_fen), missing=(*found.missing, RECEIPTS))
    if promotion is PromotionRule.FROM_THEN:
        due, whole = _left(pay, months, len(before))
        span = Span(found.span.least_fen * due // whole, found.span.most_fen * due // whole)
        return replace(found, span=span)
    return replace(found, span=less(found.span, total(before)))


def _left(pay: Pay, months: int | None, paid: int) -> tuple[int, int]:
    """How much of how much is not due yet, after so many payments."""
    if pay.instalments:
        return sum(pay.instalments.shares[paid:]), pay.instalments.whole
    if months is not None:
        return max(0, months - paid), months
    return (0 if paid else 1), 1


@dataclass(frozen=True, slots=True)
class _Base:
    """One payment before its steps; no span where no number was shown."""

    span: Span | None
    missing: tuple[str, ...] = ()


def _base(pay: Pay, view: FactView, around: Around) -> _Base | None:
    match pay.amount:
        case Span() as span:
            return _Base(span)
        case Unseen():
            return _Base(None)
        case Table() as table:
            return _row(table, view)
        case Rate() as rate:
            return _rated(rate, pay, view, around)


def _rated(rate: Rate, pay: Pay, view: FactView, around: Around) -> _Base:
    fen, missing = _spent(rate, view, around.contract)
    if fen is not None:
        return _Base(part(Span(fen, fen), rate.percent))
    caps = [step.fen for step in pay.steps if isinstance(step, CapTotal | CapLifetime)]
    return _Base(Span(0, min(caps)) if caps else None, (missing,))


def _spent(rate: Rate, view: FactView, contract: str | None) -> tuple[int | None, str]:
    match rate.of:
        case StatedSum(fact=fact):
            value = view.read(fact).value
            if isinstance(value, int) and not isinstance(value, bool):
                return value, fact
            return None, fact
        case SpentOn(cost_item=cost_item):
            if view.read(EXPENSES).value is UNKNOWN:
                return None, EXPENSES
            spent = expenses_in(view, cost_item)
            return sum(e.fen for e in spent if contract in (None, e.contract)), EXPENSES


def _row(table: Table, view: FactView) -> _Base | None:
    truths = {row: _applies(table.by, row, view) for row in table.rows}
    sure = [row.amount for row, truth in truths.items() if truth is Truth.TRUE]
    if sure:
        spans = [each for each in sure if isinstance(each, Span)]
        return _Base(max(spans, key=lambda s: (s.most_fen, s.least_fen)) if spans else None)
    if Truth.UNKNOWN not in truths.values():
        return None
    spans = [row.amount for row in table.rows if isinstance(row.amount, Span)]
    if not spans:
        return _Base(None, (table.by,))
    return _Base(Span(0, max(span.most_fen for span in spans)), (table.by,))


def _applies(by: str, row: Row, view: FactView) -> Truth:
    statements = view.stated(by).current
    if any(held(fact, row.covers) for fact in statements if as_codes(fact.value)):
        return Truth.TRUE
    if any(held(fact, row.wholes) for fact in statements):
        return Truth.UNKNOWN
    return Truth.FALSE if _is_known(by, statements, view) else Truth.UNKNOWN


def _is_known(by: str, statements: Sequence[Fact], view: FactView) -> bool:
    if by == TITLES_HELD:
        return says_all(view.stated(by).begun, view.valid_at, Tenure.IN_TERM)
    return any(fact.value is not UNKNOWN for fact in statements)
