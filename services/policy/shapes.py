"""What answers about policies are made of: texts, citations, conditions, proofs, offers, sums."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field

NotSeenOut: TypeAlias = Literal["not_seen"]
ValueOut: TypeAlias = bool | int | str | list[str | dict[str, str | int | None]] | None
TruthOut: TypeAlias = Literal["true", "false", "unknown"]
OpOut: TypeAlias = Literal[">=", ">", "<=", "<", "==", "!="]
TenureOut: TypeAlias = Literal["in_term", "ever"]
UnitOut: TypeAlias = Literal["days", "months", "years"]


class TextOut(BaseModel):
    zh: str
    en: str


class CiteOut(BaseModel):
    """`where` is the clause, or the extract where none was seen; `source` counts from 1."""

    where: str
    source: int | None
    clause: Literal["seen", "not_seen"] | None = None
    """Answers of the first engine do not say."""


class ReadOut(BaseModel):
    """A fact as it was read; `state` stands in for a value that is absent."""

    fact: str
    value: ValueOut
    state: Literal["value", "unknown", "not_applicable"]
    source: str | None
    document: str | None


class LeafOut(BaseModel):
    """A condition: what it asks, whether it holds, its clause, what was read, what was counted."""

    truth: TruthOut
    cite: CiteOut
    read: list[ReadOut]
    counted: int | None


class AtFactOut(BaseModel):
    """The day that another fact states."""

    fact: str


class CompareAsks(BaseModel):
    fact: str
    op: OpOut
    value: bool | int | date
    as_of: date | None


class TermOut(BaseModel):
    fact: str
    times: int


class LinearAsks(BaseModel):
    """The weighted facts added up; `value` is in fen, in days between dates, or a number."""

    terms: list[TermOut]
    op: OpOut
    value: int
    measure: Literal["number", "money", "days"]


class MemberAsks(BaseModel):
    """With `levels` a part's code begins with that of its whole, cut at these lengths."""

    fact: str
    op: OpOut | None
    codes: list[str]
    as_of: date | None
    levels: list[int] = []


class ElapsedAsks(BaseModel):
    since: str
    op: OpOut
    value: int
    unit: UnitOut
    at: Literal["valid_at", "year_start", "year_end"] | date | AtFactOut
    convention: Literal["complete", "started", "calendar"] = "complete"


class WithinAsks(BaseModel):
    since: str
    value: int
    unit: UnitOut
    at: Literal["valid_at", "year_start", "year_end"] | date | AtFactOut


class InsuredAsks(BaseModel):
    fact: str
    months: int
    window_months: int | None
    in_a_row: bool
    base_percent: int | None


class HoldsAsks(BaseModel):
    """`unpublished` are policies asked for that nobody published: the condition stays open."""

    fact: str
    codes: list[str]
    tenure: TenureOut
    closed: bool
    unpublished: list[str] = []


class AskedOut(BaseModel):
    """What is asked of one entry of a list: conditions joined, or one alone."""

    join: Literal["all", "any", "not", "tracks"] | None = None
    children: "list[AskedOut]" = []
    leaf: str | None = None
    asks: CompareAsks | MemberAsks | LinearAsks | ElapsedAsks | WithinAsks | None = None
    cite: CiteOut | None = None


class CountAsks(BaseModel):
    """How many entries of a list meet `where`; a `closed` list is a ledger."""

    fact: str
    where: AskedOut | None
    op: OpOut
    value: int
    closed: bool


class CheckAsks(BaseModel):
    check_id: str
    text: TextOut


class NothingAsks(BaseModel):
    """The source did not show what is asked."""


class CompareOut(LeafOut):
    leaf: Literal["compare"]
    asks: CompareAsks


class LinearOut(LeafOut):
    leaf: Literal["linear"]
    asks: LinearAsks


class MemberOut(LeafOut):
    leaf: Literal["member"]
    asks: MemberAsks


class ElapsedOut(LeafOut):
    leaf: Literal["elapsed"]
    asks: ElapsedAsks


class WithinOut(LeafOut):
    leaf: Literal["within"]
    asks: WithinAsks


class InsuredOut(LeafOut):
    leaf: Literal["insured"]
    asks: InsuredAsks


class HoldsOut(LeafOut):
    leaf: Literal["holds"]
    asks: HoldsAsks


class CountOut(LeafOut):
    leaf: Literal["count"]
    asks: CountAsks


class CheckOut(LeafOut):
    leaf: Literal["manual_check"]
    asks: CheckAsks


class UnseenOut(LeafOut):
    leaf: Literal["not_seen"]
    asks: NothingAsks


ConditionOut: TypeAlias = Annotated[
    CompareOut
    | LinearOut
    | MemberOut
    | ElapsedOut
    | WithinOut
    | InsuredOut
    | HoldsOut
    | CountOut
    | CheckOut
    | UnseenOut,
    Field(discriminator="leaf"),
]


class BranchOut(BaseModel):
    """Conditions joined; a track outside its period is `closed`."""

    join: Literal["all", "any", "not", "tracks", "track"]
    truth: TruthOut
    name: str | None
    title: TextOut | None
    closed: bool
    children: "list[BranchOut | ConditionOut]"


ProofOut: TypeAlias = BranchOut | ConditionOut


class StepOut(BaseModel):
    """What one step left of the sum."""

    step: str
    least_fen: int
    most_fen: int


class WorthOut(BaseModel):
    """What an offer pays over the counted months, in fen; `per` and `term` may be not seen."""

    kind: Literal["money", "in_kind", "right", "case_by_case", "not_seen"]
    least_fen: int
    most_fen: int
    per: Literal["once", "month", "year", "not_seen"]
    term: Literal["once", "stated", "open", "not_seen"]
    counted_months: int | None
    instalments: list[int]
    instalments_per: Literal["year", "month"] = "year"
    """The shares of the parts, and how often one falls due; earlier engines do not say."""
    thing: str | None
    text: TextOut | None
    missing: list[str]
    steps: list[StepOut] = []
    paid_fen: int = 0
    other_order_fen: int | None = None
    """Answers of earlier engines do not say."""


class OfferOut(BaseModel):
    """One benefit within reach; `certain` while nothing is missing or left to a person to check."""

    key: str
    policy_id: str
    benefit_id: str
    issuer: str
    cost_item: str
    payee: str
    payer: str | None
    certain: bool
    worth: WorthOut
    cite: CiteOut
    proof: ProofOut | None


StateOut: TypeAlias = Literal[
    "eligible",
    "eligible_subject_to_manual_check",
    "eligible_not_chosen",
    "blocked_by_contradiction",
    "undetermined",
    "not_eligible",
    "criteria_not_seen",
    "not_in_force",
    "window_closed",
    "quota_full",
    "already_enjoyed",
    "pending",
]


class StageOut(BaseModel):
    """How somebody who enjoys a policy stands to what it asks meanwhile, or each year."""

    stage: Literal["continuing", "review"]
    state: StateOut
    proof: ProofOut | None
    failed: list[ConditionOut]
    missing: list[str]
    manual_checks: list[str]


class OutcomeOut(BaseModel):
    """How one policy stands for somebody, with the proof and what it offers."""

    policy_id: str
    version: int
    issuer: str
    title: TextOut
    state: StateOut
    reason: str | None
    confirmed: bool
    scope: Literal["whole", "opening"]
    demo: bool
    proof: ProofOut | None
    failed: list[ConditionOut]
    missing: list[str]
    could_matter: list[str]
    manual_checks: list[str]
    offers: list[OfferOut]
    next_open: date | None = None
    """When applications are taken next; answers of earlier engines do not say."""
    stages: list[StageOut] = []
    """For somebody who enjoys the policy; answers of earlier engines do not say."""
    valid_at: date
    known_at: datetime
    policy_digest: str
    engine: str


class NeededOut(BaseModel):
    """A fact that would have to be otherwise; with this value it would do."""

    fact: str
    value: ValueOut
    state: Literal["value", "not_applicable"]
    conditions: list[dict[str, Any]]
    """What is asked of the fact: kind of condition, its parameters, its clause."""


class NearMissOut(BaseModel):
    """What would open a policy: `from_day` time alone, `changes` the fewest facts today."""

    policy_id: str
    from_day: date | None
    changes: list[NeededOut]
