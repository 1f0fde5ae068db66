"""Counts working time step by step, so that every deadline can be explained day by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from events.sourcing.clock import LEGAL_ZONE, legal_day
from services.concierge.calendars.workdays import DayKind, NotAnnounced, WorkCalendar

OFFICE_HOURS = ((time(9), time(12)), (time(13, 30), time(17, 30)))
"""The hours of a working day in Asia/Shanghai; 420 minutes."""

CLOSING = OFFICE_HOURS[-1][1]
WORKING = frozenset[DayKind]({"workday", "make-up-workday"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one day, or one stretch of office hours, added to the count.

    `counted` and `total` are days, or seconds of office hours; a day that rests adds nothing.
    """

    day: date
    kind: DayKind
    counted: int = 0
    total: int = 0
    begins_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A deadline with its calculation; `due_at` is `None` where the announced days ran out."""

    due_at: datetime | None
    steps: tuple[Step, ...]


def count_working_days(calendar: WorkCalendar, since: datetime, amount: int) -> Counted:
    """Due when offices close on the `amount`-th working day after the day of `since`.

    Deadlines of public bodies are counted from the day after receipt (收到次日起).
    """
    steps: list[Step] = []
    total = 0
    try:
        for day, kind in _days(calendar, legal_day(since) + timedelta(days=1)):
            counted = int(kind in WORKING)
            total += counted
            steps.append(Step(day=day, kind=kind, counted=counted, total=total))
            if total >= amount:
                return Counted(due_at=_at(day, CLOSING), steps=tuple(steps))
    except NotAnnounced:
        pass
    return Counted(due_at=None, steps=tuple(steps))


def count_working_minutes(calendar: WorkCalendar, since: datetime, amount: int) -> Counted:
    """Due at the moment when `amount` minutes of office hours have passed after `since`.

    A count that is used up exactly at closing is due at closing, not on the next morning.
    """
    steps: list[Step] = []
    left = timedelta(minutes=amount)
    total = timedelta()
    try:
        for day, kind in _days(calendar, legal_day(since)):
            if kind not in WORKING:
                steps.append(Step(day=day, kind=kind, total=_seconds(total)))
                continue
            for begins_at, ends_at in _stretches(day, since):
                taken = min(left, ends_at - begins_at)
                left, total = left - taken, total + taken
                steps.append(_stretch(day, kind, begins_at, taken, total))
                if not left:
                    return Counted(due_at=begins_at + taken, steps=tuple(steps))
    except NotAnnounced:
        pass
    return Counted(due_at=None, steps=tuple(steps))


def _days(calendar: WorkCalendar, first: date) -> Iterator[tuple[date, DayKind]]:
    """Days in order until the calendar knows no more, where it raises `NotAnnounced`."""
    day = first
    while True:
        yield day, calendar.kind_of(day)
        day += timedelta(days=1)


def _stretches(day: date, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The office hours of a day that lie after `since`."""
    for opens, closes in OFFICE_HOURS:
        begins_at, ends_at = max(_at(day, opens), since), _at(day, closes)
        if begins_at < ends_at:
            yield begins_at, ends_at


def _stretch(
    day: date, kind: DayKind, begins_at: datetime, taken: timedelta, total: timedelta
) -> Step:
    return Step(
        day=day,
        kind=kind,
        counted=_seconds(taken),
        total=_seconds(total),
        begins_at=begins_at,
        ends_at=begins_at + taken,
    )


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, LEGAL_ZONE).astimezone(UTC)


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
