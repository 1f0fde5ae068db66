"""What one text bars a holder from and another allows: that is settled with the package."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from services.policy.rules.circles import Named
from services.policy.rules.held import POLICIES_HELD
from services.policy.rules.interactions import ExcludedIfHeld, Interaction, Together
from services.policy.rules.picks import Target
from services.policy.rules.policy import Policy
from services.policy.rules.relations import picked

Benefits: TypeAlias = Mapping[str, Sequence[Named]]
"""Those of each policy, by its id."""


def set_aside(policy: Policy, said: Iterable[Interaction], benefits: Benefits) -> Policy:
    """The policy with each of its bars that one of these statements allows beside it marked so."""
    allowing = [each for each in said if isinstance(each, Together)]
    if not allowing or not any(map(_bars_by_policies, policy.interactions)):
        return policy
    own = benefits.get(policy.policy_id, ())
    interactions = tuple(_marked(each, own, allowing, benefits) for each in policy.interactions)
    return replace(policy, interactions=interactions)


def _bars_by_policies(each: Interaction) -> bool:
    return isinstance(each, ExcludedIfHeld) and each.fact == POLICIES_HELD


def _marked(
    each: Interaction, own: Sequence[Named], allowing: Sequence[Together], benefits: Benefits
) -> Interaction:
    if not isinstance(each, ExcludedIfHeld) or each.fact != POLICIES_HELD:
        return each
    named = [code for code in each.codes if _allowed(own, benefits.get(code, ()), allowing)]
    return replace(each, beside=tuple(map(Target, named))) if named else each


def _allowed(ones: Sequence[Named], others: Sequence[Named], allowing: Iterable[Together]) -> bool:
    def allow(together: Together, one: Named, other: Named) -> bool:
        return picked((together.target,), one) and picked(together.others, other)

    return any(
        allow(each, one, other) or allow(each, other, one)
        for each in allowing
        for one in ones
        for other in others
    )
