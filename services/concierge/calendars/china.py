"""The workdays of mainland China, as announced each autumn for the year to come.

A new year is a new `Year` and a new version here; older versions stay, because deadlines name them.
"""

from collections.abc import Mapping
from datetime import date

from services.concierge.calendars.workdays import WorkCalendar, Year, days

Y2025 = Year(
    number=2025,
    notice="General Office of the State Council, notice of 12 November 2024 on holidays in 2025",
    days_off=(
        days(date(2025, 1, 1), date(2025, 1, 1))  # New Year's Day
        | days(date(2025, 1, 28), date(2025, 2, 4))  # Spring Festival
        | days(date(2025, 4, 4), date(2025, 4, 6))  # Tomb-Sweeping Day
        | days(date(2025, 5, 1), date(2025, 5, 5))  # Labour Day
        | days(date(2025, 5, 31), date(2025, 6, 2))  # Dragon Boat Festival
        | days(date(2025, 10, 1), date(2025, 10, 8))  # National Day and Mid-Autumn Festival
    ),
    make_up_workdays=frozenset(
        {
            date(2025, 1, 26),
            date(2025, 2, 8),
            date(2025, 4, 27),
            date(2025, 9, 28),
            date(2025, 10, 11),
        }
    ),
)

Y2026 = Year(
    number=2026,
    notice="General Office of the State Council, notice of 4 November 2025 on holidays in 2026",
    days_off=(
        days(date(2026, 1, 1), date(2026, 1, 3))  # New Year's Day
        | days(date(2026, 2, 15), date(2026, 2, 23))  # Spring Festival
        | days(date(2026, 4, 4), date(2026, 4, 6))  # Tomb-Sweeping Day
        | days(date(2026, 5, 1), date(2026, 5, 5))  # Labour Day
        | days(date(2026, 6, 19), date(2026, 6, 21))  # Dragon Boat Festival
        | days(date(2026, 9, 25), date(2026, 9, 27))  # Mid-Autumn Festival
        | days(date(2026, 10, 1), date(2026, 10, 7))  # National Day
    ),
    make_up_workdays=frozenset(
        {
            date(2026, 1, 4),
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 5, 9),
            date(2026, 9, 20),
            date(2026, 10, 10),
        }
    ),
)

CHINA = WorkCalendar(version="china-2026.1", years=(Y2025, Y2026))
"""The newest version; new promises are counted by it."""

CHINA_VERSIONS: Mapping[str, WorkCalendar] = {CHINA.version: CHINA}
"""Every version that a recorded deadline may name."""
