"""Which policies bear on each other, by what texts say before anybody is looked at."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import combinations

from services.policy.rules.circles import Named, named_in
from services.policy.rules.days import WrittenDay
from services.policy.rules.interactions import (
    DeductPrior,
    ExcludedIfHeld,
    Exclusive,
    FirstMoneyOnly,
    Interaction,
    Match,
    Once,
    Requires,
    Terminates,
    Together,
    TopUp,
)
from services.policy.rules.picks import ByItem, Pick, Target, picks
from services.policy.rules.policy import Policy
from services.policy.rules.puzzle import Bits, bits_of, items_of
from services.policy.rules.relations import members_of


@dataclass(frozen=True, slots=True)
class Tie:
    """Policies, a bit each, of which one text speaks; or that may be one text under two names.

    Where it speaks of a target and of others, it says nothing of those among themselves; without a
    `target` each of them may bear on each.
    """

    policies: Bits
    said: Interaction | None
    target: Bits = 0

    @property
    def joins(self) -> bool:
        """Whether one of these being on offer may bear on another, and not what was had before."""
        return not isinstance(self.said, Once | FirstMoneyOnly | ExcludedIfHeld)

    def beside(self, item: int) -> Bits:
        """The policies on which this one may bear by itself, whatever else is on offer."""
        if not self.joins or not self.policies >> item & 1:
            return 0
        only = self.target if self.target and not self.target >> item & 1 else self.policies
        return only & ~(1 << item)


def ties_between(policies: Sequence[Policy], said: Iterable[Interaction]) -> list[Tie]:
    benefits = [named_in(each.policy_id, each.issuer, each.benefits) for each in policies]
    texts = [
        Tie(_named(members_of(each), benefits), each, _named(_target_of(each), benefits))
        for each in said
    ]
    return [*(tie for tie in texts if tie.policies), *_twins(policies)]


def joined_by(ties: Iterable[Tie]) -> list[Bits]:
    """Policies that bear on each other where somebody is offered all of them."""
    return [tie.policies for tie in ties if tie.joins]


def bundles(within_reach: Bits, ties: Iterable[Bits]) -> list[Bits]:
    """Sets that none of these ties joins to each other."""
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


def _target_of(said: Interaction) -> tuple[Pick, ...]:
    match said:
        case (
            Exclusive() | Terminates() | Requires() | Together() | TopUp() | Match() | DeductPrior()
        ):
            return (said.target,)
        case _:
            return ()


def _named(members: Sequence[Pick], benefits: Sequence[Sequence[Named]]) -> Bits:
    return bits_of(
        place
        for place, each in enumerate(benefits)
        if any(picks(pick, named) for pick in members for named in each)
    )


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
