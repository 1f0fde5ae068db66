"""What was received before: for named benefits, under one benefit, within some years."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.policy.rules.days import Unit, later
from services.policy.rules.facts import Entry, FactView, Receipt
from services.policy.rules.picks import ByItem, Pick, Target

RECEIPTS = "receipts"
SPOUSE_RECEIPTS = "spouse_receipts"
EXPENSES = "expenses"


@dataclass(frozen=True, slots=True)
class Expense:
    """What the person spent for a cost item under one contract."""

    contract: str
    cost_item: str
    fen: int


def receipts_in(view: FactView, ledger: str = RECEIPTS) -> tuple[Receipt, ...]:
    return tuple(
        receipt
        for fact in view.stated(ledger).current
        if isinstance(fact.value, tuple)
        for receipt in fact.value
        if isinstance(receipt, Receipt)
    )


def expenses_in(view: FactView, cost_item: str) -> tuple[Expense, ...]:
    return tuple(
        expense
        for fact in view.stated(EXPENSES).current
        if isinstance(fact.value, tuple)
        for expense in map(_expense, fact.value)
        if expense is not None and expense.cost_item == cost_item
    )


def _expense(entry: object) -> Expense | None:
    """An entry that says less than all three counts for nothing."""
    said = dict(entry.fields) if isinstance(entry, Entry) else {}
    match said:
        case {"contract": str(contract), "cost_item": str(item), "fen": int(fen)}:
            return Expense(contract, item, fen)
        case _:
            return None


def named_by(picks: Sequence[Pick], receipts: Iterable[Receipt]) -> list[Receipt]:
    """Each receipt once, however many of the picks name it."""
    return [each for each in receipts if any(_names(pick, each) for pick in picks)]


def under(policy_id: str, benefit_id: str, cost_item: str, found: Iterable[Receipt]) -> int:
    """What one benefit paid; a receipt that does not say is known by its cost item."""
    return total(own(policy_id, benefit_id, cost_item, found))


def own(
    policy_id: str, benefit_id: str, cost_item: str, receipts: Iterable[Receipt]
) -> list[Receipt]:
    return [
        each
        for each in receipts
        if each.policy_id == policy_id
        and (each.benefit_id == benefit_id if each.benefit_id else each.cost_item == cost_item)
    ]


def total(receipts: Iterable[Receipt]) -> int:
    return sum(each.fen for each in receipts)


def still_counts(receipt: Receipt, day: date, years: int | None) -> bool:
    """Whether it was received so lately; what has no day counts for good."""
    if years is None or receipt.paid_on is None:
        return True
    return day < later(receipt.paid_on, years, Unit.YEARS)


def _names(pick: Pick, receipt: Receipt) -> bool:
    match pick:
        case Target(policy_id=policy_id, benefit_id=benefit_id):
            return policy_id == receipt.policy_id and (
                None in (benefit_id, receipt.benefit_id) or benefit_id == receipt.benefit_id
            )
        case ByItem(cost_item=cost_item, issuers=issuers):
            known = receipt.issuer is None or receipt.issuer in issuers
            return cost_item in (None, receipt.cost_item) and (not issuers or known)
