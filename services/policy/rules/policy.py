"""A policy as one body states it: its period, criteria, benefits and what it says of others."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.policy.rules.amount import Kind, Pay, Payee, Share, Subject
from services.policy.rules.days import WrittenDay
from services.policy.rules.interactions import Interaction
from services.policy.rules.tree import Cite, Text, Tree, Unseen


class Bound(StrEnum):
    """A bound that is not a date: none is stated, or it waits for a further act."""

    OPEN = "open"
    PENDING = "pending"


class Basis(StrEnum):
    READ = "read"
    INFERRED = "inferred"


class Scope(StrEnum):
    """How much of the source was read."""

    WHOLE = "whole"
    OPENING = "opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """First and last day as written; the last day is included."""

    first: WrittenDay | Bound | Unseen
    last: WrittenDay | Bound | Unseen


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
    policy_id: str
    version: int
    issuer: str
    joint_issuers: tuple[str, ...]
    title: Text
    region: str
    doc_no: str | Unseen
    published: WrittenDay | Unseen
    in_force: Period
    window: Period | None
    supersedes: tuple[Supersedes, ...]
    entry: Tree | Unseen
    benefits: tuple[Benefit, ...]
    interactions: tuple[Interaction, ...]
    particulars: tuple[Particular, ...]
    sources: tuple[SourceText, ...]
    scope: Scope
    demo: bool
    digest: str
