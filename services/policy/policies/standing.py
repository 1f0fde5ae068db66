"""What a policy can be: not published yet, standing, replaced by another, or gone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from events.catalog.policy import PolicyRulingGiven, PolicyRulingWithdrawn

Ruled: TypeAlias = PolicyRulingGiven | PolicyRulingWithdrawn

Change: TypeAlias = tuple[str, date | None, date | None, int | None, str]
"""What was said: of which kind, from and until which day, in which edition, in which clause."""

Days: TypeAlias = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Nothing was published under this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`editions` are the digests published so far, by edition; `documents` are their texts.

    `last_change` and `last_full` are what was last said, so that saying it again is nothing;
    `rulings` are the last words on disputes of the newest edition, by what forbids and allows.
    """

    issuer_id: str
    editions: tuple[tuple[int, str], ...]
    documents: tuple[str, ...] = ()
    last_change: Change | None = None
    last_full: Days | None = None
    rulings: Mapping[tuple[str, str], Ruled] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    issuer_id: str
    editions: tuple[tuple[int, str], ...]
    superseded_by: str
    effective_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    issuer_id: str
    editions: tuple[tuple[int, str], ...]
    effective_on: date


Policy: TypeAlias = Unpublished | Standing | Replaced | Gone
