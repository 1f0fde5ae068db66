"""The words policies may use: facts, code trees with their order, bodies, cost items, terms."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    LIST = "list"


LISTS = frozenset({FactType.LIST, FactType.RECEIPTS})
RANGED = frozenset({FactType.NUMBER, FactType.MONEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeForm:
    """Codes of a list that is not ours to copy: known by their form.

    `levels` are the lengths at which the code of a part ends with that of its whole.
    """

    pattern: str
    levels: tuple[int, ...] = ()

    def fits(self, code: str) -> bool:
        return re.fullmatch(self.pattern, code) is not None

    def wholes(self, codes: Iterable[str]) -> frozenset[str]:
        """The shorter codes that these begin with, at the lengths where a whole ends."""
        parts = frozenset(codes)
        return frozenset(p[:end] for p in parts for end in self.levels if end < len(p)) - parts


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """`codes` names the code tree of a code fact; `authoritative` closes the world for it.

    A list has `fields`, each a fact of one entry. What is `immutable` is the same on every day;
    what is `beyond_reach`, for the reason given, nobody changes to meet a condition. A number or
    sum is never below nothing nor above `most`, in its unit.
    """

    name: str
    type: FactType
    label: Text
    unit: str | None
    codes: str | None
    personal: bool
    authoritative: bool
    form: CodeForm | None = None
    fields: "Mapping[str, FactSpec]" = field(default_factory=dict)
    immutable: bool = False
    beyond_reach: str | None = None
    most: int | None = None

    def can_say(self, value: object) -> bool:
        """Whether a value lies in the range; of what is no number nothing is asked here."""
        if self.type not in RANGED or isinstance(value, bool) or not isinstance(value, int):
            return True
        return value >= 0 and (self.most is None or value <= self.most)

    def without_range(self) -> "FactSpec":
        fields = {name: spec.without_range() for name, spec in self.fields.items()}
        return replace(self, most=None, fields=fields)

    @property
    def can_be_changed(self) -> bool:
        return not self.immutable and self.beyond_reach is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Who says a code that stands `alone` has said all: those under it are kinds of their own."""

    code: str
    label: Text
    parent: str | None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class CodeTree:
    """Codes with parents; in an ordered tree the codes stand from lowest to highest."""

    codes: Mapping[str, Code]
    ordered: bool

    def below(self, code: str) -> frozenset[str]:
        """The code itself and every code under it."""
        return self.covers([code])

    def line(self, code: str) -> tuple[str, ...]:
        found: list[str] = []
        here: str | None = code
        while here is not None:
            found.append(here)
            here = self.codes[here].parent
        return tuple(found)

    def covers(self, codes: Iterable[str]) -> frozenset[str]:
        wanted = frozenset(codes)
        return frozenset(e for e in self.codes if not wanted.isdisjoint(self.line(e)))

    def wholes(self, covered: Iterable[str]) -> frozenset[str]:
        """The codes above these that are not among them and leave open which part is meant."""
        parts = frozenset(covered)
        above = {code for part in parts for code in self.line(part)} - parts
        return frozenset(code for code in above if not self.codes[code].alone)


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
    derived: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What nobody states: a condition on it is met wherever one of these facts meets it."""
    takes_any_payer: bool = False

    def of_recorded_texts(self) -> "Vocabulary":
        """The same for whoever reads texts as earlier releases took them: of any number, and with
        whoever bears a payment by any name."""
        facts = {name: spec.without_range() for name, spec in self.facts.items()}
        return replace(self, facts=facts, takes_any_payer=True)

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
