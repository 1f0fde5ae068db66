"""The shapes in which matches are answered, from both sides."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from services.matching.demand.shapes import RaisedDemandOut, StateOut, TextsOut


class ReasonOut(BaseModel):
    """One part of a score; the points of all reasons add up to it."""

    criterion: str
    outcome: Literal["met", "partly", "not-met", "unknown"]
    asked: list[str]
    read: list[str]
    source: str | None
    must: bool
    points: int
    of: int
    text: TextsOut


class ScoreOut(BaseModel):
    """A place on a list; `to-verify` while a condition of the demand is still unknown."""

    rank: int
    demand_id: str
    score: int
    score_of: int
    standing: Literal["fits", "to-verify"]
    missing: list[str]
    reasons: list[ReasonOut]


class TalentMatchOut(ScoreOut):
    synthetic: bool
    demand: RaisedDemandOut


class DemandMatchOut(ScoreOut):
    talent_id: str


class ScoringOut(BaseModel):
    """What a list rests on, as it was recorded; nothing where none was."""

    stale: bool
    scoring_version: str
    facts_version: int | None
    valid_at: date | None
    recorded_at: datetime | None


class TalentMatchesOut(ScoringOut):
    talent_id: str
    matches: list[TalentMatchOut]


class DemandMatchesOut(ScoringOut):
    state: StateOut
    demand: RaisedDemandOut
    matches: list[DemandMatchOut]
