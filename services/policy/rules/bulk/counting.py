"""Lengths of time over whole columns: as the single case counts them, without counting each."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date

import numpy as np

from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.days import MONTHS_IN_A_YEAR, Unit, later
from services.policy.rules.leaves import COUNTED
from services.policy.rules.tree import Convention, Op

EPOCH = date(1970, 1, 1).toordinal()
LAST = date.max.toordinal()
_DAYS = range(1, LAST + 1)


@dataclass(frozen=True, slots=True)
class Length:
    """What a length of time is counted in, and how."""

    unit: Unit
    convention: Convention = Convention.COMPLETE


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a range, both ends included, by ordinal; or all others."""

    first: int
    last: int
    others: bool = False


def since_days(op: Op, value: int, length: Length, until: date) -> Days:
    """On which days it must have begun, so that the units counted by then compare so."""

    def last_with(count: int) -> int:
        return _last_with(count, length, until)

    match op:
        case Op.AT_LEAST:
            return Days(1, last_with(value))
        case Op.MORE:
            return Days(1, last_with(value + 1))
        case Op.AT_MOST:
            return Days(last_with(value + 1) + 1, LAST)
        case Op.LESS:
            return Days(last_with(value) + 1, LAST)
        case Op.EQUAL | Op.OTHER:
            first = last_with(value + 1) + 1
            return Days(first, last_with(value), others=op is Op.OTHER)


def within_days(value: int, unit: Unit, until: date) -> Days:
    """On which days it must have begun, so that the time is not over by then."""
    over = bisect_left(_DAYS, until, key=lambda day: later(date.fromordinal(day), value, unit))
    return Days(over + 1, until.toordinal())


def _last_with(count: int, length: Length, until: date) -> int:
    """The last day since which at least so many units have passed: later days count fewer."""
    units = COUNTED[length.convention]
    return bisect_right(
        _DAYS, -count, key=lambda day: -units(date.fromordinal(day), until, length.unit)
    )


def counted(since: Numbers, until: Numbers, length: Length) -> Numbers:
    """How many units passed, person by person."""
    whole = _complete(since, until, length.unit)
    match length.convention:
        case Convention.COMPLETE:
            return whole
        case Convention.STARTED:
            whole += ended_on(since, whole, length.unit) != until
            return whole
        case Convention.CALENDAR:
            return _calendar(since, until, length.unit)


def _complete(since: Numbers, until: Numbers, unit: Unit) -> Numbers:
    count = _calendar(since, until, unit)
    if unit is not Unit.DAYS:
        count -= ended_on(since, count, unit) > until
    return count


def _calendar(since: Numbers, until: Numbers, unit: Unit) -> Numbers:
    if unit is Unit.DAYS:
        days: Numbers = until.astype(np.int64) - since
        return days
    (began, _), (ended, _) = _month_and_place(since), _month_and_place(until)
    size = MONTHS_IN_A_YEAR if unit is Unit.YEARS else 1
    count: Numbers = ended // size - began // size
    return count


def ended_on(since: Numbers, count: Numbers | int, unit: Unit) -> Numbers:
    """The day so many units later: 29 February counts on 1 March, the 31st on a month's last."""
    if unit is Unit.DAYS:
        return since.astype(np.int64) + count
    month, place = _month_and_place(since)
    if unit is Unit.YEARS:
        # What is left over after the last of February falls on 1 March by itself.
        return _first_of(month + count * MONTHS_IN_A_YEAR) + place
    begun = _first_of(month + count)
    ended: Numbers = begun + np.minimum(place, _first_of(month + count + 1) - begun - 1)
    return ended


def _month_and_place(days: Numbers) -> tuple[Numbers, Numbers]:
    """Months since 1970, and days since the first of that month."""
    moments = (days.astype(np.int64) - EPOCH).astype("datetime64[D]")
    months = moments.astype("datetime64[M]")
    return months.astype(np.int64), (moments - months.astype("datetime64[D]")).astype(np.int64)


def _first_of(months: Numbers) -> Numbers:
    days: Numbers = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    days += EPOCH
    return days
