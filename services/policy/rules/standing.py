"""Whether a policy is in force on a day, and how sure that is."""

from dataclasses import dataclass
from datetime import date

from services.policy.rules.days import WrittenDay
from services.policy.rules.outcome import Reason
from services.policy.rules.periods import Bound, holds, is_past
from services.policy.rules.policy import Policy
from services.policy.rules.tree import NOT_SEEN
from services.policy.rules.windows import shut


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
    return out_of_force(policy, day, ended) or shut(policy.windows, day) or _full(policy, day)


def out_of_force(policy: Policy, day: date, ended: Ended | None) -> Reason | None:
    """Why the policy does not stand on the day, whether or not its window is open."""
    if policy.in_force.first is Bound.PENDING:
        return Reason.WAITS_FOR_AN_ACT
    start = starts(policy)
    if start is not None and day < start:
        return Reason.NOT_YET
    if ended is not None and day >= ended.day:
        return ended.reason
    return Reason.ENDED if is_past(policy.in_force, day) else None


def _full(policy: Policy, day: date) -> Reason | None:
    full = () if policy.quota is None else policy.quota.full
    return Reason.QUOTA_FULL if any(holds(period, day) for period in full) else None
