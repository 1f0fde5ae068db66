"""What the concierge promises for each topic: our own terms, versioned, taken from no policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.catalog.ticket import WorkingPromise
from services.concierge.calendars import (
    CHINA_VERSIONS,
    Counted,
    WorkCalendar,
    count_working_days,
    count_working_minutes,
)

TERMS_VERSION = "concierge-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A first response within elapsed time, at any hour; a resolution within working time."""

    zh: str
    en: str
    first_response: timedelta
    resolution: WorkingPromise


def _days(amount: int) -> WorkingPromise:
    return WorkingPromise(amount=amount, unit="working-days")


def _hours(amount: int) -> WorkingPromise:
    return WorkingPromise(amount=amount * 60, unit="working-minutes")


def _minutes(amount: int) -> timedelta:
    return timedelta(minutes=amount)


TOPICS: Mapping[str, Terms] = {
    "urgent-help": Terms(
        zh="紧急求助", en="Urgent help", first_response=_minutes(15), resolution=_hours(4)
    ),
    "arrival": Terms(
        zh="来沪与安顿", en="Arrival", first_response=_minutes(30), resolution=_hours(7)
    ),
    "medical": Terms(
        zh="就医与医保", en="Medical care", first_response=_minutes(30), resolution=_hours(7)
    ),
    "policy": Terms(
        zh="政策咨询", en="Policy question", first_response=_minutes(30), resolution=_hours(14)
    ),
    "housing": Terms(
        zh="住房与安居", en="Housing", first_response=_minutes(30), resolution=_days(3)
    ),
    "work": Terms(
        zh="岗位与项目", en="Work and projects", first_response=_minutes(60), resolution=_days(3)
    ),
    "residence": Terms(
        zh="落户与居留", en="Residence", first_response=_minutes(30), resolution=_days(5)
    ),
    "schooling": Terms(
        zh="子女入学", en="Children's schooling", first_response=_minutes(30), resolution=_days(5)
    ),
    "other": Terms(zh="其他", en="Other", first_response=_minutes(60), resolution=_days(3)),
}


def count(calendar: WorkCalendar, since: datetime, promise: WorkingPromise) -> Counted:
    """When a promise given at `since` is due, and why."""
    match promise.unit:
        case "working-days":
            return count_working_days(calendar, since, promise.amount)
        case "working-minutes":
            return count_working_minutes(calendar, since, promise.amount)


def explain(calendar_version: str, since: datetime, promise: WorkingPromise) -> Counted:
    """The calculation of a recorded deadline, by the calendar that it names."""
    return count(CHINA_VERSIONS[calendar_version], since, promise)
