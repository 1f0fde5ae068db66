"""Reading when a policy can be had: periods, windows, quotas, and whose dates it is for."""

import re
from datetime import date

from services.policy.rules.amount import Per
from services.policy.rules.days import WrittenDay
from services.policy.rules.parse_words import Words, spec_of
from services.policy.rules.periods import Applies, Bound, End, EveryYear, Period, Quota, Window
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import NOT_SEEN, Unseen
from services.policy.rules.vocabulary import FactType

_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_COMMON_YEAR = 2001


def read_period(at: Cursor) -> Period:
    given = at.fields("from to", "cite")
    period = Period(
        first=read_end(given["from"]),
        last=read_end(given["to"]),
        cite=given["cite"].cite() if "cite" in given else None,
    )
    if period.last is Bound.PENDING:
        raise given["to"].wrong("an end cannot be pending", "Write a date, open or not_seen.")
    if _is_backwards(period):
        raise given["to"].wrong("it ends before it starts", "Check both dates.")
    return period


def _is_backwards(period: Period) -> bool:
    if isinstance(period.first, WrittenDay) and isinstance(period.last, WrittenDay):
        return period.last.last < period.first.first
    return False


def read_end(at: Cursor) -> End:
    if at.is_not_seen():
        return NOT_SEEN
    return at.choice(Bound) if at.value in [each.value for each in Bound] else at.day()


def read_last(at: Cursor) -> End:
    """An end for good: it never waits for a further act."""
    end = read_end(at)
    if end is Bound.PENDING:
        raise at.wrong("an end cannot be pending", "Write a date, open or not_seen.")
    return end


def read_windows(at: Cursor) -> tuple[Window, ...]:
    """One period, several, or the same days every year."""
    if at.has("every_year"):
        return (_every_year(at.fields("every_year")["every_year"]),)
    if not isinstance(at.value, list):
        return (read_period(at),)
    windows = [read_period(each) for each in at.items()]
    for place, each in enumerate(at.items()):
        if any(_meet(windows[place], other) for other in windows[:place]):
            raise each.wrong("two windows overlap", "Join them, or correct a date.")
    return tuple(windows)


def _meet(one: Period, other: Period) -> bool:
    first, second = sorted((one, other), key=lambda each: _days(each)[0])
    return _days(second)[0] <= _days(first)[1]


def _days(period: Period) -> tuple[date, date]:
    first, last = period.first, period.last
    return (
        first.first if isinstance(first, WrittenDay) else date.min,
        last.last if isinstance(last, WrittenDay) else date.max,
    )


def _every_year(at: Cursor) -> EveryYear:
    given = at.fields("from to", "cite")
    return EveryYear(
        first=_month_day(given["from"]),
        last=_month_day(given["to"]),
        cite=given["cite"].cite() if "cite" in given else None,
    )


def _month_day(at: Cursor) -> tuple[int, int]:
    found = _MONTH_DAY.fullmatch(at.value) if isinstance(at.value, str) else None
    try:
        day = date(_COMMON_YEAR, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise at.wrong("not a day of every year", "Write MM-DD, such as 03-01.")
    return day.month, day.day


def read_quota(at: Cursor) -> Quota:
    given = at.fields("count per cite", "full")
    full = given["full"].items() if "full" in given else []
    count = given["count"]
    return Quota(
        count=NOT_SEEN if count.is_not_seen() else count.whole(least=1),
        per=given["per"].choice(Per),
        full=tuple(read_period(each) for each in full),
        cite=given["cite"].cite(),
    )


def read_applies(at: Cursor, words: Words) -> Applies:
    given = at.fields("by from to cite")
    spec = spec_of(given["by"], words, frozenset({FactType.DATE}))
    first, last = _whole_day(given["from"]), _whole_day(given["to"])
    if isinstance(first, date) and isinstance(last, date) and last < first:
        raise given["to"].wrong("it ends before it starts", "Check both dates.")
    return Applies(by=spec.name, first=first, last=last, cite=given["cite"].cite())


def _whole_day(at: Cursor) -> date | Unseen | Bound:
    end = read_last(at)
    if isinstance(end, WrittenDay):
        return read_day(at)
    return end


def read_day(at: Cursor) -> date:
    day = at.day()
    if day.first != day.last:
        raise at.wrong("a whole date is needed", "Write YYYY-MM-DD.")
    return day.first
