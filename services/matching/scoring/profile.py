"""What the score reads of a talent: few facts, as they hold on one day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.catalog.talent import Fact

DISCIPLINE, INDUSTRY = "disciplines", "industries"
DEGREE, YEARS = "highest_degree", "work_experience_years"
WORK_REGION, RESIDENCE = "work_region", "residence_region"

FACTS_READ = frozenset({DISCIPLINE, INDUSTRY, DEGREE, YEARS, WORK_REGION, RESIDENCE})
"""Nothing else of a talent is kept here: no name, age, sex, school or photograph can count."""

TRUST = {"inferred": 0, "declared": 1, "verified": 2}


@dataclass(frozen=True, slots=True)
class Known:
    """A value with its source: whether somebody claims it or somebody checked it."""

    values: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is none is not known, and gives no points."""

    talent_id: str
    facts_version: int
    disciplines: Known | None = None
    industries: Known | None = None
    degree: Known | None = None
    years: Known | None = None
    region: Known | None = None


def facts_read(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Only those the score reads, as far as no better statement took their place."""
    return tuple(f for f in facts if f.name in FACTS_READ and f.retracted_at is None)


def profile_of(
    talent_id: str, facts: Sequence[Fact], *, facts_version: int, valid_at: date
) -> Profile:
    """The profile on one legal day; a place of work counts before a place of residence."""

    def read(name: str) -> Known | None:
        return _best([f for f in facts if f.name == name and _holds(f, valid_at)])

    return Profile(
        talent_id=talent_id,
        facts_version=facts_version,
        disciplines=read(DISCIPLINE),
        industries=read(INDUSTRY),
        degree=read(DEGREE),
        years=read(YEARS),
        region=read(WORK_REGION) or read(RESIDENCE),
    )


def _holds(fact: Fact, day: date) -> bool:
    begun = fact.valid_from is None or fact.valid_from <= day
    return begun and (fact.valid_to is None or day <= fact.valid_to)


def _best(facts: Sequence[Fact]) -> Known | None:
    """The most trusted statement counts, and of those the latest."""
    if not facts:
        return None
    fact = max(facts, key=_standing)
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    texts = tuple(str(value) for value in values if value is not None)
    return Known(texts, fact.source) if texts else None


def _standing(fact: Fact) -> tuple[int, datetime, str]:
    # The value's text only makes a tie repeatable.
    return TRUST.get(fact.source, -1), fact.recorded_at, repr(fact.value)
