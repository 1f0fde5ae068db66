"""The best packages of many people at once who are offered the same and differ in sums alone."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from services.policy.rules.budget.lawful import sets_of
from services.policy.rules.budget.sought import Name, Packages, Sought
from services.policy.rules.budget.together import Together
from services.policy.rules.choice import Ground, laid_out, solved
from services.policy.rules.outcome import Offer
from services.policy.rules.package import Prepared, pays
from services.policy.rules.puzzle import Bits, Puzzle, items_of
from services.policy.rules.scene import falling

FEW = 2
"""So many people are answered sooner one after the other."""

FEW_SETS = 24
"""Of so many sets the best is found sooner than by a search."""

Alone: TypeAlias = Sequence[tuple[int, int, int]]
"""What is chosen of a part, by place, and what it pays at most and for sure."""

Known: TypeAlias = dict[Name, Alone]
"""By what is offered."""


def packages_of(sought: Sought, ready: Prepared, known: Known) -> Packages:
    """Exactly as each of them alone would be answered; `known` are answers on the same ground."""
    shape = sought.most.shape
    found = Packages(
        np.zeros(shape, dtype=np.bool_),
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
    )
    places = {offer.key: place for place, offer in enumerate(sought.offers)}
    for part in ready.parts:
        _settle(sought, sorted(places[key] for key in part), ready.on, found, known)
    return found


def _settle(
    sought: Sought, columns: Sequence[int], on: Ground, found: Packages, known: Known
) -> None:
    together = Together.of(sought, columns, on) if len(sought.most) > FEW else None
    sets = None if together is None else sets_of(together.laid.puzzle)
    if together is None or sets is None:
        for row in range(len(sought.most)):
            name = sought.named(row, columns)
            if name not in known:
                known[name] = _one_alone(sought.of(row, columns), on)
            for place, most, low in known[name]:
                found.put_one(row, columns[place], most, low)
        return
    best = together.best_of(sets)
    order = together.order()
    for number in np.unique(best).tolist():
        rows = np.flatnonzero(best == number)
        for alike, programme in together.programmes(rows, sets[number], order):
            together.pay(alike, sets[number], programme, found)


def _one_alone(given: Sequence[Offer], on: Ground) -> Alone:
    """As the engine answers for one person."""
    order = sorted(range(len(given)), key=lambda place: falling(given[place]))
    offers = tuple(given[place] for place in order)
    puzzle = laid_out(offers, on).puzzle
    best = _best(puzzle)
    most, low = pays(offers, puzzle, best)
    return [(order[item], most[item], low[item]) for item in items_of(best)]


def _best(puzzle: Puzzle) -> Bits:
    """Of few sets all are looked at."""
    circular = puzzle.programme is not None and puzzle.programme.circular()
    sets = None if circular else sets_of(puzzle, FEW_SETS)
    if sets is None:
        return solved(puzzle).best.chosen
    return sets[0] if len(sets) == 1 else _most(puzzle, sets)


def _most(puzzle: Puzzle, sets: Sequence[Bits]) -> Bits:
    """The first of those that pay most; none pays more than its items are worth."""
    worth = [sum([puzzle.worths[item] for item in items_of(each)]) for each in sets]
    if puzzle.programme is None:
        return sets[worth.index(max(worth))]
    best, best_place = -1, len(sets)
    for place in sorted(range(len(sets)), key=lambda place: -worth[place]):
        if worth[place] < best:
            break
        paid = puzzle.pays(sets[place])
        if (paid, -place) > (best, -best_place):
            best, best_place = paid, place
    return sets[best_place]
