"""The whole of what a policy asks for: its own conditions, whom it is for, what bars a holder."""

from collections.abc import Iterator
from datetime import date

from services.policy.rules.interactions import ExcludedIfHeld, Interaction
from services.policy.rules.periods import Applies
from services.policy.rules.policy import Policy
from services.policy.rules.tree import All, Compare, Holds, Not, Op, Tree, Unseen


def criteria_of(
    policy: Policy, also: tuple[Tree, ...] = (), *, day: date | None = None
) -> Tree | Unseen:
    """One tree, for every way to run it; `also` is what transitions of other policies add.

    What bars a holder for a time counts on its days; without a day all of it does.
    """
    if isinstance(policy.entry, Unseen):
        return policy.entry
    more = (*_dates(policy.applies), *_bars(policy.interactions, day), *also)
    return All((policy.entry, *more)) if more else policy.entry


def bars_may_change(policy: Policy, one: date, other: date) -> bool:
    """Whether holders may be barred on one of the days and not on the other.

    What is allowed beside it by another text was found for one day.
    """
    bars = [each for each in policy.interactions if isinstance(each, ExcludedIfHeld)]
    return any(
        each.beside or each.stated.binds_on(one) != each.stated.binds_on(other) for each in bars
    )


def _dates(applies: Applies | None) -> Iterator[Tree]:
    if applies is None:
        return
    for op, bound in ((Op.AT_LEAST, applies.first), (Op.AT_MOST, applies.last)):
        if isinstance(bound, date):
            yield Compare(fact=applies.by, op=op, value=bound, cite=applies.cite)


def _bars(interactions: tuple[Interaction, ...], day: date | None) -> Iterator[Tree]:
    """What bars a holder is part of the criteria, and stands in the proof with its clause."""
    for bar in interactions:
        if isinstance(bar, ExcludedIfHeld) and (day is None or bar.stated.binds_on(day)):
            aside = {each.policy_id for each in bar.beside}
            codes = tuple([code for code in bar.codes if code not in aside])
            if codes:
                yield Not(
                    Holds(
                        fact=bar.fact,
                        codes=codes,
                        covers=bar.covers - aside,
                        tenure=bar.tenure,
                        closed=bar.closed,
                        cite=bar.stated.cite,
                        unpublished=bar.unpublished,
                    )
                )
