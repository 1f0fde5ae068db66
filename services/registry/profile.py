"""A talent's file for one day and one moment of knowing, from its stored rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from events.catalog.talent import Fact
from services.registry.asking import Times
from services.registry.talent.completeness import completeness
from services.registry.talent.facts import counting, holds_on, standing
from services.registry.talent.rows import from_text
from services.registry.talent.titles import code_of, wording_of
from services.registry.views import (
    CompletenessOut,
    FactOut,
    ProfileOut,
    TierOut,
    WantedOut,
    WordingOut,
    wording_out,
)
from services.registry.vocabulary.words import Vocabulary


def profile_out(
    row: Any,
    tiers: Iterable[Any],
    *,
    vocabulary: Vocabulary,
    times: Times,
    stale: bool,
) -> ProfileOut:
    """What was known by a moment about a day."""
    facts = standing(from_text(row.facts), known_at=times.known_at)
    read = counting(facts, on=times.valid_at)
    return ProfileOut(
        talent_id=row.talent_id,
        full_name=row.full_name,
        identity_kind=row.identity_kind,
        identity_number=row.identity_masked,
        invented=row.invented,
        registered_at=row.registered_at,
        facts=[
            _fact_out(fact, vocabulary, counts=fact in read)
            for fact in facts
            if holds_on(fact, times.valid_at)
        ],
        tiers=[
            _tier_out(tier, vocabulary, times.valid_at)
            for tier in tiers
            if tier.conferred_at <= times.known_at
        ],
        completeness=_completeness_out(read, vocabulary),
        version=row.version,
        valid_at=times.valid_at,
        known_at=times.known_at,
        stale=stale,
    )


def _fact_out(fact: Fact, vocabulary: Vocabulary, *, counts: bool) -> FactOut:
    return FactOut(
        name=fact.name,
        label=wording_out(vocabulary.label(fact.name)),
        value=fact.value,
        wording=_wordings(fact, vocabulary),
        source=fact.source,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        recorded_at=fact.recorded_at,
        document=fact.document,
        counts=counts,
    )


def _wordings(fact: Fact, vocabulary: Vocabulary) -> dict[str, WordingOut]:
    entries = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    found = {code: vocabulary.wording(fact.name, code) for code in entries if isinstance(code, str)}
    return {code: wording_out(wording) for code, wording in found.items() if wording}


def _tier_out(row: Any, vocabulary: Vocabulary, valid_at: date) -> TierOut:
    title = code_of(row.programme or "", row.tier)
    wording, body = wording_of(vocabulary, title), vocabulary.bodies.get(row.conferred_by)
    return TierOut(
        programme=row.programme,
        tier=row.tier,
        title=title,
        label=wording_out(wording) if wording else None,
        conferred_by=row.conferred_by,
        conferred_by_label=wording_out(body) if body else None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        conferred_at=row.conferred_at,
        in_term=(row.valid_from or date.min) <= valid_at <= (row.valid_to or date.max),
    )


def _completeness_out(read: Sequence[Fact], vocabulary: Vocabulary) -> CompletenessOut:
    found = completeness(read)
    return CompletenessOut(
        known=found.known,
        wanted=found.wanted,
        missing=_wanted(found.missing, vocabulary),
        declared_only=_wanted(found.declared_only, vocabulary),
    )


def _wanted(names: Iterable[str], vocabulary: Vocabulary) -> list[WantedOut]:
    return [WantedOut(name=name, label=wording_out(vocabulary.label(name))) for name in names]
