"""What a demand can ask, what each part weighs, and how far a talent meets it."""

from collections.abc import Callable
from dataclasses import dataclass

from events.catalog.demand import DemandRaised
from services.matching.scoring.profile import Known, Profile
from services.matching.scoring.scales import (
    DISCIPLINE_LEVELS,
    FAR,
    FULL,
    INDUSTRY_LEVELS,
    NEAR,
    Scales,
    prefix_fit,
    years_fit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """`fit` is asked only when the demand asks and the talent's value is known.

    Where the criterion is a condition of the demand, a fit below `enough` rules the match out.
    """

    name: str
    weight: int
    enough: int
    asked: Callable[[DemandRaised], tuple[str, ...]]
    read: Callable[[Profile], Known | None]
    fit: Callable[[Scales, tuple[str, ...], tuple[str, ...]], int]


def _one(value: object) -> tuple[str, ...]:
    return () if value is None else (str(value),)


def _years(held: str) -> int:
    return int(held) if held.isascii() and held.isdigit() else 0


CRITERIA = (
    Criterion(
        name="discipline",
        weight=35,
        enough=NEAR,
        asked=lambda demand: demand.discipline_codes,
        read=lambda profile: profile.disciplines,
        fit=lambda _, held, asked: prefix_fit(held, asked, DISCIPLINE_LEVELS),
    ),
    Criterion(
        name="industry",
        weight=20,
        enough=FAR,
        asked=lambda demand: demand.industry_codes,
        read=lambda profile: profile.industries,
        fit=lambda _, held, asked: prefix_fit(held, asked, INDUSTRY_LEVELS),
    ),
    Criterion(
        name="degree",
        weight=15,
        enough=FULL,
        asked=lambda demand: _one(demand.degree_at_least),
        read=lambda profile: profile.degree,
        fit=lambda scales, held, asked: scales.degree_fit(held[0], asked[0]),
    ),
    Criterion(
        name="experience",
        weight=15,
        enough=FULL,
        asked=lambda demand: _one(demand.years_at_least or None),
        read=lambda profile: profile.years,
        fit=lambda _, held, asked: years_fit(_years(held[0]), int(asked[0])),
    ),
    Criterion(
        name="region",
        weight=15,
        enough=FULL,
        asked=lambda demand: _one(demand.region),
        read=lambda profile: profile.region,
        fit=lambda scales, held, asked: scales.region_fit(held[0], asked[0]),
    ),
)
"""The weights are ours: what one has learnt counts most, then where one has used it."""

CRITERION_NAMES = frozenset(criterion.name for criterion in CRITERIA)
