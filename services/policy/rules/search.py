"""Exact search for the best set by branch and bound; a solver takes over where it grows long."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.policy.rules.puzzle import Bits, Found, Puzzle, bits_of, items_of
from services.policy.rules.weights import Weights, weigh

MOST_STEPS = 20_000
"""Counted, not timed, so that the same question is answered by the same way."""


class TooLongError(Exception):
    """The search took more steps than it may."""


@dataclass(frozen=True, slots=True)
class _Clique:
    """Items of which one at most can be chosen, the heaviest first; all or none under each cap."""

    items: Bits
    caps: tuple[int, ...]


@dataclass(slots=True)
class _Search:
    """`order` are the items as they are tried; bits stand for places in that order."""

    puzzle: Puzzle
    weights: Weights
    order: list[int]
    conflicts: list[Bits]
    needs: list[tuple[int, Bits]]
    slots: list[tuple[list[Bits], int]]
    caps: list[tuple[Bits, int]]
    wanted: Bits
    plain: Bits
    most_steps: int
    cliques: list[_Clique] = field(default_factory=list)
    hopes: list[int] = field(default_factory=list)
    steps: int = 0
    best: Bits | None = None
    best_weight: int = -1

    def descend(self, place: int, chosen: Bits, free: Bits, weight: int, applied: Bits) -> None:
        """`free` is what may still be chosen; `weight` counts sums as if nothing lessened them."""
        self.steps += 1
        if self.steps > self.most_steps:
            raise TooLongError
        if self._hopeless(chosen, free, weight):
            return
        if not free:
            self._offer(chosen, weight)
            return
        bit = free & -free
        place = bit.bit_length() - 1
        rest = free ^ bit
        if not self.slots or self._fits(chosen | bit):
            item = self.order[place]
            policy = 1 << self.puzzle.policies[item]
            more = self.weights.base[item]
            more += 0 if applied & policy else self.weights.applying[item]
            left = rest & ~self.conflicts[place]
            self.descend(place + 1, chosen | bit, left, weight + more, applied | policy)
            if self.plain & bit and left == rest:
                return
        self.descend(place + 1, chosen, rest, weight, applied)

    def _hopeless(self, chosen: Bits, free: Bits, weight: int) -> bool:
        within = chosen | free
        if self.wanted & ~within:
            return True
        for needing, one_of in self.needs:
            if chosen >> needing & 1 and not one_of & within:
                return True
        return self.best is not None and self._most(chosen, free, weight) <= self.best_weight

    def _most(self, chosen: Bits, free: Bits, weight: int) -> int:
        """No set below can weigh more: one of each clique, and no more money than the caps let."""
        hopes, most = self.hopes, weight
        for clique in self.cliques:
            left = clique.items & free
            if left:
                most += hopes[(left & -left).bit_length() - 1]
        return self._capped(chosen, free, most) if self.caps else most

    def _capped(self, chosen: Bits, free: Bits, most: int) -> int:
        """Where a cap bites, other sets pay the same money: only the money bounds them."""
        worths, order = self.puzzle.worths, self.order
        totals = [
            sum([worths[order[place]] for place in items_of(held & chosen)])
            for held, _ in self.caps
        ]
        whole = sum([worths[order[place]] for place in items_of(chosen)])
        for clique in self.cliques:
            left = clique.items & free
            if left:
                worth = worths[order[(left & -left).bit_length() - 1]]
                whole += worth
                for cap in clique.caps:
                    totals[cap] += worth
        above = sum(
            max(0, total - limit) for total, (_, limit) in zip(totals, self.caps, strict=True)
        )
        return (whole - above + 1) * self.weights.fen - 1 if above else most

    def _fits(self, chosen: Bits) -> bool:
        return all(
            len([1 for group in groups if group & chosen]) <= most for groups, most in self.slots
        )

    def _offer(self, chosen: Bits, weight: int) -> None:
        if any(chosen >> needing & 1 and not one_of & chosen for needing, one_of in self.needs):
            return
        if self.puzzle.programme is not None:
            items = self.items(chosen)
            gross = sum([self.puzzle.worths[item] for item in items_of(items)])
            weight -= (gross - self.puzzle.pays(items)) * self.weights.fen
        if weight > self.best_weight:
            self.best, self.best_weight = chosen, weight

    def items(self, chosen: Bits) -> Bits:
        return bits_of([self.order[place] for place in items_of(chosen)])


def solve(puzzle: Puzzle, wanted: Bits = 0, most_steps: int = MOST_STEPS) -> Found | None:
    """The best lawful set holding every wanted item; none when there is none.

    Raises `TooLongError` where that takes more steps than allowed.
    """
    search = _prepared(puzzle, wanted, most_steps)
    free = (1 << len(puzzle.keys)) - 1
    for item in items_of(puzzle.barred):
        free &= ~(1 << search.order.index(item))
    search.descend(0, 0, _without_rivals(search, free), 0, 0)
    if search.best is None:
        return None
    chosen = search.items(search.best)
    return Found(puzzle.rank(chosen), chosen)


def _without_rivals(search: _Search, free: Bits) -> Bits:
    """What stands against a wanted item need not be tried."""
    for place in items_of(search.wanted):
        free &= ~search.conflicts[place]
    return free


def _prepared(puzzle: Puzzle, wanted: Bits, most_steps: int) -> _Search:
    weights = weigh(puzzle)
    order = sorted(range(len(puzzle.keys)), key=lambda item: -weights.hope[item])
    place = {item: number for number, item in enumerate(order)}

    def moved(items: Bits) -> Bits:
        return bits_of([place[item] for item in items_of(items)])

    search = _Search(
        puzzle=puzzle,
        weights=weights,
        order=order,
        conflicts=[moved(puzzle.conflicts[item]) for item in order],
        needs=[(place[item], moved(one_of)) for item, one_of in puzzle.needs],
        slots=[([moved(group) for group in groups], most) for groups, most in puzzle.slots],
        caps=_apart([(moved(held), limit) for held, limit in puzzle.caps]),
        wanted=moved(wanted),
        plain=moved(_plain(puzzle)) & ~moved(wanted),
        most_steps=most_steps,
        hopes=[weights.hope[item] for item in order],
    )
    search.cliques = _cliques(search.conflicts, search.caps)
    return search


def _plain(puzzle: Puzzle) -> Bits:
    """Items that only ever add their worth: where nothing stands against one it is chosen."""
    bound = bits_of([item for item, _ in puzzle.needs])
    for groups, _ in puzzle.slots:
        for group in groups:
            bound |= group
    plain = ((1 << len(puzzle.keys)) - 1) & ~bound
    return plain if puzzle.programme is None else plain & puzzle.programme.untouched()


def _apart(caps: Sequence[tuple[Bits, int]]) -> list[tuple[Bits, int]]:
    """Caps that share no item, so that what each takes off can be added up."""
    kept: list[tuple[Bits, int]] = []
    for held, limit in caps:
        if not any(held & other for other, _ in kept):
            kept.append((held, limit))
    return kept


def _cliques(conflicts: Sequence[Bits], caps: Sequence[tuple[Bits, int]]) -> list[_Clique]:
    groups: list[Bits] = []
    for place, against in enumerate(conflicts):
        mine = _caps_over(1 << place, caps)
        for number, group in enumerate(groups):
            if group & against == group and _caps_over(group, caps) == mine:
                groups[number] |= 1 << place
                break
        else:
            groups.append(1 << place)
    return [_Clique(group, _caps_over(group, caps)) for group in groups]


def _caps_over(items: Bits, caps: Sequence[tuple[Bits, int]]) -> tuple[int, ...]:
    return tuple(number for number, (held, _) in enumerate(caps) if held & items)
