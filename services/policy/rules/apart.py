"""The best package, put together from those of groups that do not bear on each other."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias

from services.policy.rules.budget.ties import bundles
from services.policy.rules.choice import Solving
from services.policy.rules.doubts import doubts_in_turn, each_once
from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import Outcome, State
from services.policy.rules.package import Ended, Package, best_beside, by_key
from services.policy.rules.puzzle import Bits, bits_of, items_of
from services.policy.rules.rulings import Rulings
from services.policy.rules.scene import before_of
from services.policy.rules.twins import in_order

Group: TypeAlias = tuple[int, ...]
"""The places of its outcomes."""
Kept: TypeAlias = Callable[[Group, Callable[[], Package]], Package]
"""The best package of a group; how it is found beside what was had before, if it is not known."""


def best_apart(
    outcomes: Sequence[Outcome],
    interactions: Sequence[Interaction],
    states: frozenset[State],
    rulings: Rulings,
    *,
    ties: Iterable[Bits],
    solving: Solving,
    kept: Kept,
) -> Package:
    """What `best_package` finds; `ties` are the places of policies that may bear on each other."""
    within_reach = bits_of(
        [place for place, each in enumerate(outcomes) if each.offers and each.state in states]
    )

    def best(group: Group) -> Package:
        some = [outcomes[place] for place in group]
        return best_beside(before_of(outcomes), some, interactions, states, rulings, solving)

    groups = [tuple(items_of(each)) for each in bundles(within_reach, ties)]
    return joined([kept(group, partial(best, group)) for group in groups])


def joined(packages: Sequence[Package]) -> Package:
    """Of groups that do not bear on each other, in the order in which one package says all."""
    return Package(
        least_fen=sum([each.least_fen for each in packages]),
        most_fen=sum([each.most_fen for each in packages]),
        counted_once=tuple(sorted([key for each in packages for key in each.counted_once])),
        applications=tuple(sorted([name for each in packages for name in each.applications])),
        included=tuple(sorted([one for each in packages for one in each.included], key=by_key)),
        left_out=tuple(sorted([one for each in packages for one in each.left_out], key=by_key)),
        duplicates=in_order([one for each in packages for one in each.duplicates]),
        doubts=doubts_in_turn([one for each in packages for one in each.doubts]),
        ends=tuple(sorted([one for each in packages for one in each.ends], key=_said)),
        rulings=each_once(one for each in packages for one in each.rulings),
    )


def _said(ended: Ended) -> tuple[str, str, str]:
    return ended.interaction_id, ended.by, ended.policy_id
