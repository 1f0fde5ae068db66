"""What can be said of somebody that makes a condition turn: just below, at and just above."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import assert_never
from zlib import crc32

from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.days import MONTHS_IN_A_YEAR, Unit, month_number
from services.policy.rules.facts import (
    NOT_APPLICABLE,
    UNKNOWN,
    Absent,
    Entry,
    Fact,
    FieldValue,
    InsuredMonth,
    Source,
    Value,
)
from services.policy.rules.proof import check_fact
from services.policy.rules.tree import (
    AtFact,
    Compare,
    Count,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    Linear,
    ManualCheck,
    Measure,
    Member,
    NotSeen,
    Reference,
    Within,
)

Statements = tuple[Fact, ...]
"""All that is said of one fact; nothing at all leaves it unknown."""

RECORDED = datetime(1970, 1, 1, tzinfo=UTC)
NEARBY = (-1, 0, 1)
ELSEWHERE = "a-code-of-nobody"
MOST_ENTRIES = 6
TURNS = 6
_DAY = timedelta(days=1)


def turning(leaf: Leaf, valid_at: date) -> Iterator[Statements]:
    """Statements about the facts of one condition, each of them about one fact."""
    match leaf:
        case Compare():
            yield from _around(leaf)
        case Linear():
            yield from _summands(leaf)
        case Count():
            yield from _lists(leaf, valid_at)
        case Member():
            yield from _codes(leaf)
        case Elapsed() | Within():
            yield from _lengths(leaf, valid_at)
        case Insured():
            yield from _insured(leaf, month_number(valid_at))
        case Holds():
            yield from _held(leaf, valid_at)
        case ManualCheck():
            for ruling in (True, False):
                yield (_fact(check_fact(leaf.check_id), ruling),)
        case NotSeen():
            pass
        case _:
            assert_never(leaf)


def absent(name: str) -> Iterator[Statements]:
    """Nothing said, unknown, and not applicable."""
    yield ()
    yield (_fact(name, UNKNOWN),)
    yield (_fact(name, NOT_APPLICABLE),)


def _around(leaf: Compare) -> Iterator[Statements]:
    values: list[Value]
    if isinstance(leaf.value, bool):
        values = [True, False]
    elif isinstance(leaf.value, int):
        values = [leaf.value + step for step in NEARBY]
    else:
        values = [_moved(leaf.value, step) for step in NEARBY]
    for value in values:
        yield (_fact(leaf.fact, value),)
        if leaf.as_of is not None:
            yield from _around_day(leaf.fact, value, leaf.as_of)


def _summands(leaf: Linear) -> Iterator[Statements]:
    """With the others at nothing, or on one day, each summand alone takes the sum across."""
    days = leaf.measure is Measure.DAYS
    for term in leaf.terms:
        share = leaf.value // abs(term.times)
        for number in (0, *(sign * share + step for sign in (1, -1) for step in NEARBY)):
            value: Value = _moved(date(2020, 1, 1), number) if days else number
            yield (_fact(term.fact, value),)


def _lists(leaf: Count, valid_at: date) -> Iterator[Statements]:
    """Lists about as long as is asked for, of entries about which something turns as well."""
    where = () if leaf.where is None else tuple(leaves_of(leaf.where))
    for length in range(min(leaf.value, MOST_ENTRIES) + 2):
        for turn in range(TURNS):
            entries = tuple(_entry(where, valid_at, f"{length}/{turn}/{n}") for n in range(length))
            value = entries or NOT_APPLICABLE
            yield (_fact(leaf.fact, value),)
            if leaf.closed:
                yield (_fact(leaf.fact, value), _fact(leaf.fact, entries[:1] or UNKNOWN))


def _entry(where: Sequence[Leaf], valid_at: date, seed: str) -> Entry:
    """A field for each condition, drawn from what turns it, or left out."""
    said: dict[str, FieldValue] = {}
    for leaf in where:
        turns = [each for some in turning(leaf, valid_at) for each in some]
        chosen = turns[crc32(f"{seed}/{leaf!r}".encode()) % len(turns)]
        if isinstance(chosen.value, int | date | str):
            said[chosen.name] = chosen.value
    kept = [each for each in sorted(said.items()) if crc32(f"{seed}{each[0]}".encode()) % 6]
    return Entry(tuple(kept))


def _codes(leaf: Member) -> Iterator[Statements]:
    wholes = sorted(leaf.wholes)[:2]
    for code in (*sorted(leaf.covers)[:2], *wholes, ELSEWHERE):
        yield (_fact(leaf.fact, code),)
        if leaf.as_of is not None:
            yield from _around_day(leaf.fact, code, leaf.as_of)
    yield (_fact(leaf.fact, (ELSEWHERE, *sorted(leaf.covers)[-1:])),)
    if wholes:
        yield (_fact(leaf.fact, (ELSEWHERE, *wholes)),)


def _around_day(name: str, value: Value, day: date) -> Iterator[Statements]:
    for step in NEARBY:
        yield (_fact(name, value, first=_moved(day, step)),)
        yield (_fact(name, value, end=_moved(day, step)),)


def _lengths(leaf: Elapsed | Within, valid_at: date) -> Iterator[Statements]:
    """Begun around the day from which just so many units lead to the end."""
    if isinstance(leaf.at, AtFact):
        yield from ((_fact(leaf.at.fact, end),) for end in _ends(leaf.at, valid_at))
    for end in _ends(leaf.at, valid_at):
        begun = _earlier(end, leaf.value, leaf.unit)
        for day in (begun, end, date(2000, 2, 29), date(2024, 1, 31)):
            for step in NEARBY:
                yield (_fact(leaf.since, _moved(day, step)),)


def _ends(at: Reference | date | AtFact, valid_at: date) -> tuple[date, ...]:
    if isinstance(at, date):
        return (at,)
    return valid_at, date(valid_at.year, 1, 1), date(valid_at.year, 12, 31), date(2024, 2, 29)


def _insured(leaf: Insured, now: int) -> Iterator[Statements]:
    base = leaf.base_percent
    bases = (None,) if base is None else (None, base - 1, base)
    for count in (leaf.months + step for step in NEARBY):
        for percent in bases:
            months = range(max(0, now - count), now)
            yield (_fact(leaf.fact, tuple(InsuredMonth(m, percent) for m in months)),)
            gap = [m - (m < now - count // 2) for m in months]
            yield (_fact(leaf.fact, tuple(InsuredMonth(m, percent) for m in gap)),)


def _held(leaf: Holds, valid_at: date) -> Iterator[Statements]:
    codes = (*sorted(leaf.covers)[:2], ELSEWHERE)
    for code in codes:
        yield (_fact(leaf.fact, code),)
        for step in NEARBY:
            day = _moved(valid_at, step)
            yield (_fact(leaf.fact, code, end=day),)
            yield (_fact(leaf.fact, code, first=day),)
            yield (_fact(leaf.fact, NOT_APPLICABLE, end=day), _fact(leaf.fact, code, first=day))
    yield tuple(_fact(leaf.fact, code, end=valid_at) for code in sorted(leaf.covers))
    yield (_fact(leaf.fact, codes),)
    yield (_fact(leaf.fact, NOT_APPLICABLE, first=_moved(valid_at, -1)),)


def _fact(
    name: str, value: Value | Absent, *, first: date | None = None, end: date | None = None
) -> Fact:
    return Fact(
        name=name,
        value=value,
        source=Source.VERIFIED,
        recorded_at=RECORDED,
        valid_from=first,
        valid_to=end,
    )


def _earlier(day: date, count: int, unit: Unit) -> date:
    """About so many units before; the days around it are tried as well."""
    if unit is Unit.DAYS:
        return _moved(day, -count)
    month = month_number(day) - (count * MONTHS_IN_A_YEAR if unit is Unit.YEARS else count)
    if month < MONTHS_IN_A_YEAR:
        return date.min
    first = date(month // MONTHS_IN_A_YEAR, month % MONTHS_IN_A_YEAR + 1, 1)
    return _moved(first, day.day - 1)


def _moved(day: date, days: int) -> date:
    try:
        return day + days * _DAY
    except OverflowError:
        return date.min if days < 0 else date.max
