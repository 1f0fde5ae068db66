"""What is known of all people, column by column, in the form a condition compares fastest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from services.policy.rules.bulk.bits import Bits, nobody, packed
from services.policy.rules.facts import UNKNOWN, Absent, Value
from services.policy.rules.tree import Tenure

Numbers: TypeAlias = npt.NDArray[Any]
Part: TypeAlias = slice


@dataclass(frozen=True, slots=True)
class Scalar:
    """Asked of a column: a number, sum, yes or no, or day as it stands on the day."""

    fact: str
    day: date


@dataclass(frozen=True, slots=True)
class Listed:
    """Asked of a column: a code, or a list, as it stands on the day."""

    fact: str
    day: date


@dataclass(frozen=True, slots=True)
class Statements:
    """Asked of a column: everything stated about titles or policies held, up to the day."""

    fact: str
    day: date


@dataclass(frozen=True, slots=True)
class Entries:
    """Asked of a column: the entries of a list; a closed one is empty where nothing is stated."""

    fact: str
    day: date
    closed: bool


Need: TypeAlias = Scalar | Listed | Statements | Entries


@dataclass(frozen=True, slots=True)
class Measured:
    """Numbers, and days by their ordinal.

    Of those in `said` it is known or does not apply; in `known` are those of whom it is known.
    """

    values: Numbers
    known: Bits
    said: Bits


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds and held; `says_all` names the tenures that leave nothing unsaid."""

    now: frozenset[str]
    ever: frozenset[str]
    says_all: frozenset[Tenure]


Entry: TypeAlias = Value | Absent | Held


@dataclass(slots=True)
class Holders:
    """For each entry of a column who has it, worked out once for the part that is looked at."""

    places: Numbers
    part: Part | None = None
    sets: dict[int, Bits] = field(default_factory=dict)

    def of(self, part: Part, places: Sequence[int]) -> Bits:
        if part != self.part:
            self.part, self.sets = part, {}
        found = (self._of(part, place) for place in places)
        return reduce(or_, found, nobody(part.stop - part.start))

    def _of(self, part: Part, place: int) -> Bits:
        if place not in self.sets:
            self.sets[place] = packed(self.places[part] == place)
        return self.sets[place]


@dataclass(frozen=True, slots=True)
class Coded:
    """Each distinct entry once, and for everybody the place of theirs."""

    entries: Sequence[Entry]
    holders: Holders


Column: TypeAlias = Measured | Coded


@dataclass(frozen=True, slots=True)
class People:
    """`columns` holds what the conditions asked about need, and need not hold more."""

    count: int
    columns: Mapping[Need, Column]


def measured(values: Iterable[Value | Absent]) -> Measured:
    """A value of another type than the vocabulary promises says nothing either way."""
    numbers = [_number(value) for value in values]
    known = np.array([isinstance(number, int) for number in numbers], dtype=np.bool_)
    said = np.array([number is not UNKNOWN for number in numbers], dtype=np.bool_)
    found = [number if isinstance(number, int) else 0 for number in numbers]
    return Measured(narrow(np.array(found, dtype=np.int64)), packed(known), packed(said))


def coded(entries: Iterable[Entry]) -> Coded:
    found: dict[Entry, int] = {}
    places = [found.setdefault(entry, len(found)) for entry in entries]
    return Coded(tuple(found), Holders(narrow(np.array(places, dtype=np.int64), unsigned=True)))


def narrow(values: Numbers, *, unsigned: bool = False) -> Numbers:
    """The same numbers in the smallest form: half the bytes are read in half the time."""
    kinds = (np.uint8, np.uint16, np.uint32) if unsigned else (np.int16, np.int32)
    for kind in kinds:
        if not values.size or (
            values.min() >= np.iinfo(kind).min and values.max() <= np.iinfo(kind).max
        ):
            return values.astype(kind)
    return values


def _number(value: Value | Absent) -> int | Absent:
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int | Absent) else UNKNOWN
