"""What can happen to a policy of an issuing body."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPublished:
    """`document` is the policy file as it was written; `digest` is the SHA-256 of its UTF-8 bytes.

    `edition` is the version that the document gives itself.
    """

    policy_id: str
    edition: int
    issuer_id: str
    document: str
    digest: str
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySuperseded:
    """Another policy stands in this one's place from `effective_on`."""

    policy_id: str
    issuer_id: str
    superseded_by: str
    effective_on: date
    superseded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRepealed:
    policy_id: str
    issuer_id: str
    effective_on: date
    reason: str
    repealed_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAmended:
    """Its own body changed how long a policy stands, or its wording.

    `kind` is `prolong` (until `last_on`), `postpone` or `retroactive` (from `first_on`), `suspend`
    (both days included) or `amend` (`edition` has the new wording, from `first_on`). A last day
    that is `None` is open. `clause` names the notice and the place in it.
    """

    policy_id: str
    issuer_id: str
    kind: str
    first_on: date | None
    last_on: date | None
    edition: int | None
    clause: str
    amended_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyQuotaFilled:
    """Nothing is left of a policy between these days, both included; no last day: until further."""

    policy_id: str
    issuer_id: str
    first_on: date
    last_on: date | None
    filled_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRulingGiven:
    """A body said which of two statements counts, where one text allows what another forbids.

    `forbids` is the statement of this policy and `allows` that of the other, by their ids;
    `prevails` is `forbids` or `allows`. It is about the words of these two editions, from
    `effective_on`. `clause` names the ruling and the place in it.
    """

    policy_id: str
    issuer_id: str
    edition: int
    forbids: str
    allows_policy_id: str
    allows_edition: int
    allows: str
    prevails: str
    effective_on: date
    clause: str
    ruled_by: str
    ruled_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRulingWithdrawn:
    """From `effective_on` nothing is ruled of these two statements any more."""

    policy_id: str
    issuer_id: str
    forbids: str
    allows_policy_id: str
    allows: str
    effective_on: date
    clause: str
    withdrawn_by: str
    withdrawn_at: datetime
    recorded_by: str


PolicyEvent: TypeAlias = (
    PolicyPublished
    | PolicySuperseded
    | PolicyRepealed
    | PolicyAmended
    | PolicyQuotaFilled
    | PolicyRulingGiven
    | PolicyRulingWithdrawn
)

NAMES: dict[str, type] = {
    "policy.published.v1": PolicyPublished,
    "policy.superseded.v1": PolicySuperseded,
    "policy.repealed.v1": PolicyRepealed,
    "policy.amended.v1": PolicyAmended,
    "policy.quota-filled.v1": PolicyQuotaFilled,
    "policy.ruling-given.v1": PolicyRulingGiven,
    "policy.ruling-withdrawn.v1": PolicyRulingWithdrawn,
}
