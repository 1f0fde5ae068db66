"""What can happen to an industry chain and its nodes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainNode:
    node_id: str
    stage: str
    order: int
    name_zh: str
    name_en: str
    industry_codes: tuple[str, ...]
    discipline_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCharted:
    chain_id: str
    name_zh: str
    name_en: str
    nodes: tuple[ChainNode, ...]
    charted_by: str
    charted_at: datetime


NAMES: dict[str, type] = {"chain.charted.v1": ChainCharted}
