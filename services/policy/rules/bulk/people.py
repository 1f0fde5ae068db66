"""A table of people from the statements about each of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from services.policy.rules.bulk.columns import (
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
from services.policy.rules.facts import UNKNOWN, FactView
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
        case Statements(fact=fact):
            return coded(entry_of(fact, view) for view in views)
        case Entries():
            return coded(_entries(need, view) for view in views)
        case _:
            assert_never(need)


def _entries(need: Entries, view: FactView) -> Entry:
    statements = statements_of(need.fact, view, closed=need.closed)
    return UNKNOWN if statements is None else tuple(entries_in(statements))


def entry_of(fact: str, view: FactView) -> Held:
    said = view.stated(fact)
    return Held(
        now=frozenset(code for each in said.current for code in as_codes(each.value)),
        ever=frozenset(code for each in said.begun for code in as_codes(each.value)),
        says_all=frozenset(
            tenure for tenure in Tenure if says_all(said.begun, view.valid_at, tenure)
        ),
    )
