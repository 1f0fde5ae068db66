"""Whether sums that are reckoned on top of each other come back to where they began."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from services.policy.rules.interactions import TopUp
from services.policy.rules.picks import Pick, Target
from services.policy.rules.policy import Policy

Key: TypeAlias = str
"""A benefit, as `POLICY#benefit`."""


def circles(policies: Sequence[Policy]) -> list[tuple[Key, ...]]:
    """Each circle once, from its first benefit by name."""
    rests_on = _rests_on(policies)
    found: dict[frozenset[Key], tuple[Key, ...]] = {}
    for key in sorted(rests_on):
        way = _way_back(key, rests_on)
        if way:
            found.setdefault(frozenset(way), way)
    return list(found.values())


def _way_back(start: Key, rests_on: Mapping[Key, Sequence[Key]]) -> tuple[Key, ...]:
    """The shortest way from a benefit to itself; none where there is none."""
    ways: list[tuple[Key, ...]] = [(start,)]
    seen: set[Key] = set()
    for way in ways:
        for key in rests_on.get(way[-1], ()):
            if key == start:
                return way
            if key not in seen:
                seen.add(key)
                ways.append((*way, key))
    return ()


def _rests_on(policies: Sequence[Policy]) -> dict[Key, list[Key]]:
    """For each benefit that tops others up, those whose sums must be known before."""
    benefits = {p.policy_id: [each.benefit_id for each in p.benefits] for p in policies}
    found: dict[Key, list[Key]] = {}
    for policy in policies:
        for each in policy.interactions:
            if isinstance(each, TopUp):
                bases = sorted({key for pick in each.bases for key in _keys(pick, benefits)})
                for target in _keys(each.target, benefits):
                    found.setdefault(target, []).extend(bases)
    return found


def _keys(pick: Pick, benefits: Mapping[str, Iterable[str]]) -> Iterator[Key]:
    """A cost item means what others give for it, so it leads nowhere by name."""
    if isinstance(pick, Target):
        whole = benefits.get(pick.policy_id, ()) if pick.benefit_id is None else [pick.benefit_id]
        yield from (f"{pick.policy_id}#{benefit}" for benefit in whole)
