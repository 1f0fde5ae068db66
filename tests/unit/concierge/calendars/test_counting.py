"""When working time is used up: nights, weekends, make-up Saturdays, holiday weeks, year ends."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.sourcing.clock import LEGAL_ZONE
from services.concierge.calendars import (
    CHINA,
    OFFICE_HOURS,
    count_working_days,
    count_working_minutes,
)

HOUR = 60
DAY = 7 * HOUR


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


@pytest.mark.parametrize(
    ("since", "amount", "due"),
    [
        pytest.param(
            "2026-04-08 10:00", 1, "2026-04-09 17:30", id="the day of receipt is not counted"
        ),
        pytest.param("2026-04-08 23:59", 1, "2026-04-09 17:30", id="late at night"),
        pytest.param("2026-04-09 00:01", 1, "2026-04-10 17:30", id="just after midnight"),
        pytest.param("2026-04-10 10:00", 1, "2026-04-13 17:30", id="over a weekend"),
        pytest.param("2026-05-08 10:00", 1, "2026-05-09 17:30", id="a make-up Saturday counts"),
        pytest.param("2026-05-09 10:00", 1, "2026-05-11 17:30", id="from a make-up Saturday"),
        pytest.param("2026-09-30 23:10", 3, "2026-10-10 17:30", id="over National Day 2026"),
        pytest.param("2026-10-03 12:00", 1, "2026-10-08 17:30", id="within the holiday week"),
        pytest.param("2026-02-13 16:00", 1, "2026-02-14 17:30", id="before Spring Festival 2026"),
        pytest.param("2026-02-14 16:00", 1, "2026-02-24 17:30", id="over Spring Festival 2026"),
        pytest.param(
            "2026-02-26 09:00", 2, "2026-02-28 17:30", id="month ends on a make-up Saturday"
        ),
        pytest.param("2026-06-30 09:00", 1, "2026-07-01 17:30", id="over a month's end"),
        pytest.param(
            "2025-12-31 09:00", 1, "2026-01-04 17:30", id="over the year's end to a Sunday"
        ),
        pytest.param("2026-12-30 09:00", 1, "2026-12-31 17:30", id="the last announced day"),
    ],
)
def test_working_days(since: str, amount: int, due: str) -> None:
    assert count_working_days(CHINA, at(since), amount).due_at == at(due)


@pytest.mark.parametrize(
    ("since", "amount", "due"),
    [
        pytest.param("2026-04-08 10:00", HOUR, "2026-04-08 11:00", id="within the morning"),
        pytest.param("2026-04-08 11:30", HOUR, "2026-04-08 14:00", id="over the lunch break"),
        pytest.param(
            "2026-04-08 12:30", HOUR, "2026-04-08 14:30", id="from within the lunch break"
        ),
        pytest.param("2026-04-08 16:30", HOUR, "2026-04-08 17:30", id="used up exactly at closing"),
        pytest.param("2026-04-08 16:31", HOUR, "2026-04-09 09:01", id="overnight"),
        pytest.param("2026-04-08 22:00", HOUR, "2026-04-09 10:00", id="asked at night"),
        pytest.param("2026-04-08 06:00", HOUR, "2026-04-08 10:00", id="asked before opening"),
        pytest.param("2026-04-10 17:00", HOUR, "2026-04-13 09:30", id="over a weekend"),
        pytest.param("2026-05-08 17:00", HOUR, "2026-05-09 09:30", id="into a make-up Saturday"),
        pytest.param("2026-04-08 09:00", DAY, "2026-04-08 17:30", id="a whole day"),
        pytest.param("2026-09-30 17:00", DAY, "2026-10-08 17:00", id="over National Day 2026"),
        pytest.param("2026-02-14 17:00", HOUR, "2026-02-24 09:30", id="over Spring Festival 2026"),
        pytest.param("2025-12-31 17:00", HOUR, "2026-01-04 09:30", id="over the year's end"),
    ],
)
def test_working_minutes(since: str, amount: int, due: str) -> None:
    assert count_working_minutes(CHINA, at(since), amount).due_at == at(due)


def test_where_the_announced_days_run_out_there_is_no_due_moment() -> None:
    new_years_eve = at("2026-12-31 17:00")
    assert count_working_days(CHINA, new_years_eve, 1).due_at is None
    assert count_working_minutes(CHINA, new_years_eve, 31).due_at is None


def test_what_could_be_counted_is_still_told() -> None:
    counted = count_working_days(CHINA, at("2026-12-29 09:00"), 5)
    assert [(step.day, step.total) for step in counted.steps] == [
        (date(2026, 12, 30), 1),
        (date(2026, 12, 31), 2),
    ]


def test_a_request_in_a_year_that_is_not_announced_counts_nothing() -> None:
    assert count_working_days(CHINA, at("2027-01-04 09:00"), 1).steps == ()


def test_each_stretch_of_office_hours_is_a_step() -> None:
    counted = count_working_minutes(CHINA, at("2026-04-10 16:30"), 2 * HOUR)
    assert [(str(step.day), step.kind, step.counted, step.total) for step in counted.steps] == [
        ("2026-04-10", "workday", 3600, 3600),
        ("2026-04-11", "weekend", 0, 3600),
        ("2026-04-12", "weekend", 0, 3600),
        ("2026-04-13", "workday", 3600, 7200),
    ]


FIRST = at("2025-01-01 00:00")
HALF_HOUR = timedelta(minutes=30)
MOMENTS = st.integers(0, 660 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
HALF_HOURS = st.integers(0, 660 * 48).map(lambda count: FIRST + count * HALF_HOUR)


@settings(deadline=None)
@given(since=MOMENTS, amount=st.integers(1, 30))
def test_working_days_agree_with_a_count_by_chinesecalendar(since: datetime, amount: int) -> None:
    day, left = since.date(), amount
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)

    due_at = count_working_days(CHINA, since, amount).due_at

    assert due_at == datetime.combine(day, OFFICE_HOURS[-1][1], LEGAL_ZONE)


@settings(max_examples=50, deadline=None)
@given(since=HALF_HOURS, amount=st.integers(1, 30))
def test_working_minutes_agree_with_a_count_by_half_hours(since: datetime, amount: int) -> None:
    half_hour, left = since, amount
    while left:
        left -= works(half_hour)
        half_hour += HALF_HOUR

    assert count_working_minutes(CHINA, since, amount * 30).due_at == half_hour


def works(half_hour: datetime) -> bool:
    if not chinese_calendar.is_workday(half_hour.date()):
        return False
    return any(opens <= half_hour.time() < closes for opens, closes in OFFICE_HOURS)


@settings(deadline=None)
@given(since=MOMENTS, amount=st.integers(1, 1000), more=st.integers(1, 500))
def test_a_longer_promise_is_never_due_earlier(since: datetime, amount: int, more: int) -> None:
    shorter = count_working_minutes(CHINA, since, amount).due_at
    longer = count_working_minutes(CHINA, since, amount + more).due_at
    assert shorter is not None
    assert longer is not None
    assert since < shorter < longer
