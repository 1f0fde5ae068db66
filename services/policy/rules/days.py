"""Legal days: which day it is in Shanghai, how dates are counted, and dates known only by year."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
MONTHS_IN_A_YEAR = 12

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Unit(StrEnum):
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


# Asked by the dozen for every answer: to look a member up takes longer than to compare it.
_DAYS, _MONTHS, _YEARS = Unit.DAYS, Unit.MONTHS, Unit.YEARS


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A date as a source wrote it: a day, or only a month or a year."""

    text: str
    first: date
    last: date


def legal_day(moment: datetime) -> date:
    return moment.astimezone(LEGAL_ZONE).date()


def written_day(text: str) -> WrittenDay:
    """Raise ValueError unless the text is YYYY, YYYY-MM or YYYY-MM-DD and exists."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or month is None:
        return WrittenDay(text, date(int(text), 1, 1), date(int(text), 12, 31))
    if day is None:
        last = calendar.monthrange(year, month)[1]
        return WrittenDay(text, date(year, month, 1), date(year, month, last))
    return WrittenDay(text, date(year, month, day), date(year, month, day))


def later(day: date, count: int, unit: Unit) -> date:
    """The day that many units later; 29 February counts on 1 March in common years.

    What lies beyond the calendar's last day ends there.
    """
    try:
        return _later(day, count, unit)
    except (OverflowError, ValueError):
        return date.max


def _later(day: date, count: int, unit: Unit) -> date:
    if unit is _DAYS:
        return day + timedelta(days=count)
    if unit is _YEARS:
        return _same_day_in_year(day, day.year + count)
    return _same_day_in_month(day, day.year * MONTHS_IN_A_YEAR + day.month - 1 + count)


def complete_units(since: date, until: date, unit: Unit) -> int:
    """How many whole units have passed; an age counts up on the birthday itself."""
    if unit is _DAYS:
        return (until - since).days
    count = until.year - since.year
    if unit is _MONTHS:
        count = month_number(until) - month_number(since)
    return count if later(since, count, unit) <= until else count - 1


def begun_units(since: date, until: date, unit: Unit) -> int:
    """How many units have begun: one that is not over yet counts as a whole one."""
    count = complete_units(since, until, unit)
    return count if later(since, count, unit) == until else count + 1


def calendar_units(since: date, until: date, unit: Unit) -> int:
    """The numbers of the calendar subtracted, whatever the day within them."""
    match unit:
        case Unit.DAYS:
            return (until - since).days
        case Unit.MONTHS:
            return month_number(until) - month_number(since)
        case Unit.YEARS:
            return until.year - since.year


def month_number(day: date) -> int:
    return day.year * MONTHS_IN_A_YEAR + day.month - 1


def _same_day_in_year(day: date, year: int) -> date:
    if (day.month, day.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return day.replace(year=year)


def _same_day_in_month(day: date, number: int) -> date:
    # A month without that day ends the count on its last day, as civil law counts months.
    year, month = divmod(number, MONTHS_IN_A_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
