"""What the offline tool was asked: which policies, which people, which day, known when."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    policies: Path
    people: Path | None
    valid_at: date
    known_at: datetime
    confirmed_only: bool
    horizon: int
    language: Language
    as_json: bool
    answer: Path | None = None
    schedule: bool = False
    packages: bool = False
    rulings: Path | None = None
