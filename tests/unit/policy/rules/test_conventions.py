"""How lengths of time are counted: by birthdays, by begun units, by the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules import FormatError
from services.policy.rules.days import (
    Unit,
    begun_units,
    calendar_units,
    complete_units,
    later,
)
from tests.unit.policy.rules.rule_samples import policy_of, state_of

DAYS = st.dates(date(1940, 1, 1), date(2080, 12, 31))
LEAP = date(2000, 2, 29)


@pytest.mark.parametrize(
    ("convention", "born", "state"),
    [
        ("complete", "1985-04-02", "eligible"),
        ("complete", "1985-04-01", "not_eligible"),
        ("started", "1986-04-01", "eligible"),
        ("started", "1986-03-31", "not_eligible"),
        ("calendar", "1986-01-01", "eligible"),
        ("calendar", "1985-12-31", "not_eligible"),
    ],
)
def test_forty_at_most_is_another_day_by_each_convention(
    convention: str, born: str, state: str
) -> None:
    entry = f'{{since: birth_date, op: "<=", years: 40, convention: {convention}, cite: a}}'
    assert state_of(entry, {"birth_date": born}) == state


@pytest.mark.parametrize(
    ("until", "complete", "begun", "calendar"),
    [
        (date(2001, 2, 28), 0, 1, 1),
        (date(2001, 3, 1), 1, 1, 1),
        (date(2004, 2, 28), 3, 4, 4),
        (date(2004, 2, 29), 4, 4, 4),
    ],
)
def test_the_twenty_ninth_of_february_counts_on_the_first_of_march(
    until: date, complete: int, begun: int, calendar: int
) -> None:
    assert complete_units(LEAP, until, Unit.YEARS) == complete
    assert begun_units(LEAP, until, Unit.YEARS) == begun
    assert calendar_units(LEAP, until, Unit.YEARS) == calendar


@settings(deadline=None)
@given(DAYS, DAYS, st.sampled_from(Unit))
def test_what_has_begun_is_over_or_ends_later(since: date, until: date, unit: Unit) -> None:
    complete, begun = complete_units(since, until, unit), begun_units(since, until, unit)
    assert begun - complete in (0, 1)
    assert (begun == complete) == (later(since, complete, unit) == until)
    assert later(since, complete, unit) <= until <= later(since, begun, unit)


@settings(deadline=None)
@given(DAYS, DAYS, st.sampled_from(Unit), st.sampled_from([complete_units, begun_units]))
def test_a_day_more_never_counts_less(since: date, until: date, unit: Unit, count: object) -> None:
    assert callable(count)
    assert count(since, until, unit) <= count(since, until + timedelta(days=1), unit)


def test_a_last_day_is_not_counted_in_units() -> None:
    with pytest.raises(FormatError, match="not counted in units"):
        policy_of("{since: birth_date, op: within, years: 2, convention: started, cite: a}")
