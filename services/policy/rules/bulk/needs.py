"""Which columns a condition reads."""

from datetime import date
from typing import assert_never

from services.policy.rules.bulk.columns import Listed, Need, Scalar, Statements
from services.policy.rules.proof import check_fact
from services.policy.rules.tree import (
    AtFact,
    Compare,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    ManualCheck,
    Member,
    NotSeen,
    Within,
)


def needs_of(leaf: Leaf, valid_at: date) -> tuple[Need, ...]:
    match leaf:
        case Compare():
            return (Scalar(leaf.fact, leaf.as_of or valid_at),)
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
