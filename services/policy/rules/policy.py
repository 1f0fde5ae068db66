"""A policy as one body states it: its period, criteria, benefits and what it says of others."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.policy.rules.amount import Kind, Pay, Payee, Share, Subject
from services.policy.rules.changes import Amends, Basis, Transition
from services.policy.rules.days import WrittenDay
from services.policy.rules.interactions import Interaction
from services.policy.rules.periods import Applies, Period, Quota, Window
from services.policy.rules.tree import Cite, Text, Tree, Unseen


class Scope(StrEnum):
    """How much of the source was read."""

    WHOLE = "whole"
    OPENING = "opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A page that was read; `quality` says what kind of page it is."""

    title: str
    quality: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersedes:
    policy_id: str
    basis: Basis
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Particular:
    """Something else a clerk must know: a commitment, a quota, a time limit, a couple rule."""

    name: str
    text: Text | None
    value: int | date | None
    unit: str | None
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    benefit_id: str
    kind: Kind
    cost_item: str
    payee: Payee
    payer: str | None
    payers: tuple[Share, ...]
    subject: Subject
    pay: Pay | None
    thing: str | None
    text: Text | None
    when: Tree | None
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the file says; a stage of eligibility is `None` where it says nothing of it."""

    policy_id: str
    version: int
    issuer: str
    joint_issuers: tuple[str, ...]
    title: Text
    region: str
    doc_no: str | Unseen
    published: WrittenDay | Unseen
    in_force: Period
    windows: tuple[Window, ...]
    quota: Quota | None
    applies: Applies | None
    supersedes: tuple[Supersedes, ...]
    amends: tuple[Amends, ...]
    transitions: tuple[Transition, ...]
    entry: Tree | Unseen
    continuing: Tree | Unseen | None
    review: Tree | Unseen | None
    benefits: tuple[Benefit, ...]
    interactions: tuple[Interaction, ...]
    particulars: tuple[Particular, ...]
    sources: tuple[SourceText, ...]
    scope: Scope
    demo: bool
    digest: str

    @property
    def window(self) -> Period | None:
        """The first window that is written with its days."""
        return next((each for each in self.windows if isinstance(each, Period)), None)
