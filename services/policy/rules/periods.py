"""When a policy can be had: its period, its windows of application, its quota, whom it is for."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from services.policy.rules.amount import Per
from services.policy.rules.days import WrittenDay
from services.policy.rules.tree import Cite, Unseen


class Bound(StrEnum):
    """A bound that is not a date: none is stated, or it waits for a further act."""

    OPEN = "open"
    PENDING = "pending"


End: TypeAlias = WrittenDay | Bound | Unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """First and last day as written; the last day is included."""

    first: End
    last: End
    cite: Cite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryYear:
    """The same days each year, by month and day; it may run into the next year."""

    first: tuple[int, int]
    last: tuple[int, int]
    cite: Cite | None = None


Window: TypeAlias = Period | EveryYear


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """So many in a time; `full` are the periods for which the body said that none are left."""

    count: int | Unseen
    per: Per
    full: tuple[Period, ...]
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Applies:
    """The text is for those whose date, such as that of arrival, lies in the period."""

    by: str
    first: date | Unseen | Bound
    last: date | Unseen | Bound
    cite: Cite


def has_begun(period: Period, day: date) -> bool:
    if isinstance(period.first, WrittenDay):
        return period.first.first <= day
    return period.first is not Bound.PENDING


def is_past(period: Period, day: date) -> bool:
    return isinstance(period.last, WrittenDay) and day > period.last.last


def holds(period: Period, day: date) -> bool:
    return has_begun(period, day) and not is_past(period, day)
