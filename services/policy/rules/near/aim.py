"""One policy on one day, with all of its near misses that does not depend on who misses it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.candidates import facts_of, is_settled
from services.policy.rules.kleene import Truth
from services.policy.rules.near.choices import Choice
from services.policy.rules.near.formulas import Formula, bits_in
from services.policy.rules.near.found import NearMiss
from services.policy.rules.near.loose import Loose, loose_parts
from services.policy.rules.near.places import HOLDS, Places
from services.policy.rules.near.turns import LeafTurn, Turn, Turning, bits_that_matter
from services.policy.rules.ready import Ready
from services.policy.rules.tree import Leaf, ManualCheck, Tree, Unseen
from services.policy.rules.trial import Trial
from services.policy.rules.turning_days import days_of_policy
from services.policy.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """`mask` has all bits of its conditions and tracks, `checks` the first of those people check.

    On the bits that `matter` hangs what may turn it, and `remembered` holds by them what was found,
    also by what they come to where it is left out how the `loose` parts are met. What is `held`
    stands beside what is held already, so who was said to hold nothing is not like others.
    `lifts` are later days on which nothing of the policy stands in the way, among those on which
    that may change.
    """

    asked: Ready
    criteria: Tree
    leaves: tuple[Leaf, ...]
    mask: int
    matter: int
    checks: int
    holds: Formula
    fails: Formula
    turn: Turn | LeafTurn
    choices: tuple[Choice, ...]
    loose: tuple[Loose, ...]
    held: tuple[str, ...]
    lifts: tuple[date, ...]
    remembered: dict[int, NearMiss] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all policies of a day have in common; `nobody` is somebody of whom nothing is known."""

    places: Places
    nobody: Trial
    words: Vocabulary

    @property
    def day(self) -> date:
        return self.nobody.view.valid_at

    def can_change(self, name: str) -> bool:
        spec = self.words.facts.get(name)
        return spec is not None and spec.can_be_changed


def aim_at(asked: Ready, shared: Shared) -> Aim | None:
    """None where nobody can come to have it: it was not read, or is over for good."""
    lifts = tuple(_lifts(asked, shared.day))
    if isinstance(asked.criteria, Unseen) or (asked.obstacle is not None and not lifts):
        return None
    return _aim(asked, asked.criteria, lifts, shared)


def _lifts(asked: Ready, today: date) -> Iterator[date]:
    for day in days_of_policy(asked.policy, today):
        if asked.can_be_had(day):
            yield day


def _aim(asked: Ready, criteria: Tree, lifts: tuple[date, ...], shared: Shared) -> Aim:
    leaves = {shared.places.of_leaf(leaf): leaf for leaf in leaves_of(criteria)}
    unsettled = {p: leaf for p, leaf in leaves.items() if not is_settled(leaf, shared.day)}
    ways = _ways(unsettled.values(), shared)
    turning = Turning(shared.places, ways, shared.day)
    turn = turning.of(criteria, Truth.TRUE)
    fails = turning.of(criteria, Truth.FALSE).met
    choices = tuple(_choices(unsettled, ways, bits_in(turn.met), shared))
    return Aim(
        asked=asked,
        criteria=criteria,
        leaves=tuple(leaves_of(criteria)),
        mask=bits_in(turn.met) | bits_in(fails),
        matter=bits_that_matter(turn),
        checks=sum(
            HOLDS << place for place, leaf in leaves.items() if isinstance(leaf, ManualCheck)
        ),
        holds=turn.met,
        fails=fails,
        turn=turn,
        choices=choices,
        loose=loose_parts(turn, choices),
        held=tuple([each.name for each in choices if each.is_held]),
        lifts=lifts,
    )


def _choices(
    leaves: Mapping[int, Leaf], ways: Mapping[str, int], wanted: int, shared: Shared
) -> Iterator[Choice]:
    for name, way in ways.items():
        yield Choice(
            name=name,
            way=way,
            wanted=wanted,
            asked={place: leaf for place, leaf in leaves.items() if name in facts_of(leaf)},
            words=shared.words,
            nobody=shared.nobody,
        )


def _ways(leaves: Iterable[Leaf], shared: Shared) -> dict[str, int]:
    """The facts that somebody can change, each as a bit; the first by name has the highest."""
    read = {name for leaf in leaves for name in facts_of(leaf)}
    names = sorted(name for name in read if shared.can_change(name))
    return {name: 1 << len(names) - number for number, name in enumerate(names, start=1)}
