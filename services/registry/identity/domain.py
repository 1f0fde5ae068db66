"""One person once: whoever claims a number holds it until they are forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from events.catalog.identity import IdentityClaimed, IdentityEvent, IdentityReleased
from events.sourcing.decider import Decider
from events.sourcing.types import Refused

ERASURE_TAKES = timedelta(minutes=1)
"""Within it an erasure that nothing holds up is over, with room to spare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimIdentity:
    """`holder_leaves` says whether the talent who holds the number is being forgotten just now."""

    identity_hash: str
    talent_id: str
    at: datetime
    holder_leaves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseIdentity:
    """This talent is forgotten, and holds the number no more."""

    identity_hash: str
    talent_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Nobody is registered under this number."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody is; no refusal says who."""

    talent_id: str


IdentityCommand: TypeAlias = ClaimIdentity | ReleaseIdentity
Identity: TypeAlias = Unclaimed | Claimed


def claim_identity(command: ClaimIdentity, identity: Identity) -> Sequence[IdentityEvent]:
    """Refused where the number is taken; while its holder is being forgotten, only for now."""
    if isinstance(identity, Claimed):
        if command.holder_leaves:
            again_at = command.at + ERASURE_TAKES
            raise Refused("erasure-under-way", try_again_at=again_at.isoformat())
        raise Refused("already-registered")
    return [
        IdentityClaimed(
            identity_hash=command.identity_hash,
            talent_id=command.talent_id,
            claimed_at=command.at,
        )
    ]


def release_identity(command: ReleaseIdentity, identity: Identity) -> Sequence[IdentityEvent]:
    """Nothing where somebody else holds it by now: they keep it."""
    if identity != Claimed(command.talent_id):
        return []
    return [
        IdentityReleased(
            identity_hash=command.identity_hash,
            talent_id=command.talent_id,
            released_at=command.at,
        )
    ]


def decide(command: IdentityCommand, identity: Identity) -> Sequence[IdentityEvent]:
    """The rule for each command."""
    match command:
        case ClaimIdentity():
            return claim_identity(command, identity)
        case ReleaseIdentity():
            return release_identity(command, identity)
        case _:
            assert_never(command)


def evolve(_: Identity, event: IdentityEvent) -> Identity:
    """Who holds the number after one more event."""
    match event:
        case IdentityClaimed():
            return Claimed(event.talent_id)
        case IdentityReleased():
            return Unclaimed()
        case _:
            assert_never(event)


identity: Decider[IdentityCommand, Identity, IdentityEvent] = Decider(
    "identity", Unclaimed(), decide, evolve
)
