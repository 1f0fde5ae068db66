"""One state for each policy: what it is by itself, and what became of it in the package."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.policy.rules.blockers import Blocker
from services.policy.rules.doubts import DoubtKind
from services.policy.rules.interactions import Interaction, Once
from services.policy.rules.outcome import Outcome, State
from services.policy.rules.package import LeftOut, Package


class Placed(StrEnum):
    """What the package makes of a policy that is within reach."""

    CHOSEN = "eligible_and_chosen"
    NOT_CHOSEN = "eligible_not_chosen"
    ALREADY_ENJOYED = "already_enjoyed"
    BLOCKED_BY_CONTRADICTION = "blocked_by_contradiction"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`state` is the outcome's own where the package has nothing to say of the policy."""

    policy_id: str
    state: State | Placed
    blocked_by: tuple[Blocker, ...] = ()
    costs_fen: int | None = None


def results(
    outcomes: Iterable[Outcome], interactions: Iterable[Interaction], package: Package
) -> tuple[Result, ...]:
    once = {each.stated.interaction_id for each in interactions if isinstance(each, Once)}
    return tuple(_result(outcome, once, package) for outcome in outcomes)


def _result(outcome: Outcome, once: set[str], package: Package) -> Result:
    policy_id = outcome.policy_id
    if policy_id in package.applications:
        state = outcome.state if outcome.state is not State.ELIGIBLE else Placed.CHOSEN
        return Result(policy_id=policy_id, state=state)
    left = [each for each in package.left_out if each.offer.policy_id == policy_id]
    if left:
        return _left_out(policy_id, left, once, package)
    keys = {offer.key for offer in outcome.offers}
    twins = [each for each in package.duplicates if each.other in keys]
    if keys and len(twins) == len(keys):
        blocked = tuple(Blocker(interaction_id=Placed.DUPLICATE, by=each.kept) for each in twins)
        return Result(policy_id=policy_id, state=Placed.DUPLICATE, blocked_by=blocked)
    return Result(policy_id=policy_id, state=outcome.state)


def _left_out(policy_id: str, left: list[LeftOut], once: set[str], package: Package) -> Result:
    blocked = tuple(blocker for each in left for blocker in each.blocked_by)
    costs = [each.costs_fen for each in left if each.costs_fen is not None]
    return Result(
        policy_id=policy_id,
        state=_why(left, once, _contradicted(package)),
        blocked_by=blocked,
        costs_fen=min(costs, default=None),
    )


def _why(left: list[LeftOut], once: set[str], contradicted: set[tuple[str, str]]) -> Placed:
    blocked = [(each.interaction_id, one.offer.key) for one in left for each in one.blocked_by]
    if contradicted.intersection(blocked):
        return Placed.BLOCKED_BY_CONTRADICTION
    had = [each.interaction_id in once and each.had for one in left for each in one.blocked_by]
    return Placed.ALREADY_ENJOYED if had and all(had) else Placed.NOT_CHOSEN


def _contradicted(package: Package) -> set[tuple[str, str]]:
    """What is held against which offers, though another text allows it."""
    return {
        (interaction_id, key)
        for doubt in package.doubts
        if doubt.kind is DoubtKind.CONTRADICTION
        for interaction_id in doubt.interactions
        for key in doubt.offers
    }
