"""What bodies said, row by row: the sources that the one view is made of."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias, assert_never

import msgspec

from services.policy.rules.changes import Amends
from services.policy.rules.periods import Period
from services.policy.rules.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    row_id: str
    policy: Policy
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """A body said that another policy replaces this one from a day on."""

    row_id: str
    policy_id: str
    by_policy_id: str
    from_day: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Repealed:
    row_id: str
    policy_id: str
    from_day: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """A body said that its own policy is changed: prolonged, postponed, suspended and so on."""

    row_id: str
    change: Amends
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaFilled:
    """A body said that of its policy nothing is left for a time."""

    row_id: str
    policy_id: str
    period: Period
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A body said which of two statements counts, of the editions whose words it judged."""

    row_id: str
    forbids: str
    forbids_edition: int
    allows: str
    allows_edition: int
    prevails: str
    by: str
    clause: str
    effective_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingWithdrawn:
    """A body said that from a day on nothing is ruled of this dispute."""

    row_id: str
    forbids: str
    allows: str
    effective_on: date
    recorded_at: datetime


SourceRow: TypeAlias = (
    Published | Superseded | Repealed | Amended | QuotaFilled | Ruled | RulingWithdrawn
)


def canonical(row: SourceRow) -> list[str]:
    """The row as texts: equal rows are equal texts, in whatever zone their moment is written."""
    return [row.row_id, row.recorded_at.astimezone(UTC).isoformat(), *_said(row)]


def _said(row: SourceRow) -> list[str]:
    match row:
        case Published(policy=policy):
            return ["published", policy.policy_id, str(policy.version), policy.digest]
        case Superseded():
            return ["superseded", row.policy_id, row.by_policy_id, row.from_day.isoformat()]
        case Repealed():
            return ["repealed", row.policy_id, row.from_day.isoformat()]
        case Amended(change=change):
            return ["amended", change.policy_id, msgspec.json.encode(change).decode()]
        case QuotaFilled(period=period):
            return ["quota-filled", row.policy_id, msgspec.json.encode(period).decode()]
        case Ruled():
            editions = [str(row.forbids_edition), str(row.allows_edition)]
            said = [row.prevails, row.by, row.clause, row.effective_on.isoformat()]
            return ["ruling-given", row.forbids, row.allows, *editions, *said]
        case RulingWithdrawn():
            return ["ruling-withdrawn", row.forbids, row.allows, row.effective_on.isoformat()]
        case _:
            assert_never(row)
