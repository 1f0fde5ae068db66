"""The days on which an answer may change although nothing about the person does."""

from collections.abc import Iterator
from datetime import MAXYEAR, date, timedelta
from typing import assert_never

from services.policy.rules.days import MONTHS_IN_A_YEAR, WrittenDay, later, month_number
from services.policy.rules.facts import FactView
from services.policy.rules.lists import entry_views
from services.policy.rules.periods import EveryYear, Period
from services.policy.rules.policy import Policy
from services.policy.rules.tree import (
    All,
    AnyOf,
    AtFact,
    Compare,
    Count,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    Linear,
    ManualCheck,
    Member,
    Not,
    NotSeen,
    Reference,
    Tracks,
    Tree,
    Within,
)

ONE_DAY = timedelta(days=1)
YEARS_AHEAD = 60
"""Longer than anybody waits; a window of every year is followed no further."""


def turning_days(policy: Policy, criteria: Tree, view: FactView) -> list[date]:
    """Every later day on which it may change, in order; between two of them it does not."""
    found = {*_of_policy(policy, view.valid_at), *_of_tree(criteria, view)}
    last = later_years(view.valid_at, YEARS_AHEAD)
    return sorted(day for day in found if view.valid_at < day <= last)


def later_years(day: date, years: int) -> date:
    return date(min(day.year + years, MAXYEAR), 12, 31)


def _of_policy(policy: Policy, day: date) -> Iterator[date]:
    quota = () if policy.quota is None else policy.quota.full
    for window in (policy.in_force, *policy.windows, *quota):
        match window:
            case Period():
                yield from _bounds(window)
            case EveryYear():
                for year in range(day.year, min(day.year + YEARS_AHEAD, MAXYEAR)):
                    yield date(year, *window.first)
                    yield date(year, *window.last) + ONE_DAY
            case _:
                assert_never(window)
    if isinstance(policy.published, WrittenDay):
        yield policy.published.first


def _bounds(period: Period) -> Iterator[date]:
    if isinstance(period.first, WrittenDay):
        yield period.first.first
    if isinstance(period.last, WrittenDay):
        yield from _after(period.last.last)


def _of_tree(tree: Tree, view: FactView) -> Iterator[date]:
    match tree:
        case All(children=children) | AnyOf(children=children):
            for child in children:
                yield from _of_tree(child, view)
        case Not(child=child):
            yield from _of_tree(child, view)
        case Tracks(children=tracks):
            for track in tracks:
                if track.first is not None:
                    yield track.first.first
                if track.last is not None:
                    yield from _after(track.last.last)
                yield from _of_tree(track.when, view)
        case _:
            yield from _of_leaf(tree, view)


def _of_leaf(leaf: Leaf, view: FactView) -> Iterator[date]:
    match leaf:
        case Compare(fact=fact) | Member(fact=fact) | Holds(fact=fact):
            yield from _statements(fact, view)
        case Linear(terms=terms):
            for term in terms:
                yield from _statements(term.fact, view)
        case Elapsed() | Within():
            yield from _of_length(leaf, view)
        case Insured():
            yield from _statements(leaf.fact, view)
            yield from _months(leaf, view.valid_at)
        case Count():
            yield from _statements(leaf.fact, view)
            for entry in entry_views(leaf, view):
                if leaf.where is not None:
                    yield from _of_tree(leaf.where, entry)
        case ManualCheck(check_id=check_id):
            yield from _statements(f"check:{check_id}", view)
        case NotSeen():
            return
        case _:
            assert_never(leaf)


def _statements(name: str, view: FactView) -> Iterator[date]:
    for fact in view.by_name.get(name, ()):
        for day in (fact.valid_from, fact.valid_to):
            if day is not None:
                yield day


def _of_length(leaf: Elapsed | Within, view: FactView) -> Iterator[date]:
    """Around the days on which the count reaches its value, whatever the convention."""
    yield from _statements(leaf.since, view)
    if isinstance(leaf.at, AtFact):
        yield from _statements(leaf.at.fact, view)
        return
    if isinstance(leaf.at, date):
        return
    for fact in view.by_name.get(leaf.since, ()):
        if isinstance(fact.value, date):
            for day in _reached(leaf, fact.value):
                yield from _seen_from(leaf.at, day)


def _reached(leaf: Elapsed | Within, since: date) -> Iterator[date]:
    yield since
    for count in (leaf.value - 1, leaf.value, leaf.value + 1):
        day = later(since, count, leaf.unit)
        yield day
        yield from _after(day)
        yield date(day.year, day.month, 1)
        yield date(day.year, 1, 1)


def _seen_from(at: Reference, day: date) -> Iterator[date]:
    if at is Reference.VALID_AT:
        yield day
        return
    # Measured to a day of the year, the count moves only where the year does.
    for year in (day.year, day.year + 1):
        if year <= MAXYEAR:
            yield date(year, 1, 1)


def _months(leaf: Insured, day: date) -> Iterator[date]:
    """Each month the window moves on; without one nothing leaves it, but months to come enter."""
    now = month_number(day)
    for number in range(now, now + (leaf.window_months or MONTHS_IN_A_YEAR) + 1):
        year, month = divmod(number, MONTHS_IN_A_YEAR)
        yield date(min(year, MAXYEAR), month + 1, 1)


def _after(day: date) -> Iterator[date]:
    if day < date.max:
        yield day + ONE_DAY
