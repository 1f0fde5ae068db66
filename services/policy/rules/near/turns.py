"""Which facts would have to be otherwise for a tree to come out as wanted, as masks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TypeAlias

from services.policy.rules.candidates import facts_of, is_settled
from services.policy.rules.kleene import Truth, opposite
from services.policy.rules.near.formulas import Formula, bits_in, joined, met, single
from services.policy.rules.near.places import FAILS, HOLDS, Places
from services.policy.rules.proof import MOST_WAYS
from services.policy.rules.tree import (
    All,
    AnyOf,
    Holds,
    Leaf,
    ManualCheck,
    Not,
    NotSeen,
    Tenure,
    Track,
    Tracks,
    Tree,
)

Ways: TypeAlias = tuple[int, ...]
"""Sets of facts, the smallest first; a fact is a bit, the first by name the highest."""

NOTHING_TO_DO: Ways = (0,)
NO_WAY: Ways = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafTurn:
    """What may turn a condition that nothing is known of, and one whose bit says the `contrary`."""

    met: Formula
    contrary: int
    if_unsaid: Ways
    if_contrary: Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Every part has to turn, or any; `shut` are the bits with which none can."""

    met: Formula
    every: bool
    parts: "tuple[Turn | LeafTurn, ...]"
    shut: int = 0


@dataclass(frozen=True, slots=True)
class Turning:
    """What a tree is read with: where its conditions stand, and the bits of its facts."""

    places: Places
    facts: dict[str, int]
    today: date

    def of(self, tree: Tree, goal: Truth) -> Turn | LeafTurn:
        match tree:
            case Not(child=child):
                return self.of(child, opposite(goal))
            case All(children=children):
                parts = tuple([self.of(child, goal) for child in children])
                return _turn(parts, every=goal is Truth.TRUE)
            case AnyOf(children=children):
                parts = tuple([self.of(child, goal) for child in children])
                return _turn(parts, every=goal is Truth.FALSE)
            case Tracks(children=tracks):
                parts = tuple([self._of_track(track, goal) for track in tracks])
                return _turn(parts, every=goal is Truth.FALSE)
            case _:
                return self._of_leaf(tree, goal)

    def _of_track(self, track: Track, goal: Truth) -> Turn | LeafTurn:
        """A track outside its period fails, whatever is changed."""
        inside = self.of(track.when, goal)
        if track.first is None and track.last is None:
            return inside
        place = self.places.of_track(track)
        return Turn(
            met=joined([single(place, goal), inside.met], every=goal is Truth.TRUE),
            every=True,
            parts=(inside,),
            shut=FAILS << place,
        )

    def _of_leaf(self, leaf: Leaf, goal: Truth) -> LeafTurn:
        """A check that is still open may turn out well; what is past or fixed nobody changes."""
        read = () if is_settled(leaf, self.today) else facts_of(leaf)
        ways = smallest(self.facts[name] for name in read if name in self.facts)
        past = isinstance(leaf, Holds) and leaf.tenure is Tenure.EVER and goal is Truth.FALSE
        place = self.places.of_leaf(leaf)
        return LeafTurn(
            met=single(place, goal),
            contrary=(FAILS if goal is Truth.TRUE else HOLDS) << place,
            if_unsaid=_unsaid(leaf, ways),
            if_contrary=NO_WAY if past or isinstance(leaf, ManualCheck | NotSeen) else ways,
        )


def _turn(parts: tuple[Turn | LeafTurn, ...], *, every: bool) -> Turn:
    return Turn(met=joined([each.met for each in parts], every=every), every=every, parts=parts)


def _unsaid(leaf: Leaf, ways: Ways) -> Ways:
    if isinstance(leaf, ManualCheck):
        return NOTHING_TO_DO
    return NO_WAY if isinstance(leaf, NotSeen) else ways


def turns(turn: Turn | LeafTurn, number: int) -> Ways:
    """Sets of facts whose change may bring it about, where the number says all of a person."""
    return NOTHING_TO_DO if met(turn.met, number) else _turns(turn, number)


def _turns(turn: Turn | LeafTurn, number: int) -> Ways:
    """Of what is not met; where any part is enough, none of them is."""
    if isinstance(turn, LeafTurn):
        return turn.if_contrary if number & turn.contrary else turn.if_unsaid
    if number & turn.shut:
        return NO_WAY
    if turn.every:
        return _through_all([_turns(e, number) for e in turn.parts if not met(e.met, number)])
    return _through_any([_turns(part, number) for part in turn.parts])


def bits_read(turn: Turn | LeafTurn) -> int:
    """All bits at the places of its conditions and tracks."""
    if isinstance(turn, LeafTurn):
        return bits_in(turn.met) | turn.contrary
    found = bits_in(turn.met) | turn.shut
    for part in turn.parts:
        found |= bits_read(part)
    return found


def bits_that_matter(turn: Turn | LeafTurn) -> int:
    """On no others hangs what may turn it: mostly not known is no better than the contrary."""
    found = bits_in(turn.met)
    if isinstance(turn, Turn):
        found |= turn.shut
        for part in turn.parts:
            found |= bits_that_matter(part)
    elif turn.if_unsaid != turn.if_contrary:
        found |= turn.contrary
    return found


def order(way: int) -> tuple[int, int]:
    """Fewest facts first, then by name."""
    return way.bit_count(), -way


def smallest(ways: Iterable[int]) -> Ways:
    """Those that no other is a part of, and not more than can be looked through."""
    different = set(ways)
    if len(different) < 2:  # noqa: PLR2004 - as nearly always: there is nothing to compare
        return tuple(different)
    kept: list[int] = []
    for way in sorted(different, key=order):
        if not any(other & way == other for other in kept):
            kept.append(way)
            if len(kept) == MOST_WAYS:
                break
    return tuple(kept)


def _through_all(options: Iterable[Ways]) -> Ways:
    found = NOTHING_TO_DO
    for option in options:
        if len(found) == len(option) == 1:
            found = (found[0] | option[0],)
        else:
            found = smallest([left | right for left, right in product(found, option)])
    return found


def _through_any(options: Sequence[Ways]) -> Ways:
    return smallest([way for option in options for way in option])
