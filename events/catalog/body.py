"""What can happen to an issuing body in the tree of jurisdictions."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEstablished:
    body_id: str
    name_zh: str
    name_en: str
    level: str
    parent_id: str | None
    region: str
    established_by: str
    established_at: datetime


NAMES: dict[str, type] = {"body.established.v1": BodyEstablished}
