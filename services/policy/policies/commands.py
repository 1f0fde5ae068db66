"""What a body may ask of its policies; time, actor and body arrive with it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

AmendKind: TypeAlias = Literal["prolong", "postpone", "retroactive", "suspend", "amend"]
Side: TypeAlias = Literal["forbids", "allows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPolicy:
    """`acting_for` is the body of whoever asks; none only for the platform's own loader."""

    policy_id: str
    edition: int
    issuer_id: str
    document: str
    digest: str
    acting_for: str | None
    published_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersedePolicy:
    policy_id: str
    superseded_by: str
    effective_on: date
    acting_for: str | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RepealPolicy:
    policy_id: str
    effective_on: date
    reason: str
    acting_for: str | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendPolicy:
    """`kind` and the days as in the event; an open end is no last day."""

    policy_id: str
    kind: AmendKind
    first_on: date | None
    last_on: date | None
    edition: int | None
    clause: str
    acting_for: str | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FillQuota:
    policy_id: str
    first_on: date
    last_on: date | None
    acting_for: str | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyOnPolicy:
    """Something else depends on this policy; refused unless it was published."""

    policy_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a policy says of another in one edition, by its id."""

    policy_id: str
    edition: int
    statement_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRuling:
    """`below` are the bodies that `ruled_by` may speak for: itself, and all that stand under it."""

    forbids: Statement
    allows: Statement
    prevails: Side
    effective_on: date
    clause: str
    ruled_by: str
    below: frozenset[str]
    acting_for: str | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRuling:
    forbids: Statement
    allows: Statement
    effective_on: date
    clause: str
    withdrawn_by: str
    below: frozenset[str]
    acting_for: str | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyOnPermission:
    """A ruling is about this statement; refused unless it allows, and its body may be ruled on."""

    allows: Statement
    below: frozenset[str]


PolicyCommand: TypeAlias = (
    PublishPolicy
    | SupersedePolicy
    | RepealPolicy
    | AmendPolicy
    | FillQuota
    | RelyOnPolicy
    | GiveRuling
    | WithdrawRuling
    | RelyOnPermission
)
