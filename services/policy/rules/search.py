"""Exact search for the best set: branch and bound over one group of offers tied together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Chosen: TypeAlias = tuple[int, ...]
# Most money, then most offers, then fewest policies; names only make ties repeatable.
Score: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Puzzle:
    """Items are numbered by falling worth; `net` never pays more than the worths together."""

    keys: tuple[str, ...]
    worths: tuple[int, ...]
    policies: tuple[str, ...]
    conflicts: tuple[int, ...]
    net: Callable[[Chosen], int]
    lawful: Callable[[Chosen], bool]


@dataclass(frozen=True, slots=True)
class Found:
    score: Score
    chosen: Chosen


@dataclass(slots=True)
class _Search:
    puzzle: Puzzle
    cliques: tuple[int, ...]
    wanted: int
    best: Found | None = field(default=None)

    def descend(self, item: int, chosen: Chosen, barred: int) -> None:
        if self._hopeless(item, chosen, barred):
            return
        if item == len(self.puzzle.keys):
            self._offer(chosen)
            return
        bit = 1 << item
        if not barred & bit:
            self.descend(item + 1, (*chosen, item), barred | self.puzzle.conflicts[item])
        if not self.wanted & bit:
            self.descend(item + 1, chosen, barred)

    def _hopeless(self, item: int, chosen: Chosen, barred: int) -> bool:
        if self.wanted & barred:
            return True
        if self.best is None:
            return False
        free = ((1 << len(self.puzzle.keys)) - 1) & ~barred & ~((1 << item) - 1)
        groups = [clique & free for clique in self.cliques if clique & free]
        most = sum(self.puzzle.worths[each] for each in chosen)
        most += sum(self.puzzle.worths[_lowest(group)] for group in groups)
        bound = (most, len(chosen) + len(groups), -self._policies(chosen))
        return bound < self.best.score

    def _policies(self, chosen: Chosen) -> int:
        return len({self.puzzle.policies[each] for each in chosen})

    def _offer(self, chosen: Chosen) -> None:
        if not self.puzzle.lawful(chosen):
            return
        score = (self.puzzle.net(chosen), len(chosen), -self._policies(chosen))
        found = Found(score, chosen)
        if self.best is None or self._rank(found) > self._rank(self.best):
            self.best = found

    def _rank(self, found: Found) -> tuple[Score, "_Backwards"]:
        return found.score, _Backwards(sorted(self.puzzle.keys[each] for each in found.chosen))


@dataclass(frozen=True, slots=True)
class _Backwards:
    """Orders names the other way round, so that the first in the alphabet wins."""

    names: list[str]

    def __lt__(self, other: "_Backwards") -> bool:
        return self.names > other.names


def solve(puzzle: Puzzle, wanted: int = 0) -> Found | None:
    """The best lawful set holding every wanted item (a bit each); none when there is none."""
    search = _Search(puzzle, _cliques(puzzle.conflicts), wanted)
    search.descend(0, (), 0)
    return search.best


def _cliques(conflicts: Sequence[int]) -> tuple[int, ...]:
    """Split the items into groups of which at most one each can be chosen."""
    groups: list[int] = []
    for item, against in enumerate(conflicts):
        for place, group in enumerate(groups):
            if group & against == group:
                groups[place] |= 1 << item
                break
        else:
            groups.append(1 << item)
    return tuple(groups)


def _lowest(bits: int) -> int:
    """The lowest numbered item of the group, which is the one worth most."""
    return (bits & -bits).bit_length() - 1
