"""The vocabulary as values: each fact's name, type and wording, and the codes it may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FactType(StrEnum):
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    CODE = "code"
    CODES = "codes"
    HELD = "held"
    INSURANCE = "insurance"
    RECEIPTS = "receipts"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Wording:
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWord:
    """`codes` names the list a coded fact takes its values from; `pattern` describes them where
    the list is a national standard that is not ours to copy.
    """

    name: str
    type: FactType
    label: Wording
    codes: str | None
    pattern: str | None
    most: int | None = None
    """No number is above it."""
    fields: Mapping[str, "FactWord"] = field(default_factory=dict)
    """What an entry holds, where the fact is a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    facts: Mapping[str, FactWord]
    codes: Mapping[str, Mapping[str, Wording]]
    bodies: Mapping[str, Wording]

    def label(self, name: str) -> Wording:
        """A fact's name in both languages; a name without wording stands for itself."""
        word = self.facts.get(name)
        return word.label if word else Wording(name, name)

    def wording(self, name: str, code: str) -> Wording | None:
        """A value in both languages, where it is a code."""
        word = self.facts.get(name)
        return self.codes[word.codes].get(code) if word and word.codes else None
