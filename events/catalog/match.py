"""What was proposed to a talent, and who was shortlisted for a demand."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from events.catalog import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One part of a score: what was asked, what was read, and the points it gave."""

    code: str
    asked: str
    read: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedDemand:
    demand_id: str
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchProposed:
    """The top list of one talent, best first; recorded when it changes."""

    talent_id: str
    demands: Personal[tuple[RankedDemand, ...]]
    facts_version: int
    scoring_version: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortlistChanged:
    """The top list of one demand, best first, as ids alone."""

    demand_id: str
    talent_ids: tuple[str, ...]
    scoring_version: str
    changed_at: datetime


MatchEvent: TypeAlias = MatchProposed | ShortlistChanged

NAMES: dict[str, type] = {
    "match.proposed.v1": MatchProposed,
    "match.shortlist-changed.v1": ShortlistChanged,
}
