"""Our days against two kept libraries, day by day, and what lies outside the announced years."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import pytest
from holidays import country_holidays

from services.concierge.calendars import CHINA, CHINA_VERSIONS, NotAnnounced
from services.concierge.calendars.counting import WORKING

# What a version says is part of every deadline that names it: a new notice is a new version.
RELEASED = {"china-2026.1": "e79b0c62ba5d"}


def announced_days() -> Iterator[date]:
    day = CHINA.first_day
    while day <= CHINA.last_day:
        yield day
        day += timedelta(days=1)


def test_every_day_works_or_rests_as_chinesecalendar_says() -> None:
    differing = [
        day
        for day in announced_days()
        if (CHINA.kind_of(day) in WORKING) != chinese_calendar.is_workday(day)
    ]
    assert differing == []


def test_every_day_works_or_rests_as_holidays_says() -> None:
    china = country_holidays("CN", years=[2025, 2026])
    differing = [
        day
        for day in announced_days()
        if (CHINA.kind_of(day) in WORKING) != china.is_working_day(day)
    ]
    assert differing == []


def test_the_make_up_workdays_are_those_of_both_libraries() -> None:
    ours = {day for year in CHINA.years for day in year.make_up_workdays}
    theirs = country_holidays("CN", years=[2025, 2026]).weekend_workdays

    assert ours == {day for day in theirs if day.year in {2025, 2026}}
    assert ours == {
        day for day in announced_days() if day.weekday() >= 5 and chinese_calendar.is_workday(day)
    }


@pytest.mark.parametrize("year", [2024, 2027])
def test_a_year_that_is_not_announced_is_not_guessed(year: int) -> None:
    with pytest.raises(NotAnnounced):
        CHINA.kind_of(date(year, 3, 4))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 13), "workday"),
        (date(2026, 2, 14), "make-up-workday"),
        (date(2026, 2, 15), "public-holiday"),
        (date(2026, 2, 23), "public-holiday"),
        (date(2026, 2, 24), "workday"),
        (date(2026, 2, 28), "make-up-workday"),
        (date(2026, 3, 1), "weekend"),
    ],
)
def test_the_days_around_spring_festival_2026(day: date, kind: str) -> None:
    assert CHINA.kind_of(day) == kind


def test_a_make_up_workday_lies_on_a_weekend_and_outside_the_holidays() -> None:
    for year in CHINA.years:
        assert all(day.weekday() >= 5 for day in year.make_up_workdays)
        assert not year.make_up_workdays & year.days_off


def test_the_years_follow_each_other_without_a_gap() -> None:
    numbers = [year.number for year in CHINA.years]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))


def test_a_released_version_never_changes() -> None:
    assert {name: digest(name) for name in CHINA_VERSIONS} == RELEASED


def digest(version: str) -> str:
    days = [
        f"{day}:{sign}"
        for year in CHINA_VERSIONS[version].years
        for sign, some in (("off", year.days_off), ("on", year.make_up_workdays))
        for day in sorted(some)
    ]
    return hashlib.sha256("\n".join(days).encode()).hexdigest()[:12]
