"""Who stays under an older policy: conditions that a newer text adds to both."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.policy.rules.changes import Transition
from services.policy.rules.days import WrittenDay
from services.policy.rules.policy import Policy
from services.policy.rules.remade import remade
from services.policy.rules.tree import AnyOf, Cite, Count, Leaf, Not, Tree


def standing(policy: Policy, day: date) -> tuple[Transition, ...]:
    """The transitions of a text that are not over on the day."""
    return tuple(each for each in policy.transitions if not _over(each, day))


def _over(transition: Transition, day: date) -> bool:
    return isinstance(transition.until, WrittenDay) and transition.until.last < day


def kept_under(by: str, transitions: Iterable[Transition]) -> Tree:
    """What the older policy asks besides: to be one of those whom the newer text leaves with it."""
    trees = tuple(cited_as(each.keeps, by) for each in transitions)
    return trees[0] if len(trees) == 1 else AnyOf(trees)


def barred(transitions: Iterable[Transition]) -> tuple[Tree, ...]:
    """What the newer policy asks besides: not to be one of those."""
    return tuple(Not(each.keeps) for each in transitions)


def cited_as(tree: Tree, by: str) -> Tree:
    """The same conditions as they are cited from the pages of another policy."""
    return remade(tree, lambda leaf: _cited_as(leaf, by))


def _cited_as(leaf: Leaf, by: str) -> Leaf:
    cite = _of(leaf.cite, by)
    if isinstance(leaf, Count) and leaf.where is not None:
        return replace(leaf, where=cited_as(leaf.where, by), cite=cite)
    return replace(leaf, cite=cite)


def _of(cite: Cite, by: str) -> Cite:
    return Cite(f"{by}, {cite.where}", None, cite.clause)
