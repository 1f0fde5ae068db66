"""Which columns a condition reads."""

from datetime import date
from typing import assert_never

from services.policy.rules.bulk.columns import Entries, Listed, Need, Scalar, Statements
from services.policy.rules.proof import check_fact
from services.policy.rules.tree import (
    AtFact,
    Compare,
    Count,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    Linear,
    ManualCheck,
    Member,
    NotSeen,
    Within,
)


def needs_of(leaf: Leaf, valid_at: date) -> tuple[Need, ...]:
    match leaf:
        case Compare():
            return (Scalar(leaf.fact, leaf.as_of or valid_at),)
        case Linear():
            return tuple(Scalar(term.fact, valid_at) for term in leaf.terms)
        case Count():
            return (Entries(leaf.fact, valid_at, leaf.closed),)
        case Member():
            return (Listed(leaf.fact, leaf.as_of or valid_at),)
        case Elapsed() | Within():
            ends = (leaf.since, leaf.at.fact) if isinstance(leaf.at, AtFact) else (leaf.since,)
            return tuple(Scalar(fact, valid_at) for fact in ends)
        case Insured():
            return (Listed(leaf.fact, valid_at),)
        case Holds():
            return (Statements(leaf.fact, valid_at),)
        case ManualCheck():
            return (Scalar(check_fact(leaf.check_id), valid_at),)
        case NotSeen():
            return ()
        case _:
            assert_never(leaf)
