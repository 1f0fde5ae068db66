"""What can happen to a talent in the registry."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from events.catalog import Personal

FactEntry: TypeAlias = str | dict[str, str | int | None]
"""A code, or one line of a ledger: an insured month, a sum received."""

FactValue: TypeAlias = str | int | bool | tuple[FactEntry, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement about a talent: true from `valid_from` to `valid_to`, both days included.

    It is known from `recorded_at` until `retracted_at`, when a better statement took its place.
    `value` is `None` when the statement is that the fact does not apply to this person.
    A day is written as ISO text (`1990-05-17`); money is whole fen; a code is the vocabulary's.
    """

    name: str
    value: FactValue
    source: str
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime
    document: str | None
    retracted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentRegistered:
    talent_id: str
    full_name: Personal[str]
    identity_number: Personal[str]
    identity_kind: Personal[str]
    registered_by: str
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsRecorded:
    talent_id: str
    facts: Personal[tuple[Fact, ...]]
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialVerified:
    talent_id: str
    fact: Personal[Fact]
    verified_by: str
    verified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TierConferred:
    """A title held for a term, both days included; a programme without tiers has no `tier`.

    `document` names the act of conferral. `valid_to` is `None` for a title without an end.
    """

    talent_id: str
    programme: Personal[str]
    tier: Personal[str]
    conferred_by: str
    valid_from: Personal[date]
    valid_to: Personal[date]
    document: Personal[str]
    recorded_by: str
    conferred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsStated:
    """The whole fact list as of this moment; what other services decide on."""

    talent_id: str
    facts: Personal[tuple[Fact, ...]]
    stated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldPlaced:
    """Until it is lifted nobody may forget this talent; `authority` is who ordered it."""

    talent_id: str
    hold_id: str
    authority: str
    reason: Personal[str]
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldLifted:
    talent_id: str
    hold_id: str
    authority: str
    reason: Personal[str]
    lifted_by: str
    lifted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRequested:
    """Somebody is to be forgotten; it is carried out as soon as no legal hold stands."""

    talent_id: str
    reason: str
    requested_by: str
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentErased:
    """From here on nothing more is recorded, and every service forgets what it holds."""

    talent_id: str
    reason: str
    erased_by: str
    erased_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureCompleted:
    """The registry keeps nothing that can be read; other services see to theirs by themselves."""

    talent_id: str
    completed_at: datetime


TalentEvent: TypeAlias = (
    TalentRegistered
    | FactsRecorded
    | CredentialVerified
    | TierConferred
    | FactsStated
    | LegalHoldPlaced
    | LegalHoldLifted
    | ErasureRequested
    | TalentErased
    | ErasureCompleted
)

NAMES: dict[str, type] = {
    "talent.registered.v1": TalentRegistered,
    "talent.facts-recorded.v1": FactsRecorded,
    "talent.credential-verified.v1": CredentialVerified,
    "talent.tier-conferred.v1": TierConferred,
    "talent.facts-stated.v1": FactsStated,
    "talent.legal-hold-placed.v1": LegalHoldPlaced,
    "talent.legal-hold-lifted.v1": LegalHoldLifted,
    "talent.erasure-requested.v1": ErasureRequested,
    "talent.erased.v1": TalentErased,
    "talent.erasure-completed.v1": ErasureCompleted,
}
