"""The shapes in which the offline tool answers with `--json`, one for each command."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.policy.entitlements.shapes import JudgedOut
from services.policy.offline.budget_shapes import RegistryPackagesOut
from services.policy.outlook_shapes import OutlookOut, PromisedOut
from services.policy.package_shapes import PackageOut
from services.policy.rules.certificate import Flaw
from services.policy.rules.schedule import Because
from services.policy.shapes import OutcomeOut


class ProblemOut(BaseModel):
    """What is wrong in a file, where (line and column count from 1), and what to write instead."""

    file: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)
    path: str
    problem: str
    remedy: str


class RefusalOut(BaseModel):
    """Instead of an answer, from every command but `check`."""

    problems: list[ProblemOut]


class FileOut(BaseModel):
    """A policy file that could be read; the digest names its text."""

    file: str
    policy_id: str
    version: int
    digest: str


class RulingFileOut(BaseModel):
    """A file of rulings that could be read: who gave them, on which day."""

    file: str
    ruling_id: str
    by: str
    given: date


class CheckOut(BaseModel):
    """What `check` answers; nothing is wrong where there are no problems.

    Notes say what nobody can satisfy, which texts contradict each other without a ruling, and
    which rulings are about older words; the service would record it all the same.
    """

    policies: list[FileOut]
    rulings: list[RulingFileOut] = []
    problems: list[ProblemOut]
    notes: list[ProblemOut]


class LineOut(BaseModel):
    """A sentence in both languages; a deeper one belongs to the one before it."""

    depth: int
    zh: str
    en: str


class ToldPolicyOut(BaseModel):
    policy_id: str
    lines: list[LineOut]


class ToldPersonOut(BaseModel):
    talent_id: str
    lines: list[LineOut]


class RestsOnOut(BaseModel):
    """What an answer rests on, whoever it is about: another of these may give another answer.

    `horizon` is how many months a benefit without an end counts; with `confirmed_only` policies
    whose dates no source showed were left out.
    """

    valid_at: date
    known_at: datetime
    view_version: str
    engine_version: str
    horizon: int
    confirmed_only: bool


class ExplainOut(RestsOnOut):
    """What `explain` answers; people only where they were named."""

    policies: list[ToldPolicyOut]
    people: list[ToldPersonOut]


class PersonFoundOut(JudgedOut, OutlookOut):
    """One person, as the service would answer with the same facts and policies."""

    talent_id: str
    outcome_digest: str
    outcomes: list[OutcomeOut]
    package: PackageOut
    possible_package: PackageOut | None


class EvaluateOut(RestsOnOut):
    """What `evaluate` answers."""

    people: list[PersonFoundOut]


class DueOut(BaseModel):
    """An offer by its key, and what is paid of it."""

    key: str
    fen: int


class MonthOut(BaseModel):
    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    fen: int
    due: list[DueOut]


class UndatedOut(DueOut):
    """`because` is why no text says in which month it is paid."""

    because: Because


class ScheduleOut(BaseModel):
    """`months` and `undated` are the package; `best_each_month` is what is best in each by itself,
    of what is paid by the month, for whoever may change from one benefit to another.
    """

    months: list[MonthOut]
    undated: list[UndatedOut]
    best_each_month: list[MonthOut]


class PersonPackageOut(PromisedOut):
    """The best lawful package, and the one that could be had with the missing facts.

    Its schedule only with `--schedule`.
    """

    talent_id: str
    valid_at: date
    known_at: datetime
    facts_digest: str
    package: PackageOut
    possible_package: PackageOut | None
    schedule: ScheduleOut | None = None


class HouseholdPackageOut(BaseModel):
    """What two have at most between them; offers are named after whose they are."""

    household: str
    talent_ids: list[str]
    valid_at: date
    known_at: datetime
    package: PackageOut
    possible_package: PackageOut | None


class PackagesOut(RestsOnOut):
    """What `package` answers; households only where people name theirs."""

    people: list[PersonPackageOut]
    households: list[HouseholdPackageOut] = []


class DisputeOut(BaseModel):
    """What does not hold of an offer (or, without a name, of the whole), and what is so instead."""

    flaw: Flaw
    about: str
    found: str


class ConfirmedOut(BaseModel):
    """`untried` are offers of which too many bear on each other for every set to be tried."""

    holds: bool
    sets_tried: int
    untried: list[str]
    disputes: list[DisputeOut]


class ConfirmedPersonOut(ConfirmedOut):
    talent_id: str


class ConfirmedHouseholdOut(ConfirmedOut):
    household: str


class ConfirmOut(BaseModel):
    """What `confirm` answers of packages that were answered before."""

    people: list[ConfirmedPersonOut]
    households: list[ConfirmedHouseholdOut] = []


class CountedPolicyOut(BaseModel):
    """How many people stand how; states that nobody is in are left out."""

    policy_id: str
    states: dict[str, int]


class BulkOut(RestsOnOut):
    """What `bulk` answers; packages where they were asked for."""

    people: int
    policies: list[CountedPolicyOut]
    packages: RegistryPackagesOut | None = None


ANSWERED: dict[str, type[BaseModel]] = {
    "check": CheckOut,
    "explain": ExplainOut,
    "evaluate": EvaluateOut,
    "package": PackagesOut,
    "confirm": ConfirmOut,
    "bulk": BulkOut,
    "refusal": RefusalOut,
}
