"""What of a record could be expressed, what was not seen, and what is left to a person."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, get_args

from services.policy.rules.amount import REPEATED, Kind, Pay, Per, Row, Term
from services.policy.rules.policy import Benefit, Policy
from services.policy.rules.tree import NOT_SEEN, Leaf, ManualCheck, NotSeen, Unseen

Part = TypeVar("Part")
UNTYPED = (ManualCheck, NotSeen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One record; `checks` and `unseen` are said in words, the rest is counted."""

    policy: Policy
    conditions: int
    sums: int
    things: int
    interactions: int
    particulars: int
    checks: tuple[str, ...]
    unseen: tuple[str, ...]


def counted(policy: Policy) -> Counted:
    checks = [check.text.en for check in parts_of(policy, ManualCheck)]
    return Counted(
        policy=policy,
        conditions=sum(not isinstance(each, UNTYPED) for each in _leaves(policy)),
        sums=sum(map(_sums, policy.benefits)),
        things=sum(each.pay is None and each.kind is not Kind.NOT_SEEN for each in policy.benefits),
        interactions=len(policy.interactions),
        particulars=len(policy.particulars) + (policy.quota is not None),
        checks=tuple(dict.fromkeys(checks)),
        unseen=tuple(_unseen(policy)),
    )


def parts_of(whole: Any, kind: type[Part]) -> Iterator[Part]:
    """Every part of this kind, wherever in the policy it stands."""
    if isinstance(whole, kind):
        yield whole
    elif is_dataclass(whole):
        for field in fields(whole):
            yield from parts_of(getattr(whole, field.name), kind)
    elif isinstance(whole, tuple):
        for inner in whole:
            yield from parts_of(inner, kind)


def _leaves(policy: Policy) -> Iterator[object]:
    for kind in get_args(Leaf):
        yield from parts_of(policy, kind)


def _sums(benefit: Benefit) -> int:
    """Sums stated, a table's row by row."""
    if benefit.pay is None or isinstance(benefit.pay.amount, Unseen):
        return 0
    rows = sum(1 for _ in parts_of(benefit.pay.amount, Row))
    return rows or 1


def _unseen(policy: Policy) -> Iterator[str]:
    yield from (name for name, value in _head(policy) if value is NOT_SEEN)
    if policy.entry is NOT_SEEN:
        yield "who may have it"
    places = dict.fromkeys(each.cite.where for each in parts_of(policy, NotSeen))
    yield from (f"some conditions (`{place}`)" for place in places)
    for name, missing in _OF_BENEFITS.items():
        found = [f"`{each.benefit_id}`" for each in policy.benefits if missing(each)]
        if found:
            yield f"{name} of {', '.join(found)}"


def _head(policy: Policy) -> tuple[tuple[str, object], ...]:
    return (
        ("document number", policy.doc_no),
        ("day of issue", policy.published),
        ("first day", policy.in_force.first),
        ("last day", policy.in_force.last),
    )


def _no_amount(benefit: Benefit) -> bool:
    amounts = [pay.amount for pay in parts_of(benefit, Pay)]
    return benefit.kind is Kind.NOT_SEEN or NOT_SEEN in amounts


def _no_rhythm(benefit: Benefit) -> bool:
    return benefit.pay is not None and benefit.pay.per is Per.NOT_SEEN


def _no_term(benefit: Benefit) -> bool:
    pay = benefit.pay
    return pay is not None and pay.per in REPEATED and pay.term is Term.NOT_SEEN


_OF_BENEFITS = {"amount": _no_amount, "rhythm": _no_rhythm, "term": _no_term}
