"""Every set of a part that may be the best for somebody, whatever the sums are."""

from services.policy.rules.plan import plain_in
from services.policy.rules.puzzle import Bits, Puzzle, items_of

MOST_SETS = 512
"""Beyond that many it is cheaper to search for each person."""


def sets_of(puzzle: Puzzle, most: int = MOST_SETS) -> list[Bits] | None:
    """Of as much money the earlier one is better; none where there are too many.

    A set to which something can be added that only ever adds its worth is never the best.
    """
    plain = plain_in(puzzle)
    found: list[Bits] = []
    waiting: list[tuple[Bits, Bits]] = [(0, _open(puzzle))]
    while waiting:
        chosen, free = waiting.pop()
        if not free:
            if puzzle.lawful(chosen) and not _grows(puzzle, chosen, plain):
                found.append(chosen)
            if len(found) > most:
                return None
            continue
        bit = free & -free
        rest = free ^ bit
        left = rest & ~puzzle.conflicts[bit.bit_length() - 1]
        waiting.append((chosen | bit, left))
        if not plain & bit or left != rest:
            waiting.append((chosen, rest))
        if len(waiting) + len(found) > most:
            return None
    return sorted(found, key=puzzle.beside_the_money, reverse=True)


def _open(puzzle: Puzzle) -> Bits:
    return ((1 << len(puzzle.keys)) - 1) & ~puzzle.barred


def _grows(puzzle: Puzzle, chosen: Bits, plain: Bits) -> bool:
    missing = plain & _open(puzzle) & ~chosen
    return any(not puzzle.conflicts[item] & chosen for item in items_of(missing))
