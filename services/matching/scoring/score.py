"""The score of one talent for one demand: fast as a number, in full with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from events.catalog.demand import DemandRaised
from events.catalog.match import RankedDemand, Reason
from services.matching.scoring.criteria import CRITERIA, Criterion
from services.matching.scoring.profile import Profile
from services.matching.scoring.scales import FULL, Scales

MOST = 100
LEAST_PROPOSED = 30
"""Below this a match is not worth anybody's time; two of the lesser criteria reach it."""

Standing: TypeAlias = Literal["fits", "to-verify"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a demand asks."""

    criterion: Criterion
    asked: tuple[str, ...]
    must: bool


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand made ready for scoring many talents."""

    raised: DemandRaised
    asks: tuple[Ask, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Found:
    """`fit` in thousandths; none where nothing is known."""

    ask: Ask
    fit: int | None


def demand_of(raised: DemandRaised) -> Demand:
    """What is not asked is left out of the score altogether."""
    asks = tuple(
        Ask(criterion, asked, must=criterion.name in raised.must)
        for criterion in CRITERIA
        if (asked := criterion.asked(raised))
    )
    return Demand(raised, asks, sum(ask.criterion.weight for ask in asks))


def quick_score(scales: Scales, demand: Demand, profile: Profile) -> tuple[Standing, int] | None:
    """The standing and the score; none where the two are not to be brought together.

    That is: a condition is known not to be met, the demand asks nothing that could be compared,
    or the score is too low.
    """
    standing: Standing = "fits"
    total = 0
    for ask in demand.asks:
        known = ask.criterion.read(profile)
        if known is not None:
            fit = ask.criterion.fit(scales, known.values, ask.asked)
            if ask.must and fit < ask.criterion.enough:
                return None
            total += ask.criterion.weight * fit
        elif ask.must:
            standing = "to-verify"
    score = _score(total, demand.weight)
    return (standing, score) if score >= LEAST_PROPOSED else None


def explain(scales: Scales, demand: Demand, profile: Profile) -> RankedDemand | None:
    """The same with its reasons, whose points add up to the score."""
    quick = quick_score(scales, demand, profile)
    if quick is None:
        return None
    standing, score = quick
    return RankedDemand(
        demand_id=demand.raised.demand_id,
        score=score,
        standing=standing,
        reasons=reasons_of(scales, demand, profile),
    )


def reasons_of(scales: Scales, demand: Demand, profile: Profile) -> tuple[Reason, ...]:
    """One reason for everything the demand asks, also where it speaks against the match."""
    found = [_found(scales, ask, profile) for ask in demand.asks]
    parts = [ask.criterion.weight * FULL for ask in demand.asks]
    most = apportion(parts, whole=demand.weight, ceilings=[MOST] * len(parts))
    gained = [each.ask.criterion.weight * (each.fit or 0) for each in found]
    points = apportion(gained, whole=demand.weight, ceilings=most)
    return tuple(
        _reason(each, profile, points=got, of=of)
        for each, got, of in zip(found, points, most, strict=True)
    )


def apportion(parts: Sequence[int], *, whole: int, ceilings: Sequence[int]) -> list[int]:
    """Whole points that add up to the score of the sum, none above its ceiling.

    The largest remainders are rounded up; of equal ones the first.
    """
    if not parts:
        return []
    shares = [divmod(MOST * part, FULL * whole) for part in parts]
    points = [share for share, _ in shares]
    left = _score(sum(parts), whole) - sum(points)
    order = sorted(range(len(parts)), key=lambda n: (-shares[n][1], n))
    for n in [n for n in order if points[n] < ceilings[n]][:left]:
        points[n] += 1
    return points


def _score(total: int, weight: int) -> int:
    """Nothing asked is not everything met."""
    return MOST * total // (FULL * weight) if weight else 0


def _found(scales: Scales, ask: Ask, profile: Profile) -> Found:
    known = ask.criterion.read(profile)
    return Found(ask, None if known is None else ask.criterion.fit(scales, known.values, ask.asked))


def _reason(found: Found, profile: Profile, *, points: int, of: int) -> Reason:
    known = found.ask.criterion.read(profile)
    return Reason(
        criterion=found.ask.criterion.name,
        outcome=_outcome(found.fit),
        asked=found.ask.asked,
        read=known.values if known else (),
        source=known.source if known else None,
        must=found.ask.must,
        points=points,
        of=of,
    )


def _outcome(fit: int | None) -> str:
    if fit is None:
        return "unknown"
    return {0: "not-met", FULL: "met"}.get(fit, "partly")
