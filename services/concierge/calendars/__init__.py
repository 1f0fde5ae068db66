"""Working time in China: which days work, and when a length of working time is used up."""

from services.concierge.calendars.china import CHINA, CHINA_VERSIONS
from services.concierge.calendars.counting import (
    OFFICE_HOURS,
    Counted,
    Step,
    count_working_days,
    count_working_minutes,
)
from services.concierge.calendars.workdays import DayKind, NotAnnounced, WorkCalendar, Year

__all__ = [
    "CHINA",
    "CHINA_VERSIONS",
    "OFFICE_HOURS",
    "Counted",
    "DayKind",
    "NotAnnounced",
    "Step",
    "WorkCalendar",
    "Year",
    "count_working_days",
    "count_working_minutes",
]
