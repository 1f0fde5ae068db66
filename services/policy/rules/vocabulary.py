"""The words policies may use: facts, code trees with their order, bodies, cost items, terms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.policy.rules.tree import Text

TITLES_HELD = "titles_held"


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
    EXPENSES = "expenses"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """`codes` names the code tree of a code fact; `authoritative` closes the world for it."""

    name: str
    type: FactType
    label: Text
    unit: str | None
    codes: str | None
    personal: bool
    authoritative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    code: str
    label: Text
    parent: str | None


@dataclass(frozen=True, slots=True)
class CodeTree:
    """Codes with parents; in an ordered tree the codes stand from lowest to highest."""

    codes: Mapping[str, Code]
    ordered: bool

    def below(self, code: str) -> frozenset[str]:
        """The code itself and every code under it."""
        return frozenset(each for each in self.codes if code in self.line(each))

    def line(self, code: str) -> tuple[str, ...]:
        found: list[str] = []
        here: str | None = code
        while here is not None:
            found.append(here)
            here = self.codes[here].parent
        return tuple(found)

    def covers(self, codes: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self.below(code) for code in codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    body_id: str
    name: Text
    level: str
    parent: str | None
    region: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    facts: Mapping[str, FactSpec]
    trees: Mapping[str, CodeTree]
    bodies: Mapping[str, Body]
    texts: Mapping[str, Mapping[str, Text]]
    digest: str

    def bodies_below(self, body_id: str) -> frozenset[str]:
        return frozenset(each for each in self.bodies if body_id in self._line(each))

    def superiors(self) -> Mapping[str, frozenset[str]]:
        """For each body all those above it."""
        return {each: frozenset(self._line(each)) - {each} for each in self.bodies}

    def _line(self, body_id: str) -> tuple[str, ...]:
        found: list[str] = []
        here: str | None = body_id
        while here is not None:
            found.append(here)
            here = self.bodies[here].parent
        return tuple(found)
