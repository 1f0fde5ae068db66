"""Naming benefits: a policy, one benefit of it, or whatever is given for a cost item."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias


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


class Pickable(Protocol):
    """What a pick is held against: a benefit as it is stated, or as it is offered to somebody."""

    @property
    def policy_id(self) -> str: ...

    @property
    def benefit_id(self) -> str: ...

    @property
    def issuer(self) -> str: ...

    @property
    def cost_item(self) -> str: ...


def picks(pick: Pick, benefit: Pickable) -> bool:
    # Asked for all the time: a comparison or two cost less than a match.
    if isinstance(pick, Target):
        own = pick.policy_id == benefit.policy_id
        return own and (pick.benefit_id is None or pick.benefit_id == benefit.benefit_id)
    own = pick.cost_item is None or pick.cost_item == benefit.cost_item
    return own and (not pick.issuers or benefit.issuer in pick.issuers)
