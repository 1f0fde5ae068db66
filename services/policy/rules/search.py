"""Exact search for the best set by branch and bound; a solver takes over where it grows long."""

from dataclasses import dataclass
from math import inf
from typing import TypeAlias

from services.policy.rules.plan import Limit, Plan, heaviest, plan_of
from services.policy.rules.puzzle import Bits, Found, Puzzle, items_of

MOST_STEPS = 20_000
"""Counted, not timed, so that the same question is answered by the same way."""

STEPS_IN_A_CIRCLE = 100
"""Where caps go round in a circle: what a set pays may itself be a question for the solver."""


Reached: TypeAlias = tuple[Bits, Bits, int, Bits, int]
"""What is chosen, what may still be, the weight, what is applied for, and the money: weight and
money as if nothing lessened the sums."""


class TooLongError(Exception):
    """The search took more steps than it may."""


@dataclass(slots=True)
class _Search:
    plan: Plan
    most_steps: int
    steps: int = 0
    best: Bits | None = None
    best_weight: float = -inf
    best_fen: float = -inf
    """The money that whatever weighs more than the best must come to, at least."""

    def descend(self, at: Reached) -> None:
        """Try each place in turn, first with it and then without."""
        plan = self.plan
        chosen, free, weight, applied, fen = at
        # No set below can weigh more than one of each clique.
        hopes, most, whole, left = plan.hopes, weight, fen, free
        while left:
            hope, worth, others = hopes[left & -left]
            most += hope
            whole += worth
            left &= others
        while True:
            self.steps += 1
            if self.steps > self.most_steps:
                raise TooLongError
            if most <= self.best_weight or (plan.needs and self._unmet(chosen, free)):
                return
            if plan.limits and self._limited(chosen, free, whole):
                return
            if not free:
                self.offer(chosen, weight, fen)
                return
            bit = free & -free
            rest = free ^ bit
            if not plan.slots or self.fits(chosen | bit):
                own, first, policy, beside, worth = plan.steps[bit]
                more = own if applied & policy else first
                left = rest & beside
                self.descend((chosen | bit, left, weight + more, applied | policy, fen + worth))
                if plan.plain & bit and left == rest:
                    return
            # Of its clique the next one may come instead.
            hope, worth, others = hopes[bit]
            most -= hope
            whole -= worth
            if clique := rest & ~others:
                hope, worth, _ = hopes[clique & -clique]
                most += hope
                whole += worth
            free = rest

    def with_all(self, wanted: Bits, at: Reached) -> Reached:
        """Where these are chosen too, whatever it is lawful."""
        chosen, free, weight, applied, fen = at
        for place in items_of(wanted):
            own, first, policy, beside, worth = self.plan.steps[1 << place]
            weight += own if applied & policy else first
            applied |= policy
            free &= beside & ~(1 << place)
            fen += worth
        return chosen | wanted, free, weight, applied, fen

    def _unmet(self, chosen: Bits, free: Bits) -> bool:
        """Whether something chosen needs what can no longer be."""
        for needing, one_of in self.plan.needs:
            if chosen & needing and not one_of & (chosen | free):
                return True
        return False

    def _limited(self, chosen: Bits, free: Bits, whole: int) -> bool:
        """Where a limit bites, other sets pay the same money: only the money bounds them."""
        plan = self.plan
        spare, most = whole - self.best_fen, plan.most_above
        for limit in plan.limits:
            if spare >= most:
                return False
            held = limit.held
            here = (chosen & held, free & held)
            over = limit.above.get(here)
            if over is None:
                over = limit.above[here] = _above(plan, limit, *here)
            spare -= over
            if spare < 0:
                return True
            most -= limit.most
        return False

    def fits(self, chosen: Bits) -> bool:
        return all(
            len([1 for group in groups if group & chosen]) <= most
            for groups, most in self.plan.slots
        )

    def offer(self, chosen: Bits, weight: int, fen: int) -> None:
        """Keep a lawful set if it is better than the best so far."""
        plan = self.plan
        if plan.puzzle.programme is not None:
            weight -= (fen - plan.puzzle.pays(plan.items(chosen))) * plan.weights.fen
        if weight > self.best_weight:
            self.best, self.best_weight = chosen, weight
            self.best_fen = (weight + 1) // plan.weights.fen


def _above(plan: Plan, limit: Limit, chosen: Bits, free: Bits) -> int:
    """How much what is chosen under a limit, with one of each clique, comes to above it."""
    total = sum([plan.worths[place] for place in items_of(chosen)])
    for clique in limit.cliques:
        left = clique & free
        if left:
            total += heaviest(left, plan.worths)
    return max(0, total - limit.fen)


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
    search.descend(begun)
    if search.best is None:
        return None
    chosen = plan.items(search.best)
    return Found(puzzle.rank(chosen), chosen)


def _begin(search: _Search, wanted: Bits) -> Reached | None:
    """What is wanted is chosen first; none if that alone is not lawful."""
    plan = search.plan
    free = plan.open
    for place in items_of(wanted):
        if not free >> place & 1:
            return None
        free &= ~plan.conflicts[place] & ~(1 << place)
    return search.with_all(wanted, (0, plan.open, 0, 0, 0)) if search.fits(wanted) else None


def _begin_near(search: _Search, wanted: Bits, near: Bits) -> None:
    """A lawful set known before: nothing that weighs less need be looked at."""
    plan = search.plan
    chosen = near
    for place in items_of(wanted):
        chosen &= ~plan.conflicts[place]
    chosen |= wanted
    if near and plan.puzzle.lawful(plan.items(chosen)):
        _, _, weight, _, fen = search.with_all(chosen, (0, 0, 0, 0, 0))
        search.offer(chosen, weight, fen)
