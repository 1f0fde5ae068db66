"""How benefits of different bodies bear on each other; each statement keeps who made it, where."""

from dataclasses import dataclass
from typing import TypeAlias

from services.policy.rules.amount import Money
from services.policy.rules.tree import Cite, Tenure


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Who states an interaction, in which policy and clause; its id is unique in the view."""

    interaction_id: str
    issuer: str
    policy_id: str | None
    cite: Cite


@dataclass(frozen=True, slots=True)
class Target:
    """A whole policy, or one benefit of it."""

    policy_id: str
    benefit_id: str | None = None


@dataclass(frozen=True, slots=True)
class ByItem:
    """Every benefit for a cost item; `issuers` narrows it to these bodies, none means all."""

    cost_item: str
    issuers: frozenset[str] = frozenset()


Pick: TypeAlias = Target | ByItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusive:
    """The one excludes each of the others; those may stand together."""

    stated: Stated
    target: Pick
    excludes: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseOne:
    stated: Stated
    members: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Highest:
    """Of several payments for the same thing only one counts, the higher."""

    stated: Stated
    members: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """Paid only on top of a base, until base and top-up together reach the cap."""

    stated: Stated
    target: Target
    bases: tuple[Pick, ...]
    total_cap: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedIfHeld:
    """Whoever holds one of these may not have the policy; checked with its criteria."""

    stated: Stated
    fact: str
    codes: tuple[str, ...]
    covers: frozenset[str]
    tenure: Tenure
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The members together never pay more than this."""

    stated: Stated
    members: tuple[Pick, ...]
    most_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductPrior:
    """What was, or in the same package is, received for the members is taken off the target."""

    stated: Stated
    target: Target
    members: tuple[Pick, ...]


Interaction: TypeAlias = (
    Exclusive | ChooseOne | Highest | TopUp | ExcludedIfHeld | Cap | DeductPrior
)
