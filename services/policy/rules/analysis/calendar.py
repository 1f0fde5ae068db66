"""Days as a solver sees them: year, month and day of the month, and the number of the day."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import z3

from services.policy.rules.days import MONTHS_IN_A_YEAR, Unit
from services.policy.rules.tree import Convention

Number: TypeAlias = Any
Condition: TypeAlias = Any
"""What z3 makes of them; it ships no types."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
FEBRUARY, LEAP_DAY = 2, 29
_SHORT = (4, 6, 9, 11)
_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


@dataclass(frozen=True, slots=True)
class Day:
    year: Number
    month: Number
    day: Number
    ordinal: Number


def some_day(name: str) -> tuple[Day, list[Condition]]:
    """A day that is not known yet: by its number alone, until its month or year is asked for."""
    year, month, day, ordinal = (z3.Int(f"{name}.{part}") for part in ("y", "m", "d", "o"))
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    bounds = [ordinal >= first.toordinal(), ordinal <= last.toordinal()]
    return Day(year, month, day, ordinal), bounds


def in_calendar(day: Day) -> list[Condition]:
    """What ties year, month and day of the month to the number of the day."""
    return [
        day.year >= FIRST_YEAR,
        day.year <= LAST_YEAR,
        day.month >= 1,
        day.month <= MONTHS_IN_A_YEAR,
        day.day >= 1,
        day.day <= _length_of(day.year, day.month),
        day.ordinal == _ordinal(day.year, day.month, day.day),
    ]


def units(since: Day, until: Day, unit: Unit, convention: Convention) -> Number:
    """How many units passed from one to the other, counted as the single case counts them."""
    if unit is Unit.DAYS:
        return until.ordinal - since.ordinal
    calendar = until.year - since.year
    if unit is Unit.MONTHS:
        calendar = MONTHS_IN_A_YEAR * calendar + until.month - since.month
    passed, just = _place(since, until, unit)
    match convention:
        case Convention.CALENDAR:
            return calendar
        case Convention.COMPLETE:
            return calendar - z3.If(passed, 0, 1)
        case Convention.STARTED:
            return calendar - z3.If(passed, 0, 1) + z3.If(just, 0, 1)


def _place(since: Day, until: Day, unit: Unit) -> tuple[Condition, Condition]:
    """Whether the day that many units later has come by then, and whether it is that very day."""
    if unit is Unit.MONTHS:
        ends = _least(since.day, _length_of(until.year, until.month))
        return ends <= until.day, ends == until.day
    moved = z3.And(since.month == FEBRUARY, since.day == LEAP_DAY, z3.Not(_leap(until.year)))
    month, day = z3.If(moved, 3, since.month), z3.If(moved, 1, since.day)
    just = z3.And(month == until.month, day == until.day)
    before = z3.Or(month < until.month, z3.And(month == until.month, day < until.day))
    return z3.Or(before, just), just


def _least(one: Number, other: Number) -> Number:
    return z3.If(one <= other, one, other)


def _leap(year: Number) -> Condition:
    return z3.And(year % 4 == 0, z3.Or(year % 100 != 0, year % 400 == 0))


def _length_of(year: Number, month: Number) -> Number:
    february = z3.If(_leap(year), LEAP_DAY, LEAP_DAY - 1)
    others = z3.If(z3.Or(*(month == each for each in _SHORT)), 30, 31)
    return z3.If(month == FEBRUARY, february, others)


def _ordinal(year: Number, month: Number, day: Number) -> Number:
    past = year - 1
    before = z3.IntVal(_BEFORE[-1])
    for number, days in reversed(list(enumerate(_BEFORE[:-1], start=1))):
        before = z3.If(month == number, days, before)
    leap = z3.If(z3.And(month > FEBRUARY, _leap(year)), 1, 0)
    return 365 * past + past / 4 - past / 100 + past / 400 + before + leap + day
