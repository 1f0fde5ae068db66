"""Legal days, birthdays and dates known only in part."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.rules.days import Unit, complete_units, later, legal_day, written_day

LEAP_BIRTHDAY = date(2004, 2, 29)


def test_the_legal_day_is_the_day_in_shanghai() -> None:
    assert legal_day(datetime(2026, 3, 31, 15, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert legal_day(datetime(2026, 3, 31, 16, 0, tzinfo=UTC)) == date(2026, 4, 1)


def test_an_age_counts_up_on_the_birthday() -> None:
    born = date(1981, 4, 1)
    assert complete_units(born, date(2026, 3, 31), Unit.YEARS) == 44
    assert complete_units(born, date(2026, 4, 1), Unit.YEARS) == 45


def test_a_leap_birthday_counts_on_the_first_of_march_in_common_years() -> None:
    assert complete_units(LEAP_BIRTHDAY, date(2026, 2, 28), Unit.YEARS) == 21
    assert complete_units(LEAP_BIRTHDAY, date(2026, 3, 1), Unit.YEARS) == 22
    assert complete_units(LEAP_BIRTHDAY, date(2028, 2, 29), Unit.YEARS) == 24


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert later(date(2026, 1, 31), 1, Unit.MONTHS) == date(2026, 2, 28)
    assert complete_units(date(2026, 1, 31), date(2026, 2, 28), Unit.MONTHS) == 1


@pytest.mark.parametrize("unit", Unit)
def test_nothing_is_later_than_the_last_day_of_the_calendar(unit: Unit) -> None:
    assert later(date(9999, 12, 30), 2, unit) == date.max


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_a_written_day_spans_what_it_leaves_open(text: str, first: date, last: date) -> None:
    day = written_day(text)
    assert (day.first, day.last) == (first, last)


@pytest.mark.parametrize("text", ["2025-02-29", "2025-13", "25-01-01", "2025/01/01", ""])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any wording will do
        written_day(text)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 400), st.sampled_from(Unit))
def test_as_many_units_have_passed_as_were_added(since: date, count: int, unit: Unit) -> None:
    assert complete_units(since, later(since, count, unit), unit) == count
