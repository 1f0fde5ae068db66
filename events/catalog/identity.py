"""One person once: the claim of an identity number, kept under its keyed hash."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityClaimed:
    identity_hash: str
    talent_id: str
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityReleased:
    """Whoever claimed the number is forgotten; the same person may register anew under it."""

    identity_hash: str
    talent_id: str
    released_at: datetime


IdentityEvent: TypeAlias = IdentityClaimed | IdentityReleased

NAMES: dict[str, type] = {
    "identity.claimed.v1": IdentityClaimed,
    "identity.released.v1": IdentityReleased,
}
