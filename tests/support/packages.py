"""Random choices and every lawful set of them: `python -m tests.support.packages` to 2^18."""

import argparse
import random
import sys
from collections.abc import Callable, Iterator

from services.policy.rules.programme import (
    Capped,
    Less,
    Node,
    PercentIf,
    Programme,
    Scale,
    Take,
)
from services.policy.rules.puzzle import Bits, Found, Puzzle
from services.policy.rules.search import solve as by_branch_and_bound
from services.policy.rules.sharing import share_out
from services.policy.rules.solver import solve as by_model

Solver = Callable[[Puzzle, Bits], Found | None]
NO_LIMIT = 10**9


def by_trying_everything(puzzle: Puzzle, wanted: Bits = 0) -> Found | None:
    """Every set there is, one after the other."""
    best: Found | None = None
    for chosen in range(1 << len(puzzle.keys)):
        if chosen & wanted == wanted and puzzle.lawful(chosen):
            rank = puzzle.rank(chosen)
            if best is None or rank > best.rank:
                best = Found(rank, chosen)
    return best


def a_puzzle(chance: random.Random, size: int) -> Puzzle:
    """Items with clashes, bars, needs, slots, and sums that lessen, cap, match and share."""
    worths = sorted((chance.choice([0, 1, 2, 3, 5, 8, 13]) for _ in range(size)), reverse=True)
    policies = tuple(chance.randrange(max(1, size * 2 // 3)) for _ in range(size))
    programme, caps = _sums(chance, worths)
    conflicts = [0] * size
    for one, other in _pairs(chance, size, share=chance.choice([0.1, 0.2, 0.4])):
        conflicts[one] |= 1 << other
        conflicts[other] |= 1 << one
    return Puzzle(
        keys=tuple(chance.sample([f"{n:03}" for n in range(100, 1000)], size)),
        worths=tuple(worths),
        policies=policies,
        deadlines=_deadlines(chance, policies),
        conflicts=tuple(conflicts),
        barred=_some(chance, size, share=0.05),
        needs=tuple(
            (chance.randrange(size), _some(chance, size, share=0.2))
            for _ in range(chance.randrange(3))
        ),
        slots=tuple(_slots(chance, size) for _ in range(chance.randrange(2))),
        programme=programme,
        caps=caps,
    )


def _deadlines(chance: random.Random, policies: tuple[int, ...]) -> tuple[int, ...]:
    """One for each policy."""
    due = {policy: chance.randrange(3) for policy in sorted(set(policies))}
    return tuple(due[policy] for policy in policies)


def _pairs(chance: random.Random, size: int, *, share: float) -> Iterator[tuple[int, int]]:
    for one in range(size):
        for other in range(one):
            if chance.random() < share:
                yield one, other


def _some(chance: random.Random, size: int, *, share: float) -> Bits:
    return sum(1 << item for item in range(size) if chance.random() < share)


def _slots(chance: random.Random, size: int) -> tuple[tuple[Bits, ...], int]:
    items = chance.sample(range(size), min(size, 4))
    return tuple(1 << item for item in items), chance.choice([1, 2])


class _Sums:
    """A programme put together step by step."""

    def __init__(self, chance: random.Random, worths: list[int]) -> None:
        self.chance, self.programme = chance, Programme()
        self.nodes = [self.programme.put(Take(item)) for item in range(len(worths))]
        self.caps: list[tuple[Bits, int]] = []

    def some(self) -> list[int]:
        count = min(len(self.nodes), self.chance.randrange(2, 5))
        return self.chance.sample(range(len(self.nodes)), count)

    def lessen(self) -> None:
        first, *others = self.some()
        taken = self.programme.together(self.nodes[each] for each in others)
        self.nodes[first] = self.programme.put(Less(self.nodes[first], taken))

    def limit_each(self) -> None:
        first, *others = self.some()
        base = self.programme.together([self.nodes[each] for each in others] or [self._nothing()])
        part = self.programme.put(Scale(base, self.chance.randrange(1, 5), 3))
        self.nodes[first] = self.programme.put(Capped(self.nodes[first], part))

    def share(self) -> None:
        first, other, *_ = [*self.some(), 0]
        if first != other:
            percent = self.chance.choice([0, 50, 100])
            self.nodes[first] = self.programme.put(PercentIf(self.nodes[first], other, percent))

    def cap(self, times: int) -> None:
        """So many caps at once, over members that they may share."""
        held = []
        for _ in range(times):
            items, most = self.some(), self.chance.randrange(12)
            bits = sum(1 << item for item in items)
            self.caps.append((bits, most))
            held.append((bits, self.programme.fixed(most)))
        self.nodes = share_out(self.programme, self.nodes, held)

    def _nothing(self) -> Node:
        return self.programme.fixed(0)


def _sums(
    chance: random.Random, worths: list[int]
) -> tuple[Programme | None, tuple[tuple[Bits, int], ...]]:
    """Often none: then the worths are simply added up."""
    if chance.random() < 0.3:
        return None, ()
    sums = _Sums(chance, worths)
    for _ in range(chance.randrange(1, 4)):
        chance.choice([sums.lessen, sums.limit_each, sums.share])()
    # Caps come last, as they do in a package: the search counts on it.
    sums.cap(chance.randrange(4))
    sums.programme.pays = sums.nodes
    return sums.programme, tuple(sums.caps)


def all_three(puzzle: Puzzle, wanted: Bits = 0) -> list[Found | None]:
    """Branch and bound begins from the best set without what is wanted, as a certificate does."""
    free = by_branch_and_bound(puzzle, 0, NO_LIMIT)
    near = free.chosen if free is not None else 0
    branched = by_branch_and_bound(puzzle, wanted, NO_LIMIT, near=near)
    return [branched, by_model(puzzle, wanted), by_trying_everything(puzzle, wanted)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.packages", description=__doc__)
    parser.add_argument("--items", type=int, default=18)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for number in range(asked.seed, asked.seed + asked.rounds):
        chance = random.Random(number)
        puzzle = a_puzzle(chance, asked.items)
        wanted = 1 << chance.randrange(asked.items)
        for bits in (0, wanted):
            found = all_three(puzzle, bits)
            if found[0] != found[2] or found[1] != found[2]:
                sys.exit(f"seed {number}, wanted {bits:b}: {found}")
    sys.stdout.write(
        f"{asked.rounds} choices of {asked.items} items, each also forced: all alike\n"
    )


if __name__ == "__main__":
    main()
