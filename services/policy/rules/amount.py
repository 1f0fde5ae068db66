"""What a benefit is worth: integer fen over its term, or a thing, a right, or not said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

import msgspec

from services.policy.rules.days import MONTHS_IN_A_YEAR, WrittenDay, month_number
from services.policy.rules.picks import Pick
from services.policy.rules.tree import Cite, Text, Unseen

HORIZON = 12
"""The months an open-ended benefit counts, unless somebody asks for others."""


class Kind(StrEnum):
    MONEY = "money"
    IN_KIND = "in_kind"
    RIGHT = "right"
    CASE_BY_CASE = "case_by_case"
    NOT_SEEN = "not_seen"


class Per(StrEnum):
    """How often a sum is paid; where no source showed it, the sum counts once and says so."""

    ONCE = "once"
    MONTH = "month"
    YEAR = "year"
    NOT_SEEN = "not_seen"


REPEATED = frozenset({Per.MONTH, Per.YEAR})


class Term(StrEnum):
    """How the counted months are known; open-ended and unseen terms count the horizon.

    A sum of which not even the rhythm was seen counts no months.
    """

    ONCE = "once"
    STATED = "stated"
    OPEN = "open"
    NOT_SEEN = "not_seen"


class Subject(StrEnum):
    """Who or what a benefit is given for; a household's is given once to all of it."""

    PERSON = "person"
    HOUSEHOLD = "household"
    CONTRACT = "contract"


class Payee(StrEnum):
    PERSON = "person"
    EMPLOYER = "employer"
    TEAM = "team"
    PROJECT = "project"
    STATION = "station"
    INTERMEDIARY = "intermediary"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Money:
    """A sum and how often it is paid."""

    fen: int
    per: Per = Per.ONCE


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most fen a text promises; equal where it states one sum."""

    least_fen: int
    most_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """For the code and what is under it; whoever names only one of `wholes` may be meant."""

    code: str
    covers: frozenset[str]
    amount: Span | Unseen
    cite: Cite
    wholes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The amount by degree, tier or title; the best row that applies is paid."""

    by: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SpentOn:
    """What the person spent for a cost item, contract by contract."""

    cost_item: str


@dataclass(frozen=True, slots=True)
class StatedSum:
    """A sum of money that a fact states, such as a price or a rent."""

    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A percentage of what something cost."""

    percent: int
    of: StatedSum | SpentOn


@dataclass(frozen=True, slots=True, kw_only=True)
class CapByFact:
    """One payment is at most this percentage of a sum such as the rent or the price paid."""

    fact: str
    percent: int
    cite: Cite
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapSpent:
    """The whole is at most this percentage of what the person spent for a cost item."""

    cost_item: str
    percent: int
    cite: Cite
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapTotal:
    fen: int
    cite: Cite
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapLifetime:
    """The whole, together with what the same benefit paid before."""

    fen: int
    cite: Cite
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf:
    """Only a percentage of what is left is paid."""

    percent: int
    cite: Cite
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduct:
    """What was received before for these is taken off, at this place of the order."""

    members: tuple[Pick, ...]
    cite: Cite
    name: str | None = None


Step: TypeAlias = CapByFact | CapSpent | CapTotal | CapLifetime | PartOf | Deduct


@dataclass(frozen=True, slots=True)
class Parts:
    """What share of one sum each part is, and whether one falls due each year or each month.

    `first_fen` and `then_fen` are the sums that a text gives for the first and for each later part.
    """

    shares: tuple[int, ...]
    per: Per = Per.YEAR
    first_fen: int | None = None
    then_fen: int | None = None

    @property
    def whole(self) -> int:
        return sum(self.shares)

    def by_month(self, fen: int) -> tuple[int, ...]:
        """What falls due each month of a sum: as it is written, if it comes to that but for the
        last part; else in these proportions. What does not divide falls due with the last."""
        rest = fen - self.whole
        if abs(rest) < self.shares[-1]:
            return (*self.shares[:-1], self.shares[-1] + rest)
        parts = [fen * share // self.whole for share in self.shares]
        parts[-1] += fen - sum(parts)
        return tuple(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """`dated` are the first and last day of a term that is written in days.

    Where `ordered` is no, the text gives no order for the steps and what is deducted.
    """

    amount: Span | Table | Rate | Unseen
    per: Per
    term: Term
    months: int | None
    instalments: Parts | None
    steps: tuple[Step, ...]
    dated: tuple[WrittenDay, WrittenDay] | None = None
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """Who bears a part of a payment, in percent of it."""

    who: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one step left of the sum."""

    step: str
    least_fen: int
    most_fen: int


# Made by the hundred for every answer: a struct takes a fraction of a dataclass's time.
class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What one offer still pays this talent over the counted months, and what is missing.

    `paid_fen` is what the same benefit paid before. `other_order_fen` is what would be paid if
    the steps stood in another order, where the text gives none: the stricter order counts.
    """

    kind: Kind
    least_fen: int = 0
    most_fen: int = 0
    per: Per = Per.ONCE
    term: Term = Term.ONCE
    counted_months: int | None = None
    instalments: tuple[int, ...] = ()
    instalments_per: Per = Per.YEAR
    thing: str | None = None
    text: Text | None = None
    missing: tuple[str, ...] = ()
    steps: tuple[Taken, ...] = ()
    paid_fen: int = 0
    other_order_fen: int | None = None


def counted_months(pay: Pay, day: date, horizon: int = HORIZON) -> int | None:
    """Months that are begun count whole; none where nothing is repeated."""
    if pay.per not in REPEATED:
        return None
    if pay.dated is not None:
        first, last = pay.dated
        begins = max(day, first.first)
        return max(0, month_number(last.last) - month_number(begins) + 1)
    return pay.months if pay.months is not None else horizon


def shared(fen: int, shares: Sequence[Share]) -> dict[str, int]:
    """Who bears how much; what does not divide falls to the first named."""
    borne = {each.who: fen * each.percent // 100 for each in shares}
    if shares:
        borne[shares[0].who] += fen - sum(borne.values())
    return borne


def over_term(fen: int, per: Per, months: int | None) -> int:
    """Total fen of a payment repeated over the months; part years are paid by the month."""
    if per not in REPEATED or months is None:
        return fen
    return fen * months if per is Per.MONTH else fen * months // MONTHS_IN_A_YEAR
