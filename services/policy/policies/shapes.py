"""The shapes in which the consolidated view and one policy are answered."""

from datetime import date, datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel

from services.policy.package_shapes import RulingOut
from services.policy.shapes import CiteOut, NotSeenOut, TextOut


class WrittenDayOut(BaseModel):
    """A date as a source wrote it: `first` and `last` differ where it names a month or a year."""

    text: str
    first: date
    last: date


BoundOut: TypeAlias = WrittenDayOut | Literal["open", "pending", "not_seen"]


class PeriodOut(BaseModel):
    """`cite` is none where the file does not say which clause states the period."""

    first: BoundOut
    last: BoundOut
    cite: CiteOut | None


class EveryYearOut(BaseModel):
    """The same days every year, as month and day."""

    first: tuple[int, int]
    last: tuple[int, int]
    cite: CiteOut | None


class QuotaOut(BaseModel):
    """So many in a time; in the periods of `full` none are left."""

    count: int | NotSeenOut
    per: Literal["once", "month", "year", "not_seen"]
    full: list[PeriodOut]
    cite: CiteOut


class AppliesOut(BaseModel):
    """The text is for those whose date `by` lies between these days."""

    by: str
    first: date | Literal["open", "not_seen"]
    last: date | Literal["open", "not_seen"]
    cite: CiteOut


class ChangeOut(BaseModel):
    """What an act did to the policy, and where it stands."""

    kind: Literal["supersede", "amend", "prolong", "postpone", "suspend", "repeal", "retroactive"]
    first: date | None
    last: BoundOut | None
    version: int | None
    by: str | None
    issuer: str | None
    row: str
    cite: CiteOut | None


class SupersedesOut(BaseModel):
    policy_id: str
    basis: Literal["read", "inferred"]
    cite: CiteOut


class ParticularOut(BaseModel):
    name: str
    text: TextOut | None
    value: int | date | None
    unit: str | None
    cite: CiteOut


class SourceOut(BaseModel):
    """A page that was read; `quality` says what kind of page it is."""

    title: str
    quality: str
    url: str | None


class EndedOut(BaseModel):
    day: date
    reason: str
    by: str | None


class PolicyEntryOut(BaseModel):
    """A policy in the view; `obstacle` says why it cannot be had that day.

    `unpublished` are policies it names that nobody published: who holds them is not known.
    """

    policy_id: str
    version: int
    issuer: str
    joint_issuers: list[str]
    title: TextOut
    region: str
    doc_no: str
    published: WrittenDayOut | NotSeenOut
    in_force: PeriodOut
    window: PeriodOut | None
    windows: list[PeriodOut | EveryYearOut]
    quota: QuotaOut | None
    applies: AppliesOut | None
    supersedes: list[SupersedesOut]
    particulars: list[ParticularOut]
    sources: list[SourceOut]
    scope: Literal["whole", "opening"]
    demo: bool
    digest: str
    confirmed: bool
    obstacle: str | None
    ended: EndedOut | None
    contested_by: list[str]
    changes: list[ChangeOut]
    next_open: date | None
    unpublished: list[str]
    rows: list[str]


class FigureOut(BaseModel):
    """A number, date or sum about policy `of`, and the body, file, document and clause it is from.

    `path` says where it stands in the file; sums are in fen, and `unit` says what else is counted.
    """

    of: str
    path: str
    value: int | str
    unit: str | None
    issuer: str
    policy_id: str
    version: int
    doc_no: str
    digest: str
    cite: CiteOut


class BasisOut(BaseModel):
    """What an answer about policies rests on."""

    stale: bool
    view_version: str
    view_position: int
    valid_at: date
    known_at: datetime
    engine_version: str


class CountedOut(BasisOut):
    """With `confirmed_only` policies were left out of which a bound was not seen."""

    confirmed_only: bool = False


class ViewOut(CountedOut):
    unreadable_policies: list[str]
    policies: list[PolicyEntryOut]
    rulings: list[RulingOut]


class FiguresOut(CountedOut):
    figures: list[FigureOut]


class SaidOut(BaseModel):
    """Something the body said about the policy, or what was ruled of one of its statements."""

    row: str
    position: int
    said: Literal[
        "published",
        "superseded",
        "repealed",
        "amended",
        "quota-filled",
        "ruling-given",
        "ruling-withdrawn",
    ]
    edition: int | None
    digest: str | None
    superseded_by: str | None
    effective_on: date | None
    reason: str | None
    kind: str | None
    last_on: date | None
    forbids: str | None
    allows: str | None
    prevails: Literal["forbids", "allows"] | None
    ruled_by: str | None
    recorded_at: datetime


class PolicyOut(BasisOut, PolicyEntryOut):
    document: str | None
    figures: list[FigureOut]
    history: list[SaidOut]
