"""Naming benefits: a policy, one benefit of it, or whatever is given for a cost item."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Target:
    """A whole policy, or one benefit of it."""

    policy_id: str
    benefit_id: str | None = None


@dataclass(frozen=True, slots=True)
class ByItem:
    """Every benefit for a cost item (none means for any) of these bodies (none means of all)."""

    cost_item: str | None
    issuers: frozenset[str] = frozenset()


Pick: TypeAlias = Target | ByItem
