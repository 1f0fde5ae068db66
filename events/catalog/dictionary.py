"""Texts that many others repeat: what is written behind one of them takes little room."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryKept:
    """A text about nobody; what was compressed behind it can be read as long as it is there.

    `digest` is its SHA-256. `text` is one Zstandard frame (RFC 8878), as base64.
    """

    digest: str
    text: str
    kept_at: datetime


DictionaryEvent: TypeAlias = DictionaryKept

NAMES: dict[str, type] = {"dictionary.kept.v1": DictionaryKept}
