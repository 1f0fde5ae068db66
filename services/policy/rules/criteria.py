"""The whole criteria of a policy: what it asks, and what bars whoever holds something else."""

from services.policy.rules.interactions import ExcludedIfHeld
from services.policy.rules.policy import Policy
from services.policy.rules.tree import All, Holds, Not, Tree, Unseen


def criteria_of(policy: Policy) -> Tree | Unseen:
    """What bars a holder is part of the criteria, and stands in the proof with its clause."""
    if isinstance(policy.entry, Unseen):
        return policy.entry
    bars = tuple(
        Not(
            Holds(
                fact=bar.fact,
                codes=bar.codes,
                covers=bar.covers,
                tenure=bar.tenure,
                closed=bar.closed,
                cite=bar.stated.cite,
            )
        )
        for bar in policy.interactions
        if isinstance(bar, ExcludedIfHeld)
    )
    return All((policy.entry, *bars)) if bars else policy.entry
