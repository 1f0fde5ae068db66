"""What can happen to a demand for talent at a node of an industry chain."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandRaised:
    """A post with its shortage grade of one to five stars; what is not asked is none or empty.

    `must` names the criteria without which nobody is proposed. Degree and region are vocabulary
    codes, disciplines GB/T 13745, industries GB/T 4754.
    """

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
    discipline_codes: tuple[str, ...]
    industry_codes: tuple[str, ...]
    years_at_least: int | None
    must: tuple[str, ...]
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
