"""Whether a policy is in force on a day, and how sure that is."""

from dataclasses import dataclass
from datetime import date

from services.policy.rules.days import WrittenDay
from services.policy.rules.outcome import Reason
from services.policy.rules.policy import Bound, Period, Policy
from services.policy.rules.tree import NOT_SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """From this day the policy is out of force, and what ended it."""

    day: date
    reason: Reason
    by: str | None = None


def starts(policy: Policy) -> date | None:
    """A start not seen counts from the day, or first day of the year, of issue if seen."""
    match policy.in_force.first:
        case WrittenDay(first=day):
            return day
        case _ if isinstance(policy.published, WrittenDay):
            return policy.published.first
        case _:
            return None


def is_confirmed(policy: Policy) -> bool:
    return NOT_SEEN not in (policy.in_force.first, policy.in_force.last)


def obstacle(policy: Policy, day: date, ended: Ended | None) -> Reason | None:
    """Why the policy cannot be had on the day; none when it can."""
    return out_of_force(policy, day, ended) or _window(policy.window, day)


def out_of_force(policy: Policy, day: date, ended: Ended | None) -> Reason | None:
    """Why the policy does not stand on the day, whether or not its window is open."""
    if policy.in_force.first is Bound.PENDING:
        return Reason.WAITS_FOR_AN_ACT
    start = starts(policy)
    if start is not None and day < start:
        return Reason.NOT_YET
    if ended is not None and day >= ended.day:
        return ended.reason
    return Reason.ENDED if _past(policy.in_force, day) else None


def _window(window: Period | None, day: date) -> Reason | None:
    if window is None:
        return None
    if isinstance(window.first, WrittenDay) and day < window.first.first:
        return Reason.WINDOW_NOT_OPEN
    return Reason.WINDOW_CLOSED if _past(window, day) else None


def _past(period: Period, day: date) -> bool:
    return isinstance(period.last, WrittenDay) and day > period.last.last
