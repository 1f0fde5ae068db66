"""Which days work: weekends rest, except as announced for each year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

SATURDAY = 5

DayKind: TypeAlias = Literal["workday", "make-up-workday", "weekend", "public-holiday"]


class NotAnnounced(Exception):
    """Nobody has said yet (or this calendar does not know) whether the day works."""

    def __init__(self, day: date) -> None:
        super().__init__(f"whether {day} is a workday is not known")
        self.day = day


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What one notice announces: the days off, weekends within them too, and the days worked.

    A year must be announced before its days are known: a plain Tuesday may turn out to be a
    holiday, and a Sunday a make-up workday.
    """

    number: int
    notice: str
    days_off: frozenset[date]
    make_up_workdays: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Consecutive announced years under one version; a version that was used never changes."""

    version: str
    years: Sequence[Year]

    @property
    def first_day(self) -> date:
        """The first day it can tell."""
        return date(self.years[0].number, 1, 1)

    @property
    def last_day(self) -> date:
        """The last day it can tell."""
        return date(self.years[-1].number, 12, 31)

    def kind_of(self, day: date) -> DayKind:
        """Raises `NotAnnounced` outside the announced years."""
        year = next((year for year in self.years if year.number == day.year), None)
        if year is None:
            raise NotAnnounced(day)
        if day in year.make_up_workdays:
            return "make-up-workday"
        if day in year.days_off:
            return "public-holiday"
        return "weekend" if day.weekday() >= SATURDAY else "workday"


def days(first: date, last: date) -> frozenset[date]:
    """Every day from the first to the last, both included, as notices are worded."""
    return frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))
