"""Which facts the answer about a policy can rest on; one too many does no harm, one too few would.

Every name of a fact that stands anywhere in the policy counts, so that a construct which the
language is given later is not forgotten here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from services.policy.rules.held import POLICIES_HELD
from services.policy.rules.proof import CHECK, check_fact
from services.policy.rules.ready import Ready
from services.policy.rules.receipts import EXPENSES, RECEIPTS, SPOUSE_RECEIPTS
from services.policy.rules.tree import (
    Compare,
    Elapsed,
    Insured,
    Leaf,
    Linear,
    ManualCheck,
    Member,
    Unseen,
    Within,
)
from services.policy.rules.view import ViewEntry
from services.policy.rules.vocabulary import Vocabulary

OF_EVERYBODY = frozenset({POLICIES_HELD, RECEIPTS, SPOUSE_RECEIPTS, EXPENSES})
"""What is asked of each talent whether a policy names it or not."""


def reads_of(entry: ViewEntry, words: Vocabulary) -> tuple[str, ...]:
    """In the order of their names."""
    stated = {*facts_named(entry.policy, words), *facts_named(entry.also, words)}
    return tuple(sorted(stated | OF_EVERYBODY))


def read_on(asked: Ready, reads: Iterable[str], words: Vocabulary) -> tuple[str, ...]:
    """Those of its facts that are read of anybody on the day.

    Where nobody has a policy, or what it asks was not seen, only who enjoys it is asked more.
    """
    if asked.obstacle is None and not isinstance(asked.criteria, Unseen):
        return tuple(reads)
    stages = facts_named((asked.policy.continuing, asked.policy.review), words)
    more = {*stages, *asked.limits, *OF_EVERYBODY}
    return tuple([name for name in reads if name in more])


def facts_named(said: object, words: Vocabulary) -> frozenset[str]:
    """Those that stand anywhere in a policy, or in a single condition."""
    return frozenset(
        name for name in _names_in(said) if name in words.facts or name.startswith(CHECK)
    )


def reads_the_day(leaf: Leaf) -> bool:
    """Whether it reads what counts on the day itself, and not when that began or ends."""
    match leaf:
        case Compare() | Member():
            return leaf.as_of is None
        case Linear() | Elapsed() | Within() | Insured() | ManualCheck():
            return True
        case _:
            return False


def _names_in(said: object) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, tuple | frozenset):
        for each in said:
            yield from _names_in(each)
    elif is_dataclass(said):
        if isinstance(said, ManualCheck):
            yield check_fact(said.check_id)
        for field in fields(said):
            yield from _names_in(getattr(said, field.name))
