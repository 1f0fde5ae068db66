"""What was proposed to a talent, and who was shortlisted for a demand."""

from dataclasses import dataclass
from datetime import date, datetime

from events.catalog import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One part of a score: what was asked, what was read and from which source, and its points.

    `outcome` is met, partly, not-met or unknown; the points of all reasons add up to the score.
    """

    criterion: str
    outcome: str
    asked: tuple[str, ...]
    read: tuple[str, ...]
    source: str | None
    must: bool
    points: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedDemand:
    """`standing` is `fits`, or `to-verify` while a condition of the demand is still unknown."""

    demand_id: str
    score: int
    standing: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchProposed:
    """The top list of one talent, best first; recorded when it changes."""

    talent_id: str
    demands: Personal[tuple[RankedDemand, ...]]
    facts_version: int
    scoring_version: str
    valid_at: date
    proposed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchesWithdrawn:
    """Nothing is proposed to this talent any more."""

    talent_id: str
    reason: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistChanged:
    """The top list of one demand, best first, as ids alone."""

    demand_id: str
    talent_ids: tuple[str, ...]
    scoring_version: str
    changed_at: datetime


NAMES: dict[str, type] = {
    "match.proposed.v1": MatchProposed,
    "match.withdrawn.v1": MatchesWithdrawn,
    "match.shortlist-changed.v1": ShortlistChanged,
}
