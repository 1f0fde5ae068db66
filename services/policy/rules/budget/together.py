"""One part of what many are offered, as numbers: the best set for each, and what it pays them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from services.policy.rules.budget.groups import alike_in, members_of
from services.policy.rules.budget.lessening import cross
from services.policy.rules.budget.running import ROOM, Sums, can_run, least, run
from services.policy.rules.budget.sought import Packages, Sought
from services.policy.rules.bulk.bits import Flags
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.choice import Ground, Laid, laid_out
from services.policy.rules.interactions import APART, Cap, Capping
from services.policy.rules.netting import circles
from services.policy.rules.programme import Programme
from services.policy.rules.puzzle import Bits, Puzzle, items_of
from services.policy.rules.scene import falling

CELLS = 1_000_000
"""So many sums are held at once: people times sets times steps."""

MOST_PAIRS = 62
"""So many bits has a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One part as numbers: `columns` are its items, in the order of the first row."""

    sought: Sought
    columns: Sequence[int]
    on: Ground
    laid: Laid
    most: Sums
    least: Sums

    @classmethod
    def of(cls, sought: Sought, columns: Sequence[int], on: Ground) -> "Together | None":
        """None where what is paid hangs on more than is reckoned for many."""
        ordered = sorted(columns, key=lambda each: falling(sought.offers[each]))
        laid = laid_out(tuple(sought.offers[each] for each in ordered), on)
        most = [sought.most[:, each] for each in ordered]
        if not _can_be_settled(laid, max(int(each.max()) for each in most)):
            return None
        low = [sought.least[:, each] for each in ordered]
        return cls(sought=sought, columns=ordered, on=on, laid=laid, most=most, least=low)

    @property
    def puzzle(self) -> Puzzle:
        return self.laid.puzzle

    def best_of(self, sets: Sequence[Bits]) -> Numbers:
        """For everybody the place of the best set: of as much money the first."""
        count, items = len(self.most[0]), range(len(self.columns))
        if len(sets) == 1:
            return np.zeros(count, dtype=np.int64)
        chosen = [np.array([each >> item & 1 for each in sets]) for item in items]
        best = np.zeros(count, dtype=np.int64)
        programme = self.puzzle.programme
        steps = len(items) if programme is None else len(programme.operations)
        size = max(1, CELLS // (len(sets) * steps))
        for start in range(0, count, size):
            rows = slice(start, start + size)
            fen = [each[rows, None] for each in self.most]
            if programme is None:
                paid = [one * other for one, other in zip(fen, chosen, strict=True)]
            else:
                paid = run(programme, chosen, fen)
            best[rows] = np.argmax(sum(paid), axis=1)
        return best

    def order(self) -> "_Order | None":
        """In which order people's sums are filled under caps; none where nothing is capped."""
        pairs = _pairs_under_caps(self.laid)
        if not pairs:
            return None
        return _Order(
            pairs, [self._filled_before(*pair) for pair in pairs], nested=_nested(self.laid)
        )

    def _filled_before(self, one: int, other: int) -> Flags:
        """What is surest is filled first, then what is most, then by name."""
        sure, surer = self.least[one], self.least[other]
        found: Flags = (sure > surer) | ((sure == surer) & (self.most[one] >= self.most[other]))
        return found

    def programmes(
        self, rows: Numbers, chosen: Bits, order: "_Order | None"
    ) -> Iterator[tuple[Numbers, Programme | None]]:
        """Whoever's chosen sums are filled in the same order is paid by the same steps."""
        if order is None:
            yield rows, self.puzzle.programme
            return
        filled = order.of(chosen)
        for group in members_of(alike_in([filled[rows]], len(rows))):
            alike = rows[group]
            first = int(alike[0])
            yield alike, self.puzzle.programme if filled[first] == filled[0] else self._laid(first)

    def _laid(self, row: int) -> Programme | None:
        """The steps where the sums are those of this row, with the items numbered as here."""
        offers = tuple(self.sought.of(row, self.columns))
        return laid_out(offers, self.on).puzzle.programme

    def pay(
        self, rows: Numbers, chosen: Bits, programme: Programme | None, found: Packages
    ) -> None:
        taken = list(items_of(chosen))
        most, low = ([each[rows] for each in sums] for sums in (self.most, self.least))
        if programme is not None:
            ones = [np.array(chosen >> item & 1) for item in range(len(self.columns))]
            most, low = run(programme, ones, most), least(programme, ones, low, most)
        for item in taken:
            found.put(rows, self.columns[item], most[item], low[item])


@dataclass(frozen=True, slots=True)
class _Order:
    """For each pair of capped items who has the first filled before the second.

    Where caps are not nested, what is not chosen may still decide what is filled when.
    """

    pairs: Sequence[tuple[int, int]]
    firsts: Sequence[Numbers]
    nested: bool

    def of(self, chosen: Bits) -> Numbers:
        """Equal numbers where what is chosen is filled in the same order."""
        found = np.zeros(len(self.firsts[0]), dtype=np.int64)
        for (one, other), first in zip(self.pairs, self.firsts, strict=True):
            if not self.nested or chosen >> one & chosen >> other & 1:
                found = found * 2 + first
        return found


def _pairs_under_caps(laid: Laid) -> list[tuple[int, int]]:
    """Items that caps hold, two by two, by name."""
    caps = [each for each in laid.interactions if isinstance(each, Capping)]
    held = laid.shelf.among(pick for each in caps for pick in each.members)
    by_name = [laid.shelf.place(each) for each in sorted(held, key=lambda each: each.key)]
    return list(combinations(by_name, 2))


def _nested(laid: Laid) -> bool:
    """Whether the caps are apart or one within the other: those for a year or contract are not."""
    caps = [each for each in laid.interactions if isinstance(each, Capping)]
    held = [frozenset(o.key for o in laid.shelf.among(each.members)) for each in caps]
    return not any(isinstance(each, Cap) and each.per in APART for each in caps) and not any(
        cross(one, other) for one, other in combinations(held, 2)
    )


def _can_be_settled(laid: Laid, most_fen: int) -> bool:
    programme = laid.puzzle.programme
    if programme is None:
        return most_fen * len(laid.puzzle.keys) < ROOM
    if circles(laid.shelf, laid.interactions) or len(_pairs_under_caps(laid)) > MOST_PAIRS:
        return False
    return can_run(programme, most_fen)
