"""People at every boundary of some rules, and others by chance that can be repeated."""

import zlib
from collections.abc import Iterator, Mapping, Sequence

from services.policy.rules.bulk.pools import RECORDED, Statements, absent, turning
from services.policy.rules.bulk.trees import Rules
from services.policy.rules.facts import FactView, select

Pools = Mapping[str, Sequence[Statements]]
"""For each fact what may be said of it, nothing among them."""


def persons_for(rules: Rules, *, sampled: int, at_most: int | None = None) -> Iterator[FactView]:
    """One person for each statement, with others by chance beside it, and so many by chance.

    `at_most` bounds how often a person is held against a condition; people between are left out.
    """
    pools = _pools(rules)
    fixed = [{name: statements} for name, pool in pools.items() for statements in pool]
    size = len(fixed) + sampled
    step = 1 if at_most is None else 1 + len(rules.asked) * size // at_most
    for number in range(0, size, step):
        given = fixed[number] if number < len(fixed) else {}
        chosen = {**_chosen(pools, number), **given}
        facts = [fact for statements in chosen.values() for fact in statements]
        yield select(facts, rules.valid_at, RECORDED)


def _pools(rules: Rules) -> Pools:
    pools: dict[str, dict[Statements, None]] = {}
    for leaf in rules.asked.values():
        for statements in turning(leaf, rules.valid_at):
            pools.setdefault(statements[0].name, {})[statements] = None
    return {name: (*absent(name), *pool) for name, pool in pools.items()}


def _chosen(pools: Pools, number: int) -> dict[str, Statements]:
    """Chance that can be repeated: it hangs on the number alone."""
    return {
        name: pool[zlib.crc32(f"{number}/{name}".encode()) % len(pool)]
        for name, pool in pools.items()
    }
