"""The shapes in which demands are answered."""

from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel

StateOut: TypeAlias = Literal["open", "closed"]


class TextsOut(BaseModel):
    zh: str
    en: str


class RaisedDemandOut(BaseModel):
    """A post with its shortage grade of one to five stars; what is not asked is none or empty."""

    demand_id: str
    chain_id: str
    node_id: str
    title_zh: str
    title_en: str
    employer_zh: str
    employer_en: str
    stars: int
    headcount: int
    region: str | None
    degree_at_least: str | None
    discipline_codes: list[str]
    industry_codes: list[str]
    years_at_least: int | None
    must: list[str]
    synthetic: bool
    raised_at: datetime
    title: TextsOut
    employer: TextsOut
    chain: TextsOut
    node: TextsOut


class ListedDemandOut(RaisedDemandOut):
    state: StateOut


class DemandsOut(BaseModel):
    stale: bool
    demands: list[ListedDemandOut]
