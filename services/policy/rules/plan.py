"""A choice made ready for the search: items by what they may add, groups, caps that stand apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.policy.rules.puzzle import Bits, Puzzle, bits_of, items_of
from services.policy.rules.weights import Weights, weigh


class Step(NamedTuple):
    """What it takes to choose one place: `own` is its weight where its policy is applied for
    already, `first` where it is not; `beside` are the places that may still stand with it.
    """

    own: int
    first: int
    policy: Bits
    beside: Bits
    worth: int


class Hope(NamedTuple):
    """The heaviest free place of a clique: of the places not in `others` none else is chosen."""

    hope: int
    worth: int
    others: Bits


@dataclass(frozen=True, slots=True)
class Limit:
    """Places that never pay more than so much; `cliques` are those that lie within it.

    `most` is how much can be above it at most; how much is, hangs on few places, and is remembered
    in `above`.
    """

    held: Bits
    fen: int
    cliques: tuple[Bits, ...]
    most: int
    above: dict[tuple[Bits, Bits], int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`order` are the items as they are tried; bits stand for places in that order.

    All limits together take off `most_above` at most.
    `plain` are those that only ever add their worth: where nothing stands against one it is chosen.
    """

    puzzle: Puzzle
    weights: Weights
    order: list[int]
    place: dict[int, int]
    worths: list[int]
    steps: dict[Bits, Step]
    hopes: dict[Bits, Hope]
    conflicts: list[Bits]
    needs: list[tuple[Bits, Bits]]
    slots: list[tuple[list[Bits], int]]
    limits: list[Limit]
    most_above: int
    open: Bits
    plain: Bits

    def items(self, places: Bits) -> Bits:
        return bits_of([self.order[place] for place in items_of(places)])

    def places(self, items: Bits) -> Bits:
        return bits_of([self.place[item] for item in items_of(items)])


def plan_of(puzzle: Puzzle) -> Plan:
    weights = weigh(puzzle)
    order = sorted(range(len(puzzle.keys)), key=lambda item: -weights.hope[item])
    place = {item: number for number, item in enumerate(order)}

    def moved(items: Bits) -> Bits:
        return bits_of([place[item] for item in items_of(items)])

    conflicts = [moved(puzzle.conflicts[item]) for item in order]
    caps = [(moved(held), limit) for held, limit in _apart(puzzle)]
    worths = [puzzle.worths[item] for item in order]
    cliques = _cliques(conflicts, caps)
    limits = [_limit(held, fen, cliques, worths) for held, fen in caps]
    return Plan(
        puzzle=puzzle,
        weights=weights,
        order=order,
        place=place,
        worths=worths,
        steps={1 << n: _step(puzzle, weights, order[n], conflicts[n]) for n in range(len(order))},
        hopes={
            1 << n: Hope(weights.hope[item], worths[n], ~_holding(n, cliques))
            for n, item in enumerate(order)
        },
        conflicts=conflicts,
        needs=[(1 << place[item], moved(one_of)) for item, one_of in puzzle.needs],
        slots=[([moved(group) for group in groups], most) for groups, most in puzzle.slots],
        limits=limits,
        most_above=sum([each.most for each in limits]),
        open=((1 << len(order)) - 1) & ~moved(puzzle.barred),
        plain=moved(plain_in(puzzle)),
    )


def _step(puzzle: Puzzle, weights: Weights, item: int, conflicts: Bits) -> Step:
    own = weights.base[item]
    policy = 1 << puzzle.policies[item]
    return Step(own, own + weights.applying[item], policy, ~conflicts, puzzle.worths[item])


def _limit(held: Bits, fen: int, cliques: Sequence[Bits], worths: Sequence[int]) -> Limit:
    within = tuple([each for each in cliques if each & held])
    return Limit(held, fen, within, max(0, sum([heaviest(each, worths) for each in within]) - fen))


def heaviest(clique: Bits, worths: Sequence[int]) -> int:
    """What the first of these places is worth: none of the others is worth more."""
    return worths[(clique & -clique).bit_length() - 1]


def _holding(place: int, cliques: Sequence[Bits]) -> Bits:
    return next(each for each in cliques if each >> place & 1)


def plain_in(puzzle: Puzzle) -> Bits:
    """Items that only ever add their worth."""
    bound = bits_of([item for item, _ in puzzle.needs])
    for groups, _ in puzzle.slots:
        for group in groups:
            bound |= group
    plain = ((1 << len(puzzle.keys)) - 1) & ~bound
    return plain if puzzle.programme is None else plain & puzzle.programme.untouched()


def _apart(puzzle: Puzzle) -> list[tuple[Bits, int]]:
    """Caps that share no item, so that what each takes off can be added up; the tightest first."""
    kept: list[tuple[Bits, int]] = []
    for held, limit in sorted(puzzle.caps, key=lambda cap: _taken_off(puzzle, *cap), reverse=True):
        if not any(held & other for other, _ in kept):
            kept.append((held, limit))
    return kept


def _taken_off(puzzle: Puzzle, held: Bits, limit: int) -> int:
    return sum(puzzle.worths[item] for item in items_of(held)) - limit


def _cliques(conflicts: Sequence[Bits], caps: Sequence[tuple[Bits, int]]) -> list[Bits]:
    """Places of which one at most can be chosen, the heaviest first; all or none under each cap."""
    groups: list[Bits] = []
    under: list[tuple[int, ...]] = []
    for place, against in enumerate(conflicts):
        mine = tuple(number for number, (held, _) in enumerate(caps) if held >> place & 1)
        for number, group in enumerate(groups):
            if group & against == group and under[number] == mine:
                groups[number] |= 1 << place
                break
        else:
            groups.append(1 << place)
            under.append(mine)
    return groups
