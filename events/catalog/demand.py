"""What can happen to a demand for talent at a node of an industry chain."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandRaised:
    """A post with its shortage grade of one to five stars; `degree_at_least` is a vocabulary code."""

    demand_id: str
    chain_id: str
    node_id: str
    body_id: str
    title_zh: str
    title_en: str
    region: str
    stars: int
    headcount: int
    degree_at_least: str
    discipline_codes: tuple[str, ...]
    industry_codes: tuple[str, ...]
    years_at_least: int
    synthetic: bool
    raised_by: str
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandClosed:
    demand_id: str
    reason: str
    closed_by: str
    closed_at: datetime


DemandEvent: TypeAlias = DemandRaised | DemandClosed

NAMES: dict[str, type] = {
    "demand.raised.v1": DemandRaised,
    "demand.closed.v1": DemandClosed,
}
