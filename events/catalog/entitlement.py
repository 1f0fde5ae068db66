"""What a talent was found to be entitled to, and what that finding rests on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from events.catalog import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementAssessed:
    """`receipt` holds the outcome of every policy, the best package and the values read.

    It is canonical JSON text, as base64 of what was written behind a dictionary: a skippable frame
    of Zstandard (RFC 8878) with the digest of it, and the frame. The first ones were deflated (RFC
    1950).
    `view_version`, `facts_version` and `engine_version` name exactly what it was computed from;
    `view_position` is the place in the policy journal up to which the view had read.
    """

    talent_id: str
    view_version: str
    view_position: int
    facts_version: int
    engine_version: str
    outcome_digest: str
    receipt: Personal[str]
    valid_at: date
    assessed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementWithdrawn:
    """Nothing is assessed for this talent any more, and what was can no longer be read."""

    talent_id: str
    reason: str
    withdrawn_at: datetime


EntitlementEvent: TypeAlias = EntitlementAssessed | EntitlementWithdrawn

NAMES: dict[str, type] = {
    "entitlement.assessed.v1": EntitlementAssessed,
    "entitlement.withdrawn.v1": EntitlementWithdrawn,
}
