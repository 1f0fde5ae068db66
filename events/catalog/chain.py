"""What can happen to an industry chain and its nodes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCode:
    """An entry of a national standard: GB/T 4754 for industries, GB/T 13745 for disciplines."""

    code: str
    name_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalRole:
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainNode:
    """`node_confidence` and `roles_confidence` say whether a source was read or remembered."""

    node_id: str
    stage: str
    order: int
    name_zh: str
    name_en: str
    node_confidence: str
    industries: tuple[NamedCode, ...]
    disciplines: tuple[NamedCode, ...]
    roles: tuple[TypicalRole, ...]
    roles_confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCharted:
    """The whole chain as it stands from now on; `edition` counts from 1."""

    chain_id: str
    edition: int
    name_zh: str
    name_en: str
    nodes: tuple[ChainNode, ...]
    sources: tuple[str, ...]
    charted_by: str
    charted_at: datetime


NAMES: dict[str, type] = {"chain.charted.v1": ChainCharted}
