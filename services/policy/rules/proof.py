"""The proof of an answer: every leaf with the values read, and what would settle the open ones."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import product
from typing import TypeAlias, final

import msgspec

from services.policy.rules.facts import UNKNOWN, Reading
from services.policy.rules.kleene import FALSE, TRUE, UNSETTLED, Truth
from services.policy.rules.tree import Leaf, ManualCheck, Member, NotSeen, Text

CHECK = "check:"
# A rule that leaves more ways open than this is answered by the smallest ones.
MOST_WAYS = 64

Way: TypeAlias = frozenset[str]


class Join(StrEnum):
    ALL = "all"
    ANY = "any"
    NOT = "not"
    TRACKS = "tracks"
    TRACK = "track"


_ALL, _NOT = Join.ALL, Join.NOT


# Made by the hundred for every answer: a struct takes a fraction of a dataclass's time, and the
# garbage collector need not look at what nothing within leads back to.
@final
class LeafProof(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    leaf: Leaf
    truth: Truth
    readings: tuple[Reading, ...] = ()
    counted: int | None = None


@final
class Branch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A track outside its period is closed: it stays in the proof and opens no way."""

    join: Join
    truth: Truth
    children: tuple["Proof", ...]
    name: str | None = None
    title: Text | None = None
    closed: bool = False


Proof: TypeAlias = LeafProof | Branch


def check_fact(check_id: str) -> str:
    """The name under which a ruling on a manual check is recorded as a fact."""
    return CHECK + check_id


def missing_of(leaf: LeafProof) -> Way:
    if isinstance(leaf.leaf, ManualCheck):
        return frozenset({check_fact(leaf.leaf.check_id)})
    if isinstance(leaf.leaf, Member):
        # A code that was read may be too broad: what is missing is a narrower one.
        return frozenset({leaf.leaf.fact})
    return frozenset([each.fact for each in leaf.readings if each.value is UNKNOWN])


def ways(proof: Proof, goal: Truth) -> tuple[Way, ...]:
    """The smallest sets of missing facts and checks that could bring the goal about."""
    if proof.truth is not UNSETTLED:
        return (frozenset(),) if proof.truth is goal else ()
    if isinstance(proof, LeafProof):
        return () if isinstance(proof.leaf, NotSeen) else (missing_of(proof),)
    if proof.join is _NOT:
        return ways(proof.children[0], FALSE if goal is TRUE else TRUE)
    options = [ways(child, goal) for child in _open(proof)]
    return join_ways(options, every=(proof.join is _ALL) is (goal is TRUE))


def _open(branch: Branch) -> list[Proof]:
    """What the truth of an open branch hangs on: the rest neither brings it about nor stops it."""
    return [child for child in branch.children if child.truth is UNSETTLED]


def open_questions(proof: Proof) -> Way:
    """Every missing fact or check that may still change the answer."""
    if proof.truth is not UNSETTLED:
        return frozenset()
    if isinstance(proof, LeafProof):
        return missing_of(proof)
    return frozenset().union(*[open_questions(child) for child in _open(proof)])


def deciding(proof: Proof, goal: Truth) -> tuple[LeafProof, ...]:
    """The leaves that made the proof come out as it did."""
    if proof.truth is not goal:
        return ()
    if isinstance(proof, LeafProof):
        return (proof,)
    found: list[LeafProof] = []
    _decide(proof, goal, found)
    return tuple(found)


def _decide(branch: Branch, goal: Truth, found: list[LeafProof]) -> None:
    """Of one that came out so."""
    if branch.join is _NOT:
        goal = FALSE if goal is TRUE else TRUE
    for child in branch.children:
        if child.truth is goal:
            # Nothing is of a class below these, and a struct's class takes longer to say so.
            if type(child) is LeafProof:
                found.append(child)
            else:
                _decide(child, goal, found)


def size(way: Way) -> tuple[int, int, list[str]]:
    """Fewest facts first, then fewest checks, then by name, so that the choice is repeatable."""
    return *_counts(way), sorted(way)


def _counts(way: Way) -> tuple[int, int]:
    return sum([not name.startswith(CHECK) for name in way]), len(way)


def join_ways(options: Sequence[tuple[Way, ...]], *, every: bool) -> tuple[Way, ...]:
    """The smallest ways through every one of several, or through any one of them."""
    if every:
        return _all_of(options)
    return _smallest([way for option in options for way in option])


def _all_of(options: Sequence[tuple[Way, ...]]) -> tuple[Way, ...]:
    found: tuple[Way, ...] = (frozenset(),)
    for option in options:
        if len(found) == len(option) == 1:
            found = (found[0] | option[0],)
        else:
            found = _smallest([left | right for left, right in product(found, option)])
    return found


def _smallest(candidates: Iterable[Way]) -> tuple[Way, ...]:
    """Those of one size stay in the order of the text."""
    different = tuple(dict.fromkeys(candidates))
    if len(different) < 2:  # noqa: PLR2004 - as nearly always: there is nothing to compare
        return different
    kept: list[Way] = []
    for way in sorted(different, key=_counts):
        if not any(other <= way for other in kept):
            kept.append(way)
    return tuple(kept[:MOST_WAYS])
