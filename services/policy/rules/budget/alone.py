"""What one person has of a part, answered once for all who are offered the same money of it."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.policy.rules.budget.lawful import sets_of
from services.policy.rules.budget.sought import Sought
from services.policy.rules.budget.ties import picks_in
from services.policy.rules.choice import Ground, laid_out, solved
from services.policy.rules.interactions import Capping
from services.policy.rules.netting import Netted
from services.policy.rules.outcome import Offer
from services.policy.rules.package import pays_beside
from services.policy.rules.picks import Pick
from services.policy.rules.puzzle import Bits, Puzzle, items_of
from services.policy.rules.receipts import named_by
from services.policy.rules.scene import Before, falling

FEW_SETS = 24
"""Of so many sets the best is found sooner than by a search."""


@dataclass(frozen=True, slots=True)
class Alone:
    """`order` are the places of the offers in their part, as the puzzle numbers them."""

    puzzle: Puzzle
    order: Sequence[int]
    chosen: Bits

    def pays(self, least: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """What is chosen, by place, and what it pays at most and for sure.

        `least` is what each offer alone comes to for sure.
        """
        alone = [least[place] for place in self.order]
        most, low = pays_beside(self.puzzle, self.chosen, alone)
        return ((self.order[item], most[item], low[item]) for item in items_of(self.chosen))


Name: TypeAlias = tuple[Hashable, ...]
Known: TypeAlias = dict[Name, Alone]
"""By what is offered, and by what else decides."""


@dataclass(frozen=True, slots=True)
class Naming:
    """People whose names are equal are answered alike: `decisive` is what was had, `capped`
    whether it bears on the choice how sure which sum is."""

    sought: Sought
    columns: Sequence[int]
    decisive: Hashable
    capped: bool

    @classmethod
    def of(cls, sought: Sought, columns: Sequence[int], on: Ground) -> "Naming":
        keys = frozenset(sought.offers[each].key for each in columns)
        capped = any(isinstance(each, Capping) and tied & keys for each, tied in on.linked)
        return cls(sought, columns, decisive(on, keys), capped)

    def of_row(self, row: int) -> Name:
        offered = self.sought.named(row, self.columns)
        filled = self.sought.filled(row, self.columns) if self.capped else ()
        return self.decisive, offered, filled


def decisive(on: Ground, keys: frozenset[str]) -> Hashable:
    """What of all that was had before bears on a part: what it bars, meets, or leaves to pay."""
    barred = frozenset(bar.key for bar in on.bars if bar.key in keys)
    needs = frozenset((need.key, need.one_of) for need in on.needs if need.key in keys)
    people = [each for each in on.scene.everybody() if each.anything or each.background.sums]
    netting = [each for each, tied in on.linked if tied & keys and isinstance(each, Netted)]
    if not people or not netting:
        return barred, needs
    picks = [pick for each in netting for pick in picks_in(each)]
    return barred, needs, *(_netted(before, picks) for before in people)


def _netted(before: Before, picks: Sequence[Pick]) -> Hashable:
    known = before.background
    received, spouse = named_by(picks, known.received), named_by(picks, known.spouse_received)
    return tuple(received), tuple(spouse), known.sums


def answered_alone(given: Sequence[Offer], on: Ground) -> Alone:
    """As the engine answers for one person."""
    order = sorted(range(len(given)), key=lambda place: falling(given[place]))
    puzzle = laid_out(tuple(given[place] for place in order), on).puzzle
    return Alone(puzzle, order, _best(puzzle))


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
