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


TalentCommand: TypeAlias = RegisterTalent | RecordFacts | VerifyCredential | ConferTier
