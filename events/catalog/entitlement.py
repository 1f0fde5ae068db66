"""What a talent was found to be entitled to, and what that finding rests on."""

from dataclasses import dataclass
from datetime import date, datetime

from events.catalog import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementAssessed:
    """`receipt` is canonical JSON text: outcome of every policy, best package, values read.

    `view_version`, `facts_version` and `engine_version` name exactly what it was computed from.
    """

    talent_id: str
    view_version: str
    facts_version: int
    engine_version: str
    outcome_digest: str
    receipt: Personal[str]
    valid_at: date
    assessed_at: datetime


NAMES: dict[str, type] = {"entitlement.assessed.v1": EntitlementAssessed}
