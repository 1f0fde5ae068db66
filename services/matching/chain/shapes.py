"""The shapes in which chains are answered."""

from datetime import datetime

from pydantic import BaseModel


class NamedCodeOut(BaseModel):
    """An entry of a national standard: GB/T 4754 for industries, GB/T 13745 for disciplines."""

    code: str
    name_zh: str


class RoleOut(BaseModel):
    name_zh: str
    name_en: str


class NodeOut(BaseModel):
    """A node of a chain; each confidence says whether a source was read or remembered."""

    node_id: str
    stage: str
    order: int
    name_zh: str
    name_en: str
    node_confidence: str
    industries: list[NamedCodeOut]
    disciplines: list[NamedCodeOut]
    roles: list[RoleOut]
    roles_confidence: str


class ChainOut(BaseModel):
    chain_id: str
    edition: int
    name_zh: str
    name_en: str
    nodes: list[NodeOut]
    sources: list[str]
    charted_by: str
    charted_at: datetime


class ChainsOut(BaseModel):
    stale: bool
    chains: list[ChainOut]
