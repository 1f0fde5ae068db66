"""The shapes in which contradictions between texts, and what was ruled of them, are answered."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.policy.package_shapes import RulingOut
from services.policy.policies.shapes import BasisOut
from services.policy.shapes import CiteOut, NotSeenOut, TextOut


class StatementOut(BaseModel):
    """A statement, `said` in words, with the text that it stands in and whose that is."""

    statement_id: str
    policy_id: str
    edition: int = Field(ge=1)
    title: TextOut
    issuer: str
    joint_issuers: list[str]
    doc_no: str | NotSeenOut
    demo: bool
    cite: CiteOut
    said: TextOut


class BenefitsOut(BaseModel):
    """Two benefits by policy and benefit that one text allows together and another forbids."""

    one: str
    other: str


class ContradictionOut(BaseModel):
    """Without a ruling the stricter reading counts, and packages that it bears on are provisional.

    `at_stake_fen` is the most that whoever may have both goes without by it, none where one of
    each pair is no stated sum for the person; `may_rule` are the bodies with a say over both texts,
    the lowest first.
    """

    forbids: StatementOut
    allows: StatementOut
    benefits: list[BenefitsOut]
    at_stake_fen: int | None
    may_rule: list[str]
    ruling: RulingOut | None


class RuledOut(BaseModel):
    """Something that was ruled, or with no side withdrawn; `counts` while it bears on the day."""

    row: str
    forbids: str
    forbids_edition: int | None
    allows: str
    allows_edition: int | None
    prevails: Literal["forbids", "allows"] | None
    by: str
    clause: str
    effective_on: date
    recorded_at: datetime
    counts: bool


class ContradictionsOut(BasisOut):
    """The contradictions of the day, those without a ruling first; of what was ever ruled the last.

    `ruled_in_all` is how much there is, where not all is listed.
    """

    contradictions: list[ContradictionOut]
    ruled: list[RuledOut]
    ruled_in_all: int
