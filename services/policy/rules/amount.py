"""What a benefit is worth: integer fen over its term, or a thing, a right, or not said."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from services.policy.rules.days import MONTHS_IN_A_YEAR
from services.policy.rules.tree import Cite, Text, Unseen

OPEN_ENDED_MONTHS = 12


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
    """How the counted months are known; open-ended and unseen terms count twelve.

    A sum of which not even the rhythm was seen counts no months.
    """

    ONCE = "once"
    STATED = "stated"
    OPEN = "open"
    NOT_SEEN = "not_seen"


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
    code: str
    covers: frozenset[str]
    amount: Span
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The amount by degree, tier or title; the best row that applies is paid."""

    by: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapByFact:
    """One payment is at most this percentage of a sum such as the rent or the price paid."""

    fact: str
    percent: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class CapTotal:
    fen: int
    cite: Cite


Step: TypeAlias = CapByFact | CapTotal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    amount: Span | Table | Unseen
    per: Per
    term: Term
    months: int | None
    instalments: tuple[int, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one offer pays this talent over the counted months, and what is still missing."""

    kind: Kind
    least_fen: int = 0
    most_fen: int = 0
    per: Per = Per.ONCE
    term: Term = Term.ONCE
    counted_months: int | None = None
    instalments: tuple[int, ...] = ()
    thing: str | None = None
    text: Text | None = None
    missing: tuple[str, ...] = ()


def counted_months(pay: Pay) -> int | None:
    if pay.per not in REPEATED:
        return None
    return pay.months if pay.months is not None else OPEN_ENDED_MONTHS


def over_term(fen: int, per: Per, months: int | None) -> int:
    """Total fen of a payment repeated over the months; part years are paid by the month."""
    if per not in REPEATED or months is None:
        return fen
    return fen * months if per is Per.MONTH else fen * months // MONTHS_IN_A_YEAR
