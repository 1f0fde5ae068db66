"""What one text bars a holder from and another allows: that is settled with the package."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeGuard

from services.policy.rules.circles import Named
from services.policy.rules.held import POLICIES_HELD
from services.policy.rules.interactions import ExcludedIfHeld, Interaction, Together
from services.policy.rules.picks import Pick, Target
from services.policy.rules.policy import Policy
from services.policy.rules.relations import picked


def set_aside(policy: Policy, said: Iterable[Interaction], benefits: Sequence[Named]) -> Policy:
    """The policy, of these `benefits`, with each of its bars marked that one of the statements
    allows beside it, by name. Of what nobody published it stays unknown who holds it."""
    if not any(map(_bars_by_policies, policy.interactions)):
        return policy
    allowed = [name for each in said for name in _beside(each, benefits)]
    return replace(
        policy, interactions=tuple(_marked(each, allowed) for each in policy.interactions)
    )


def _bars_by_policies(each: Interaction) -> TypeGuard[ExcludedIfHeld]:
    return isinstance(each, ExcludedIfHeld) and each.fact == POLICIES_HELD


def _marked(each: Interaction, allowed: Sequence[str]) -> Interaction:
    if not _bars_by_policies(each):
        return each
    known = [code for code in each.codes if code in allowed and code not in each.unpublished]
    return replace(each, beside=tuple(map(Target, known)))


def _beside(said: Interaction, benefits: Sequence[Named]) -> list[str]:
    """The policies that it allows beside one of these benefits."""
    if not isinstance(said, Together):
        return []
    named: list[Pick] = []
    if any(picked((said.target,), each) for each in benefits):
        named += said.others
    if any(picked(said.others, each) for each in benefits):
        named.append(said.target)
    return [each.policy_id for each in named if isinstance(each, Target)]
