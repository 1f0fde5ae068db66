"""Policies that are named and that nobody published: no ledger can say whether they are held."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.held import POLICIES_HELD
from services.policy.rules.interactions import ExcludedIfHeld, FirstMoneyOnly, Interaction
from services.policy.rules.picks import Target
from services.policy.rules.policy import Policy
from services.policy.rules.relations import members_of
from services.policy.rules.remade import remade
from services.policy.rules.stages import asked_later
from services.policy.rules.tree import Holds, Leaf, Tree, Unseen


def unpublished_in(policy: Policy, published: Container[str]) -> tuple[str, ...]:
    """Every policy that a condition or an interaction names and that is not among these."""
    names = {*_asked(policy), *held_in(each.keeps for each in policy.transitions)}
    names.update(name for each in policy.interactions for name in named_by(each))
    return tuple(sorted(name for name in names if name not in published))


def held_in(trees: Iterable[Tree | Unseen | None]) -> Iterator[str]:
    """The policies that conditions ask for."""
    for tree in trees:
        if tree is not None and not isinstance(tree, Unseen):
            for leaf in leaves_of(tree):
                if isinstance(leaf, Holds) and leaf.fact == POLICIES_HELD:
                    yield from leaf.codes


def named_by(interaction: Interaction) -> Iterator[str]:
    """The policies that an interaction is about."""
    if isinstance(interaction, ExcludedIfHeld):
        yield from interaction.codes if interaction.fact == POLICIES_HELD else ()
        return
    earlier = interaction.earlier if isinstance(interaction, FirstMoneyOnly) else ()
    for pick in (*members_of(interaction), *earlier):
        if isinstance(pick, Target):
            yield pick.policy_id


def left_open(policy: Policy, published: Container[str]) -> Policy:
    """The policy as it is judged: who holds what nobody published is not known of anybody.

    So a rule that cannot be resolved lets nobody in. Whoever states that it is held, or that
    nothing is, is believed.
    """
    if not any(name not in published for name in _asked(policy)):
        return policy

    def opened(tree: Tree | Unseen) -> Tree | Unseen:
        return tree if isinstance(tree, Unseen) else opened_in(tree, published)

    return replace(
        policy,
        entry=opened(policy.entry),
        continuing=policy.continuing and opened(policy.continuing),
        review=policy.review and opened(policy.review),
        benefits=tuple(
            replace(each, when=each.when and opened_in(each.when, published))
            for each in policy.benefits
        ),
        interactions=tuple(_opened_bar(each, published) for each in policy.interactions),
    )


def opened_in(tree: Tree, published: Container[str]) -> Tree:
    """The same of conditions that stand alone."""
    return remade(tree, lambda leaf: _opened_leaf(leaf, published))


def _asked(policy: Policy) -> Iterator[str]:
    """The policies of which it hangs on their holders who may have this one."""
    trees = [policy.entry, *[tree for _, tree in asked_later(policy)]]
    yield from held_in([*trees, *[each.when for each in policy.benefits]])
    for each in policy.interactions:
        if isinstance(each, ExcludedIfHeld):
            yield from named_by(each)


def _opened_leaf(leaf: Leaf, published: Container[str]) -> Leaf:
    if isinstance(leaf, Holds) and (names := _unpublished(leaf, published)):
        return replace(leaf, closed=False, unpublished=names)
    return leaf


def _opened_bar(each: Interaction, published: Container[str]) -> Interaction:
    if isinstance(each, ExcludedIfHeld) and (names := _unpublished(each, published)):
        return replace(each, closed=False, unpublished=names)
    return each


def _unpublished(asking: Holds | ExcludedIfHeld, published: Container[str]) -> tuple[str, ...]:
    if asking.fact != POLICIES_HELD:
        return ()
    return tuple([name for name in asking.codes if name not in published])
