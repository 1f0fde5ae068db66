"""One person once: whoever claims a number first is registered under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from events.catalog.identity import IdentityClaimed
from events.sourcing.decider import Decider
from events.sourcing.types import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimIdentity:
    identity_hash: str
    talent_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Nobody is registered under this number."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody is; the refusal does not say who."""


Identity: TypeAlias = Unclaimed | Claimed


def decide(command: ClaimIdentity, identity: Identity) -> Sequence[IdentityClaimed]:
    """Raises `Refused` where the number is taken."""
    if isinstance(identity, Claimed):
        raise Refused("already-registered")
    return [
        IdentityClaimed(
            identity_hash=command.identity_hash,
            talent_id=command.talent_id,
            claimed_at=command.at,
        )
    ]


def evolve(_: Identity, event: IdentityClaimed) -> Identity:  # noqa: ARG001 - one event, one meaning
    """A claim stands for good."""
    return Claimed()


identity: Decider[ClaimIdentity, Identity, IdentityClaimed] = Decider(
    "identity", Unclaimed(), decide, evolve
)
