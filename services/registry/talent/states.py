"""What a talent's file can be, and what each fact makes of it."""

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from events.catalog.talent import (
    CredentialVerified,
    ErasureCompleted,
    ErasureRequested,
    Fact,
    FactsRecorded,
    FactsStated,
    LegalHoldLifted,
    LegalHoldPlaced,
    TalentErased,
    TalentEvent,
    TalentRegistered,
    TierConferred,
)


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Nobody is known under this id."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Why and by whom the talent is to be forgotten."""

    reason: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A talent with everything ever stated about them, closed statements included.

    `holds` names the legal holds that stand; `leaving` is the request to be forgotten, if any.
    """

    facts: tuple[Fact, ...]
    holds: frozenset[str] = frozenset()
    leaving: Asked | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody who is being forgotten; nothing more is recorded but that it is done."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Somebody of whom the registry keeps nothing that can be read."""


Talent: TypeAlias = Unregistered | Registered | Erased | Forgotten


def evolve(talent: Talent, event: TalentEvent) -> Talent:
    """The file after one more fact."""
    match event:
        case TalentRegistered():
            return Registered(())
        case FactsStated():
            return replace(_held(talent), facts=event.facts or ())
        case FactsRecorded() | CredentialVerified() | TierConferred():
            # The list that follows in the same append says all of it.
            return talent
        case LegalHoldPlaced():
            held = _held(talent)
            return replace(held, holds=held.holds | {event.hold_id})
        case LegalHoldLifted():
            held = _held(talent)
            return replace(held, holds=held.holds - {event.hold_id})
        case ErasureRequested():
            return replace(_held(talent), leaving=Asked(event.reason, event.requested_by))
        case TalentErased():
            return Erased()
        case ErasureCompleted():
            return Forgotten()
        case _:
            assert_never(event)


def _held(talent: Talent) -> Registered:
    return talent if isinstance(talent, Registered) else Registered(())
