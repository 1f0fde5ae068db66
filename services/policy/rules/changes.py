"""What an act does to a policy: replaces, amends, prolongs, postpones, suspends or repeals it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.policy.rules.periods import End
from services.policy.rules.tree import Cite, Tree


class Basis(StrEnum):
    READ = "read"
    INFERRED = "inferred"


class ChangeKind(StrEnum):
    SUPERSEDE = "supersede"
    AMEND = "amend"
    PROLONG = "prolong"
    POSTPONE = "postpone"
    SUSPEND = "suspend"
    REPEAL = "repeal"
    RETROACTIVE = "retroactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amends:
    """One change as the changing text states it.

    `first` is the day it takes effect, or the new first day; `last` the new last day, or the last
    of a suspension; `version` the edition that holds the amended text.
    """

    policy_id: str
    kind: ChangeKind
    first: date | None
    last: End | None
    version: int | None
    basis: Basis
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Whoever meets `keeps` stays under the older policy until then, and has no part in this."""

    policy_id: str
    keeps: Tree
    until: End
    cite: Cite
