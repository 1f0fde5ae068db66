"""A choice made ready for the search: items by what they may add, groups, caps that stand apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.policy.rules.puzzle import Bits, Puzzle, bits_of, items_of
from services.policy.rules.weights import Weights, weigh


@dataclass(frozen=True, slots=True)
class Clique:
    """Places of which one at most can be chosen, the heaviest first; all or none under each cap."""

    places: Bits
    caps: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`order` are the items as they are tried; bits stand for places in that order.

    `plain` are those that only ever add their worth: where nothing stands against one it is chosen.
    """

    puzzle: Puzzle
    weights: Weights
    order: list[int]
    place: dict[int, int]
    worths: list[int]
    hopes: list[int]
    conflicts: list[Bits]
    needs: list[tuple[int, Bits]]
    slots: list[tuple[list[Bits], int]]
    caps: list[tuple[Bits, int]]
    cliques: list[Clique]
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
    return Plan(
        puzzle=puzzle,
        weights=weights,
        order=order,
        place=place,
        worths=[puzzle.worths[item] for item in order],
        hopes=[weights.hope[item] for item in order],
        conflicts=conflicts,
        needs=[(place[item], moved(one_of)) for item, one_of in puzzle.needs],
        slots=[([moved(group) for group in groups], most) for groups, most in puzzle.slots],
        caps=caps,
        cliques=_cliques(conflicts, caps),
        open=((1 << len(order)) - 1) & ~moved(puzzle.barred),
        plain=moved(_plain(puzzle)),
    )


def _plain(puzzle: Puzzle) -> Bits:
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


def _cliques(conflicts: Sequence[Bits], caps: Sequence[tuple[Bits, int]]) -> list[Clique]:
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
    return [Clique(group, mine) for group, mine in zip(groups, under, strict=True)]
