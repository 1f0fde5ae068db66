"""Exact search for the best set by branch and bound; a solver takes over where it grows long."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.policy.rules.plan import Plan, plan_of
from services.policy.rules.puzzle import Bits, Found, Puzzle, items_of

MOST_STEPS = 20_000
"""Counted, not timed, so that the same question is answered by the same way."""


class TooLongError(Exception):
    """The search took more steps than it may."""


@dataclass(slots=True)
class _Search:
    plan: Plan
    most_steps: int
    steps: int = 0
    best: Bits | None = None
    best_weight: int = -1

    def descend(self, chosen: Bits, free: Bits, weight: int, applied: Bits) -> None:
        """`free` is what may still be chosen; `weight` counts sums as if nothing lessened them."""
        self.steps += 1
        if self.steps > self.most_steps:
            raise TooLongError
        if self._hopeless(chosen, free, weight):
            return
        if not free:
            self.offer(chosen, weight)
            return
        plan = self.plan
        bit = free & -free
        place = bit.bit_length() - 1
        rest = free ^ bit
        if not plan.slots or self.fits(chosen | bit):
            more, policy = self.adding(place, applied)
            left = rest & ~plan.conflicts[place]
            self.descend(chosen | bit, left, weight + more, applied | policy)
            if plan.plain & bit and left == rest:
                return
        self.descend(chosen, rest, weight, applied)

    def adding(self, place: int, applied: Bits) -> tuple[int, Bits]:
        """What an item weighs, with its application if that is not made yet; and its policy."""
        plan = self.plan
        item = plan.order[place]
        policy = 1 << plan.puzzle.policies[item]
        own = plan.weights.base[item]
        return (own if applied & policy else own + plan.weights.applying[item]), policy

    def _hopeless(self, chosen: Bits, free: Bits, weight: int) -> bool:
        within = chosen | free
        for needing, one_of in self.plan.needs:
            if chosen >> needing & 1 and not one_of & within:
                return True
        if self.best is None:
            return False
        most = self._most(free, weight)
        if most > self.best_weight and self.plan.caps:
            most = self._capped(chosen, free, most)
        return most <= self.best_weight

    def _most(self, free: Bits, weight: int) -> int:
        """No set below can weigh more than one of each clique."""
        hopes, most = self.plan.hopes, weight
        for clique in self.plan.cliques:
            left = clique.places & free
            if left:
                most += hopes[(left & -left).bit_length() - 1]
        return most

    def _capped(self, chosen: Bits, free: Bits, most: int) -> int:
        """Where a cap bites, other sets pay the same money: only the money bounds them."""
        plan = self.plan
        totals = [_sum(plan.worths, held & chosen) for held, _ in plan.caps]
        whole = _sum(plan.worths, chosen)
        for clique in plan.cliques:
            left = clique.places & free
            if left:
                worth = plan.worths[(left & -left).bit_length() - 1]
                whole += worth
                for cap in clique.caps:
                    totals[cap] += worth
        above = sum(
            max(0, total - limit) for total, (_, limit) in zip(totals, plan.caps, strict=True)
        )
        return (whole - above + 1) * plan.weights.fen - 1 if above else most

    def fits(self, chosen: Bits) -> bool:
        return all(
            len([1 for group in groups if group & chosen]) <= most
            for groups, most in self.plan.slots
        )

    def offer(self, chosen: Bits, weight: int) -> None:
        plan = self.plan
        if any(chosen >> needing & 1 and not one_of & chosen for needing, one_of in plan.needs):
            return
        if plan.puzzle.programme is not None:
            gross = _sum(plan.worths, chosen)
            weight -= (gross - plan.puzzle.pays(plan.items(chosen))) * plan.weights.fen
        if weight > self.best_weight:
            self.best, self.best_weight = chosen, weight


def solve(
    puzzle: Puzzle,
    wanted: Bits = 0,
    most_steps: int = MOST_STEPS,
    *,
    plan: Plan | None = None,
    near: Bits = 0,
) -> Found | None:
    """The best lawful set holding every wanted item; none when there is none.

    It begins from the set `near`, if that can be made to hold what is wanted. Raises
    `TooLongError` where more steps than allowed are needed.
    """
    plan = plan or plan_of(puzzle)
    search = _Search(plan, most_steps)
    begun = _begin(search, plan.places(wanted))
    if begun is None:
        return None
    _begin_near(search, begun[0], plan.places(near))
    search.descend(*begun)
    if search.best is None:
        return None
    chosen = plan.items(search.best)
    return Found(puzzle.rank(chosen), chosen)


def _begin(search: _Search, wanted: Bits) -> tuple[Bits, Bits, int, Bits] | None:
    """What is wanted is chosen first; none if that alone is not lawful."""
    plan = search.plan
    free, weight, applied = plan.open, 0, 0
    for place in items_of(wanted):
        if not free >> place & 1:
            return None
        more, policy = search.adding(place, applied)
        free &= ~plan.conflicts[place] & ~(1 << place)
        weight, applied = weight + more, applied | policy
    return (wanted, free, weight, applied) if search.fits(wanted) else None


def _begin_near(search: _Search, wanted: Bits, near: Bits) -> None:
    """A lawful set known before: nothing that weighs less need be looked at."""
    plan = search.plan
    chosen = near
    for place in items_of(wanted):
        chosen &= ~plan.conflicts[place]
    chosen |= wanted
    if near and plan.puzzle.lawful(plan.items(chosen)):
        weight, applied = 0, 0
        for place in items_of(chosen):
            more, policy = search.adding(place, applied)
            weight, applied = weight + more, applied | policy
        search.offer(chosen, weight)


def _sum(worths: Sequence[int], places: Bits) -> int:
    total = 0
    while places:
        lowest = places & -places
        total += worths[lowest.bit_length() - 1]
        places ^= lowest
    return total
