"""Exact search for the best set by branch and bound; a solver takes over where it grows long."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.policy.rules.puzzle import Bits, Found, Puzzle

MOST_STEPS = 20_000
"""Counted, not timed, so that the same question is answered by the same way."""


class TooLongError(Exception):
    """The search took more steps than it may."""


@dataclass(slots=True)
class _Search:
    puzzle: Puzzle
    wanted: Bits
    most_steps: int
    cliques: tuple[Bits, ...]
    whole: Bits
    caps: tuple[tuple[Bits, int], ...]
    steps: int = 0
    best: Found | None = field(default=None)

    def descend(self, item: int, chosen: Bits, barred: Bits, worth: int) -> None:
        self.steps += 1
        if self.steps > self.most_steps:
            raise TooLongError
        if self._hopeless(item, chosen, barred, worth):
            return
        if item == len(self.puzzle.keys):
            self._offer(chosen)
            return
        bit = 1 << item
        if not barred & bit and self._fits(chosen | bit):
            against = barred | self.puzzle.conflicts[item]
            self.descend(item + 1, chosen | bit, against, worth + self.puzzle.worths[item])
        if not self.wanted & bit:
            self.descend(item + 1, chosen, barred | bit, worth)

    def _fits(self, chosen: Bits) -> bool:
        return not self.puzzle.slots or self.puzzle.slots_kept(chosen)

    def _hopeless(self, item: int, chosen: Bits, barred: Bits, worth: int) -> bool:
        if self.wanted & barred:
            return True
        free = self.whole & ~barred & ~((1 << item) - 1)
        for needing, one_of in self.puzzle.needs:
            if chosen >> needing & 1 and not one_of & (chosen | free):
                return True
        if self.best is None:
            return False
        rank = self.best.rank
        most = self._most(free, chosen, worth)
        if most != rank[0]:
            return most < rank[0]
        things = ((chosen | free) & self.puzzle.free_things).bit_count()
        return things < rank[1] or (things == rank[1] and -self._applied(chosen) < rank[2])

    def _most(self, free: Bits, chosen: Bits, worth: int) -> int:
        """No set below can pay more: one of each group that excludes each other, capped."""
        worths, most = self.puzzle.worths, worth
        for clique in self.cliques:
            left = clique & free
            if left:
                most += worths[(left & -left).bit_length() - 1]
        for held, limit in self.caps:
            within = sum([worths[(c & -c).bit_length() - 1] for c in self._within(held, free)])
            within += sum([worths[i] for i in _items(held & chosen)])
            most -= max(0, within - limit)
        return most

    def _within(self, held: Bits, free: Bits) -> list[Bits]:
        """Of the groups that lie wholly under a cap what is still free."""
        return [left for c in self.cliques if not c & ~held and (left := c & free)]

    def _applied(self, chosen: Bits) -> int:
        return len({self.puzzle.policies[item] for item in _items(chosen)})

    def _offer(self, chosen: Bits) -> None:
        if not self.puzzle.needs_met(chosen):
            return
        rank = self.puzzle.rank(chosen)
        if self.best is None or rank > self.best.rank:
            self.best = Found(rank, chosen)


def solve(puzzle: Puzzle, wanted: Bits = 0, most_steps: int = MOST_STEPS) -> Found | None:
    """The best lawful set holding every wanted item; none when there is none.

    Raises `TooLongError` where that takes more steps than allowed.
    """
    whole = (1 << len(puzzle.keys)) - 1
    caps = _apart(puzzle.caps)
    cliques = _cliques(puzzle.conflicts, [held for held, _ in caps])
    search = _Search(puzzle, wanted, most_steps, cliques, whole, caps)
    search.descend(0, 0, puzzle.barred, 0)
    return search.best


def _apart(caps: Sequence[tuple[Bits, int]]) -> tuple[tuple[Bits, int], ...]:
    """Caps that share no item, so that what each takes off can be added up."""
    kept: list[tuple[Bits, int]] = []
    for held, limit in caps:
        if not any(held & other for other, _ in kept):
            kept.append((held, limit))
    return tuple(kept)


def _cliques(conflicts: Sequence[Bits], caps: Sequence[Bits]) -> tuple[Bits, ...]:
    """Split the items into groups of which at most one each can be chosen, under one cap each."""
    groups: list[Bits] = []
    for item, against in enumerate(conflicts):
        mine = [held for held in caps if held >> item & 1]
        for place, group in enumerate(groups):
            apart = any(bool(group & held) != (held in mine) for held in caps)
            if group & against == group and not apart:
                groups[place] |= 1 << item
                break
        else:
            groups.append(1 << item)
    return tuple(groups)


def _items(bits: Bits) -> list[int]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
