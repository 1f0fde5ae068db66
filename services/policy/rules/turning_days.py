"""The days on which an answer may change although nothing about the person does."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import assert_never

from services.policy.rules.days import MONTHS_IN_A_YEAR, Unit, WrittenDay, later
from services.policy.rules.facts import FactView, insured_months
from services.policy.rules.lists import entry_views
from services.policy.rules.periods import EveryYear, Period
from services.policy.rules.policy import Policy
from services.policy.rules.tree import (
    All,
    AnyOf,
    AtFact,
    Compare,
    Convention,
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
    Op,
    Reference,
    Track,
    Tracks,
    Tree,
    Within,
)

ONE_DAY = timedelta(days=1)
YEARS_AHEAD = 60
"""Longer than anybody waits; a window of every year is followed no further."""

_TURNS_AT: Mapping[Op, tuple[int, ...]] = {
    Op.AT_LEAST: (0,),
    Op.LESS: (0,),
    Op.MORE: (1,),
    Op.AT_MOST: (1,),
    Op.EQUAL: (0, 1),
    Op.OTHER: (0, 1),
}
"""By how much a growing count is more than its value when the answer turns."""


def days_of_policy(policy: Policy, today: date) -> list[date]:
    """Every later day on which it may open or close, in order; between two of them it does not."""
    return _after_today(_of_policy(policy, today), today)


def days_of_track(track: Track, today: date) -> list[date]:
    return _after_today(_of_track(track), today)


def days_of_leaf(leaf: Leaf, view: FactView) -> list[date]:
    """Every later day on which a condition may come to say something else, in order."""
    return _after_today(_of_leaf(leaf, view), view.valid_at)


def _after_today(days: Iterable[date], today: date) -> list[date]:
    last = later_years(today, YEARS_AHEAD)
    return sorted({day for day in days if today < day <= last})


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
                yield from _of_track(track)
                yield from _of_tree(track.when, view)
        case _:
            yield from _of_leaf(tree, view)


def _of_track(track: Track) -> Iterator[date]:
    if track.first is not None:
        yield track.first.first
    if track.last is not None:
        yield from _after(track.last.last)


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
            yield from _months(leaf, view)
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
    """The days on which the count turns the answer, whatever the convention."""
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
    """The first day, or the first two, on which it counts enough to turn the answer."""
    if isinstance(leaf, Within):
        yield since
        yield from _after(later(since, leaf.value, leaf.unit))
        return
    for beyond in _TURNS_AT[leaf.op]:
        count = leaf.value + beyond
        match leaf.convention:
            case Convention.COMPLETE:
                yield later(since, count, leaf.unit)
            case Convention.STARTED:
                yield from _after(later(since, count - 1, leaf.unit))
            case Convention.CALENDAR:
                yield _first_of(later(since, count, leaf.unit), leaf.unit)


def _first_of(day: date, unit: Unit) -> date:
    """The first day of the calendar's year or month that the day is in."""
    match unit:
        case Unit.YEARS:
            return date(day.year, 1, 1)
        case Unit.MONTHS:
            return date(day.year, day.month, 1)
        case Unit.DAYS:
            return day


def _seen_from(at: Reference, day: date) -> Iterator[date]:
    if at is Reference.VALID_AT:
        yield day
        return
    # Measured to a day of the year, the count moves only where the year does.
    for year in (day.year, day.year + 1):
        if year <= MAXYEAR:
            yield date(year, 1, 1)


def _months(leaf: Insured, view: FactView) -> Iterator[date]:
    """When a month is over it counts, and it does no longer when the window has moved beyond it."""
    for fact in view.by_name.get(leaf.fact, ()):
        for each in insured_months(fact.value):
            yield _first_of_month(each.month + 1)
            if leaf.window_months is not None:
                yield _first_of_month(each.month + leaf.window_months + 1)


def _first_of_month(number: int) -> date:
    year, month = divmod(number, MONTHS_IN_A_YEAR)
    return date(min(max(year, MINYEAR), MAXYEAR), month + 1, 1)


def _after(day: date) -> Iterator[date]:
    if day < date.max:
        yield day + ONE_DAY
