"""A talent's file and the staff list, as they leave over HTTP."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel

from events.catalog.talent import FactValue
from services.registry.vocabulary.words import Wording


class WordingOut(BaseModel):
    zh: str
    en: str


class FactOut(BaseModel):
    """`counts` says whether this is the statement that is read; a weaker one is shown beside it.

    `wording` holds the words of each code in `value`, by code.
    """

    name: str
    label: WordingOut
    value: FactValue
    wording: Mapping[str, WordingOut]
    source: str
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime
    document: str | None
    counts: bool


class TierOut(BaseModel):
    programme: str | None
    tier: str | None
    title: str
    label: WordingOut | None
    conferred_by: str
    conferred_by_label: WordingOut | None
    valid_from: date | None
    valid_to: date | None
    conferred_at: datetime
    in_term: bool


class WantedOut(BaseModel):
    name: str
    label: WordingOut


class CompletenessOut(BaseModel):
    known: int
    wanted: int
    missing: list[WantedOut]
    declared_only: list[WantedOut]


class ProfileOut(BaseModel):
    """`version` is the version of the talent's stream that this answer rests on."""

    talent_id: str
    full_name: str | None
    identity_kind: str | None
    identity_number: str | None
    invented: bool
    registered_at: datetime
    facts: list[FactOut]
    tiers: list[TierOut]
    completeness: CompletenessOut
    version: int
    valid_at: date
    known_at: datetime
    stale: bool


class ListedOut(BaseModel):
    talent_id: str
    full_name: str | None
    invented: bool


class DirectoryOut(BaseModel):
    """`next` is the `beyond` of the following page, none on the last."""

    talents: list[ListedOut]
    total: int
    next: int | None
    stale: bool


def wording_out(wording: Wording) -> WordingOut:
    """Both languages."""
    return WordingOut(zh=wording.zh, en=wording.en)
