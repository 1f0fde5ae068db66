"""Which policies bear on each other, by what texts say before anybody is looked at."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import combinations

from services.policy.rules.days import WrittenDay
from services.policy.rules.interactions import Interaction
from services.policy.rules.picks import ByItem, Pick, Target
from services.policy.rules.policy import Benefit, Policy
from services.policy.rules.puzzle import Bits, bits_of, items_of
from services.policy.rules.relations import members_of


@dataclass(frozen=True, slots=True)
class Tie:
    """Policies, a bit each, of which one text speaks; or that may be one text under two names."""

    policies: Bits
    said: Interaction | None


def ties_between(policies: Sequence[Policy], said: Iterable[Interaction]) -> list[Tie]:
    texts = [Tie(_named(members_of(each), policies), each) for each in said]
    return [*(tie for tie in texts if tie.policies), *_twins(policies)]


def bundles(within_reach: Bits, ties: Iterable[Bits]) -> list[Bits]:
    """Sets that no tie joins to each other; no text speaks of a policy in a set of its own."""
    found: list[Bits] = []
    for tie in ties:
        joined = tie & within_reach
        if joined:
            touched = [each for each in found if each & joined]
            found = [each for each in found if not each & joined]
            for each in touched:
                joined |= each
            found.append(joined)
    tied = sum(found)
    alone = [1 << item for item in items_of(within_reach & ~tied)]
    return sorted([*found, *alone], key=lambda bits: bits & -bits)


def picks_in(said: Interaction) -> Iterator[Pick]:
    """Everything an interaction names, in whichever role."""
    for each in fields(said):
        value = getattr(said, each.name)
        for named in value if isinstance(value, tuple) else (value,):
            if isinstance(named, Target | ByItem):
                yield named


def _named(members: Sequence[Pick], policies: Sequence[Policy]) -> Bits:
    return bits_of(
        place
        for place, policy in enumerate(policies)
        if any(_names(pick, policy, each) for pick in members for each in policy.benefits)
    )


def _names(pick: Pick, policy: Policy, benefit: Benefit) -> bool:
    match pick:
        case Target(policy_id=policy_id, benefit_id=benefit_id):
            return policy_id == policy.policy_id and benefit_id in (None, benefit.benefit_id)
        case ByItem(cost_item=cost_item, issuers=issuers):
            own = cost_item in (None, benefit.cost_item)
            return own and (not issuers or policy.issuer in issuers)


def _twins(policies: Sequence[Policy]) -> Iterator[Tie]:
    for (place, one), (other_place, other) in combinations(enumerate(policies), 2):
        if may_be_twins(one, other):
            yield Tie(1 << place | 1 << other_place, None)


def may_be_twins(one: Policy, other: Policy) -> bool:
    """Of one body, and numbered or called and dated alike."""
    if not {one.issuer, *one.joint_issuers} & {other.issuer, *other.joint_issuers}:
        return False
    numbered = isinstance(one.doc_no, str) and one.doc_no == other.doc_no
    return numbered or (one.title == other.title and _day(one) == _day(other))


def _day(policy: Policy) -> object:
    return policy.published.first if isinstance(policy.published, WrittenDay) else None
