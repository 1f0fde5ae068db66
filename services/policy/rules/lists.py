"""Counting the entries of a list that meet a condition on their own fields."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TypeAlias

from services.policy.rules.comparing import between
from services.policy.rules.facts import (
    NOT_APPLICABLE,
    UNKNOWN,
    Entry,
    Fact,
    FactView,
    Reading,
    Receipt,
    Source,
    as_reading,
)
from services.policy.rules.kleene import Truth
from services.policy.rules.proof import LeafProof
from services.policy.rules.tree import Count, Tree

Truths: TypeAlias = Callable[[Tree, FactView], Truth]
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def prove_count(leaf: Count, view: FactView, truth: Truths) -> LeafProof:
    """What is not known of an entry leaves open whether it counts."""
    statements = statements_of(leaf.fact, view, closed=leaf.closed)
    if statements is None:
        missing = Reading(fact=leaf.fact, value=UNKNOWN)
        return LeafProof(leaf=leaf, truth=Truth.UNKNOWN, readings=(missing,))
    truths = [_meets(leaf, entry, view.valid_at, truth) for entry in entries_in(statements)]
    surely = truths.count(Truth.TRUE)
    answer = between(leaf.op, surely, surely + truths.count(Truth.UNKNOWN), leaf.value)
    if answer is Truth.UNKNOWN:
        missing = Reading(fact=leaf.fact, value=UNKNOWN)
        return LeafProof(leaf=leaf, truth=answer, readings=(missing,), counted=surely)
    read = tuple(as_reading(each) for each in statements)
    nothing = (Reading(fact=leaf.fact, value=NOT_APPLICABLE),)
    return LeafProof(leaf=leaf, truth=answer, readings=read or nothing, counted=surely)


def entry_views(leaf: Count, view: FactView) -> tuple[FactView, ...]:
    """Every entry that is stated for any day, each as if it were a person."""
    statements = view.by_name.get(leaf.fact, ())
    return tuple(alone(each, view.valid_at) for each in entries_in(statements))


def statements_of(fact: str, view: FactView, *, closed: bool) -> tuple[Fact, ...] | None:
    """A ledger's statements add up; of any other list the best one is the whole of it."""
    current = view.stated(fact).current
    if closed:
        return tuple(each for each in current if each.value is not UNKNOWN)
    whole = current[-1:]
    return whole if whole and whole[0].value is not UNKNOWN else None


def entries_in(statements: tuple[Fact, ...]) -> Iterator[Entry]:
    for statement in statements:
        if isinstance(statement.value, tuple):
            for each in statement.value:
                if isinstance(each, Entry):
                    yield each
                elif isinstance(each, Receipt):
                    yield _of_receipt(each)


def _of_receipt(receipt: Receipt) -> Entry:
    said = ((each.name, getattr(receipt, each.name)) for each in fields(receipt))
    return Entry(tuple((name, value) for name, value in said if value is not None))


def _meets(leaf: Count, entry: Entry, day: date, truth: Truths) -> Truth:
    return Truth.TRUE if leaf.where is None else truth(leaf.where, alone(entry, day))


def alone(entry: Entry, day: date) -> FactView:
    """The entry as if it were a person: each field is a fact that always holds."""
    facts = {
        name: (Fact(name=name, value=value, source=Source.DECLARED, recorded_at=BEFORE_ALL),)
        for name, value in entry.fields
    }
    return FactView(day, BEFORE_ALL, facts)
