"""One person once: the claim of an identity number, kept under its keyed hash."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityClaimed:
    identity_hash: str
    talent_id: str
    claimed_at: datetime


NAMES: dict[str, type] = {"identity.claimed.v1": IdentityClaimed}
