"""What answers about packages are made of: what is in, what is left out and why, what is open."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from services.policy.shapes import OfferOut


class BorneOut(BaseModel):
    """What one of several payers bears of a payment."""

    who: str
    fen: int


class IncludedOut(BaseModel):
    offer: OfferOut
    least_fen: int
    most_fen: int
    borne: list[BorneOut] = []


class BlockerOut(BaseModel):
    """A chosen offer that stands against it, a policy had before, or (neither) a missing base."""

    interaction_id: str
    by: str | None
    had: str | None = None


class LeftOutOut(BaseModel):
    """`costs_fen` is lost if it is forced in, and `instead` is what then stands."""

    offer: OfferOut
    blocked_by: list[BlockerOut]
    costs_fen: int | None
    instead: list[str] = []


class DoubtOut(BaseModel):
    """Where texts disagree or leave something open; `gain_fen` is what the looser reading adds."""

    kind: Literal["contradiction", "reach", "order", "circle"]
    interactions: list[str]
    offers: list[str]
    gain_fen: int | None


class TwinOut(BaseModel):
    """The same benefit stated twice: the one that counts, and the other."""

    kept: str
    other: str


class EndedOut(BaseModel):
    """A held policy whose remaining payments end with something chosen."""

    policy_id: str
    interaction_id: str
    by: str


class RulingOut(BaseModel):
    """Of two statements the one of `prevails` counts, as `by` says in `clause`; see `row`."""

    forbids: str
    allows: str
    prevails: Literal["forbids", "allows"]
    by: str
    clause: str
    effective_on: date
    row: str


class PackageOut(BaseModel):
    """The lawful combination worth most; the offers in `counted_once` may be paid more often."""

    least_fen: int
    most_fen: int
    counted_once: list[str] = []
    """Answers of the first engine do not say."""
    applications: list[str]
    included: list[IncludedOut]
    left_out: list[LeftOutOut]
    provisional: bool = False
    doubts: list[DoubtOut] = []
    duplicates: list[TwinOut] = []
    ends: list[EndedOut] = []
    rulings: list[RulingOut] = []
