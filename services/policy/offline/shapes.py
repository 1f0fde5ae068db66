"""The shapes in which the offline tool answers with `--json`, one for each command."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.policy.entitlements.shapes import JudgedOut
from services.policy.offline.budget_shapes import RegistryPackagesOut
from services.policy.package_shapes import PackageOut
from services.policy.shapes import NearMissOut, OutcomeOut


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


class CheckOut(BaseModel):
    """What `check` answers; nothing is wrong where there are no problems."""

    policies: list[FileOut]
    problems: list[ProblemOut]


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


class ExplainOut(BaseModel):
    """What `explain` answers; people only where they were named."""

    policies: list[ToldPolicyOut]
    people: list[ToldPersonOut]


class PersonFoundOut(JudgedOut):
    """One person, as the service would answer with the same facts and policies."""

    talent_id: str
    outcome_digest: str
    outcomes: list[OutcomeOut]
    package: PackageOut
    possible_package: PackageOut | None
    near_misses: list[NearMissOut]


class EvaluateOut(BaseModel):
    """What `evaluate` answers."""

    people: list[PersonFoundOut]


class PersonPackageOut(BaseModel):
    """The best lawful package, and the one that could be had with the missing facts."""

    talent_id: str
    valid_at: date
    known_at: datetime
    package: PackageOut
    possible_package: PackageOut | None


class PackagesOut(BaseModel):
    """What `package` answers."""

    people: list[PersonPackageOut]


class CountedPolicyOut(BaseModel):
    """How many people stand how; states that nobody is in are left out."""

    policy_id: str
    states: dict[str, int]


class BulkOut(BaseModel):
    """What `bulk` answers; packages where they were asked for."""

    valid_at: date
    known_at: datetime
    engine_version: str
    people: int
    policies: list[CountedPolicyOut]
    packages: RegistryPackagesOut | None = None


ANSWERED: dict[str, type[BaseModel]] = {
    "check": CheckOut,
    "explain": ExplainOut,
    "evaluate": EvaluateOut,
    "package": PackagesOut,
    "bulk": BulkOut,
    "refusal": RefusalOut,
}
