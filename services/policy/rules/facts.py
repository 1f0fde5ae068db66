"""What is known about a talent, and the selection of it for one day and one moment of knowing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, final

import msgspec

if TYPE_CHECKING:
    from services.policy.rules.proof import LeafProof


class Source(StrEnum):
    VERIFIED = "verified"
    DECLARED = "declared"
    INFERRED = "inferred"


TRUST = {Source.INFERRED: 0, Source.DECLARED: 1, Source.VERIFIED: 2}


class Absent(Enum):
    """Why there is no value: nobody knows it, or the question does not arise."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


UNKNOWN = Absent.UNKNOWN
NOT_APPLICABLE = Absent.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class InsuredMonth:
    """One month of social insurance; the base as a percentage of the city's average wage."""

    month: int
    base_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money already received under a policy; what else is known of it helps to tell."""

    policy_id: str
    cost_item: str
    fen: int
    benefit_id: str | None = None
    paid_on: date | None = None
    issuer: str | None = None


FieldValue: TypeAlias = int | date | str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, by its fields; a field that is left out is not known."""

    fields: tuple[tuple[str, FieldValue], ...]


Value: TypeAlias = (
    bool
    | int
    | date
    | str
    | tuple[str, ...]
    | tuple[InsuredMonth, ...]
    | tuple[Receipt, ...]
    | tuple[Entry, ...]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """True from `valid_from` until before `valid_to`; known from `recorded_at` until retracted."""

    name: str
    value: Value | Absent
    source: Source
    recorded_at: datetime
    valid_from: date | None = None
    valid_to: date | None = None
    retracted_at: datetime | None = None
    document: str | None = None


# Made by the hundred for every answer: a struct takes a fraction of a dataclass's time.
@final
class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a leaf read: the value, and how far it can be trusted."""

    fact: str
    value: Value | Absent
    source: Source | None = None
    document: str | None = None


class Stated(NamedTuple):
    """The statements of one name that began to hold, and those that do on the day, also as read."""

    begun: tuple[Fact, ...]
    current: tuple[Fact, ...]
    readings: tuple[Reading, ...]


@final
class FactView(msgspec.Struct, frozen=True, eq=False):
    """The facts known at one moment, ready to be read for the day they must hold on.

    Of each name the most trusted, then most recently recorded, statement stands last. It keeps what
    was read, so no two are equal.
    """

    valid_at: date
    known_at: datetime
    by_name: Mapping[str, tuple[Fact, ...]] = msgspec.field(default_factory=dict)
    _read: dict[tuple[str, date], Reading] = msgspec.field(default_factory=dict)
    _stated: dict[str, Stated] = msgspec.field(default_factory=dict)
    # By the identity of the condition, which its proof keeps alive.
    proofs: dict[int, "LeafProof"] = msgspec.field(default_factory=dict)

    def read(self, name: str, *, on: date | None = None) -> Reading:
        """The most trusted, then most recently recorded, statement that holds on the day."""
        day = on or self.valid_at
        found = self._read.get((name, day))
        if found is None:
            fact = newest(self.by_name.get(name, ()), day)
            found = Reading(fact=name, value=UNKNOWN) if fact is None else as_reading(fact)
            self._read[name, day] = found
        return found

    def stated(self, name: str) -> Stated:
        """Those that began by the day, for what is held or listed."""
        found = self._stated.get(name)
        if found is None:
            found = self._stated[name] = _stated(self.by_name.get(name, ()), self.valid_at)
        return found


def select(facts: Iterable[Fact], valid_at: date, known_at: datetime) -> FactView:
    by_name: dict[str, list[Fact]] = {}
    for fact in facts:
        if _known(fact, known_at):
            by_name.setdefault(fact.name, []).append(fact)
    return FactView(valid_at, known_at, {name: _ordered(each) for name, each in by_name.items()})


def _ordered(said: Sequence[Fact]) -> tuple[Fact, ...]:
    return tuple(said) if len(said) == 1 else tuple(sorted(said, key=_standing))


def _stated(facts: Sequence[Fact], day: date) -> Stated:
    begun = tuple([fact for fact in facts if _begun(fact, day)])
    current = tuple([fact for fact in begun if holds_on(fact, day)])
    return Stated(begun, current, tuple([as_reading(fact) for fact in current]))


def newest(facts: Sequence[Fact], day: date) -> Fact | None:
    """Of statements in their order the one that counts on the day."""
    for fact in reversed(facts):
        if holds_on(fact, day):
            return fact
    return None


def insured_months(value: Value | Absent) -> tuple[InsuredMonth, ...]:
    """Those that a value names, if it is a record of insurance."""
    named = value if isinstance(value, tuple) else ()
    return tuple([each for each in named if isinstance(each, InsuredMonth)])


def holds_on(fact: Fact, day: date) -> bool:
    return _begun(fact, day) and (fact.valid_to is None or day < fact.valid_to)


def as_reading(fact: Fact) -> Reading:
    return Reading(fact=fact.name, value=fact.value, source=fact.source, document=fact.document)


def _begun(fact: Fact, day: date) -> bool:
    return fact.valid_from is None or fact.valid_from <= day


def _known(fact: Fact, known_at: datetime) -> bool:
    if fact.recorded_at > known_at:
        return False
    return fact.retracted_at is None or known_at < fact.retracted_at


def _standing(fact: Fact) -> tuple[int, datetime, str, str, str]:
    # A verified value is not overruled by a later claim; the texts only make ties repeatable.
    texts = str(fact.valid_from), repr(fact.value), fact.document or ""
    return TRUST[fact.source], fact.recorded_at, *texts
