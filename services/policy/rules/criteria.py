"""The whole of what a policy asks for: its own conditions, whom it is for, what bars a holder."""

from collections.abc import Iterator
from datetime import date

from services.policy.rules.interactions import ExcludedIfHeld, Interaction
from services.policy.rules.periods import Applies
from services.policy.rules.policy import Policy
from services.policy.rules.tree import All, Compare, Holds, Not, Op, Tree, Unseen


def criteria_of(policy: Policy, also: tuple[Tree, ...] = ()) -> Tree | Unseen:
    """One tree, for every way to run it; `also` is what transitions of other policies add."""
    if isinstance(policy.entry, Unseen):
        return policy.entry
    more = (*_dates(policy.applies), *_bars(policy.interactions), *also)
    return All((policy.entry, *more)) if more else policy.entry


def _dates(applies: Applies | None) -> Iterator[Tree]:
    if applies is None:
        return
    for op, bound in ((Op.AT_LEAST, applies.first), (Op.AT_MOST, applies.last)):
        if isinstance(bound, date):
            yield Compare(fact=applies.by, op=op, value=bound, cite=applies.cite)


def _bars(interactions: tuple[Interaction, ...]) -> Iterator[Tree]:
    """What bars a holder is part of the criteria, and stands in the proof with its clause."""
    for bar in interactions:
        if isinstance(bar, ExcludedIfHeld):
            yield Not(
                Holds(
                    fact=bar.fact,
                    codes=bar.codes,
                    covers=bar.covers,
                    tenure=bar.tenure,
                    closed=bar.closed,
                    cite=bar.stated.cite,
                    unpublished=bar.unpublished,
                )
            )
