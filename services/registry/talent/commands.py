"""What may be asked about a talent."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from events.catalog.talent import Fact
from services.registry.identity.numbers import IdentityDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTalent:
    talent_id: str
    full_name: str
    document: IdentityDocument
    registered_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """The facts are in the vocabulary's words and carry `at` as the moment they became known."""

    talent_id: str
    facts: tuple[Fact, ...]
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCredential:
    """`fact` is what the document proves, its source "verified"."""

    talent_id: str
    fact: Fact
    verified_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferTier:
    """`title` is the fact that follows, a code of the vocabulary held for the term."""

    talent_id: str
    programme: str
    tier: str | None
    title: Fact
    conferred_by: str
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold:
    talent_id: str
    hold_id: str
    authority: str
    reason: str
    placed_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold:
    talent_id: str
    hold_id: str
    authority: str
    reason: str
    lifted_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestErasure:
    talent_id: str
    reason: str
    requested_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseTalent:
    """Do what was requested, if nothing stands in the way."""

    talent_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteErasure:
    """Nothing that could be read is left in the registry."""

    talent_id: str
    at: datetime


LeavingCommand: TypeAlias = PlaceHold | LiftHold | RequestErasure | EraseTalent | CompleteErasure
FileCommand: TypeAlias = RegisterTalent | RecordFacts | VerifyCredential | ConferTier
TalentCommand: TypeAlias = FileCommand | LeavingCommand
