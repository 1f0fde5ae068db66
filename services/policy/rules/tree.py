"""The closed language of eligibility: who may have a benefit, each condition with its clause."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Final, TypeAlias

from services.policy.rules.days import Unit, WrittenDay


class Unseen(Enum):
    """What no source showed; it is neither none nor zero."""

    NOT_SEEN = "not_seen"


NOT_SEEN: Final = Unseen.NOT_SEEN


class Op(StrEnum):
    AT_LEAST = ">="
    MORE = ">"
    AT_MOST = "<="
    LESS = "<"
    EQUAL = "=="
    OTHER = "!="


class Reference(StrEnum):
    """The day a length of time is measured to, when it is not the day asked about."""

    VALID_AT = "valid_at"
    YEAR_START = "year_start"
    YEAR_END = "year_end"


@dataclass(frozen=True, slots=True)
class AtFact:
    """A length of time measured to the date another fact states."""

    fact: str


class Convention(StrEnum):
    """How a length of time is counted.

    Whole units only, an age counting up on the birthday; a begun unit as a whole one; or the
    years or months of the calendar subtracted, whatever the day.
    """

    COMPLETE = "complete"
    STARTED = "started"
    CALENDAR = "calendar"


class Measure(StrEnum):
    """What a sum of facts is counted in."""

    NUMBER = "number"
    MONEY = "money"
    DAYS = "days"


class Tenure(StrEnum):
    IN_TERM = "in_term"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class Text:
    zh: str
    en: str


class Clause(StrEnum):
    SEEN = "seen"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a rule stands, and in which of the policy's sources (from 1) if that is known.

    `where` names the clause; where no source showed one, the part of what was taken from them.
    """

    where: str
    source: int | None = None
    clause: Clause = Clause.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A number, sum of money, date or yes/no against a constant."""

    fact: str
    op: Op
    value: int | bool | date
    cite: Cite
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A fact with its weight in a sum."""

    fact: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """At most three weighted facts added up, against a constant; dates count as their days."""

    terms: tuple[Term, ...]
    op: Op
    value: int
    measure: Measure
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A code among others; `covers` holds every code the written ones stand for.

    Where `levels` are given the code of a part begins with that of the whole, cut at these lengths,
    and `covers` holds the written codes alone. `wholes` are the codes that a covered one is a part
    of: who names only the whole has not said which part.
    """

    fact: str
    op: Op | None
    codes: tuple[str, ...]
    covers: frozenset[str]
    cite: Cite
    as_of: date | None = None
    levels: tuple[int, ...] = ()
    wholes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elapsed:
    """Units since a date, counted by the convention."""

    since: str
    op: Op
    value: int
    unit: Unit
    cite: Cite
    at: "Reference | date | AtFact" = Reference.VALID_AT
    convention: Convention = Convention.COMPLETE


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Not later than so many units after a date; the last day is included."""

    since: str
    value: int
    unit: Unit
    cite: Cite
    at: "Reference | date | AtFact" = Reference.VALID_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured:
    """Months of social insurance in the months before this one; no window looks at them all."""

    fact: str
    months: int
    window_months: int | None
    in_a_row: bool
    base_percent: int | None
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """A title or policy held; a closed ledger answers no where it has no entry.

    `unpublished` are policies asked for that nobody published: no ledger can answer for those.
    """

    fact: str
    codes: tuple[str, ...]
    covers: frozenset[str]
    tenure: Tenure
    closed: bool
    cite: Cite
    unpublished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many entries of a list meet a condition on their own fields; none means every entry.

    `closed` says that the list is a ledger: where it has no entry there is none.
    """

    fact: str
    where: "Tree | None"
    op: Op
    value: int
    closed: bool
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualCheck:
    """A condition only a person can decide; a recorded ruling settles it."""

    check_id: str
    text: Text
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSeen:
    """Conditions the source did not show: they make nobody eligible and rule nobody out."""

    cite: Cite


@dataclass(frozen=True, slots=True)
class All:
    children: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    children: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Not:
    child: "Tree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A named route of its own; one with a period is open only then."""

    name: str
    title: Text
    when: "Tree"
    first: WrittenDay | None = None
    last: WrittenDay | None = None


@dataclass(frozen=True, slots=True)
class Tracks:
    children: tuple[Track, ...]


Leaf: TypeAlias = (
    Compare | Linear | Member | Elapsed | Within | Insured | Holds | Count | ManualCheck | NotSeen
)
Tree: TypeAlias = Leaf | All | AnyOf | Not | Tracks
