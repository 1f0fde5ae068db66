"""A table of people from the statements about each of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import assert_never

from services.policy.rules.bulk.columns import (
    Coded,
    Column,
    Entries,
    Entry,
    Held,
    Listed,
    Need,
    People,
    Scalar,
    Statements,
    coded,
    measured,
)
from services.policy.rules.facts import UNKNOWN, FactView, holds_on
from services.policy.rules.leaves import as_codes, says_all
from services.policy.rules.lists import entries_in, statements_of
from services.policy.rules.tree import Tenure


def people_of(views: Sequence[FactView], needs: Iterable[Need]) -> People:
    """What the conditions need of everybody; each fact is selected as for one person alone."""
    columns: Mapping[Need, Column] = {need: _column(need, views) for need in needs}
    return People(len(views), columns)


def _column(need: Need, views: Sequence[FactView]) -> Column:
    match need:
        case Scalar(fact=fact, day=day):
            return measured(view.read(fact, on=day).value for view in views)
        case Listed(fact=fact, day=day):
            return coded(view.read(fact, on=day).value for view in views)
        case Statements(fact=fact, day=day):
            return _held(fact, day, views)
        case Entries():
            return coded(_entries(need, view) for view in views)
        case _:
            assert_never(need)


def _entries(need: Entries, view: FactView) -> Entry:
    statements = statements_of(need.fact, view, closed=need.closed)
    return UNKNOWN if statements is None else tuple(entries_in(statements))


def _held(fact: str, day: date, views: Iterable[FactView]) -> Coded:
    return coded(entry_of(fact, day, view) for view in views)


def entry_of(fact: str, day: date, view: FactView) -> Held:
    begun = view.stated(fact).begun
    current = [each for each in view.by_name.get(fact, ()) if holds_on(each, day)]
    return Held(
        now=frozenset(code for each in current for code in as_codes(each.value)),
        ever=frozenset(code for each in begun for code in as_codes(each.value)),
        says_all=frozenset(tenure for tenure in Tenure if says_all(begun, day, tenure)),
    )
