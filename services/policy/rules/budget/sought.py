"""What many people are offered who differ in sums alone, and what they have of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from services.policy.rules.amount import Payee
from services.policy.rules.budget.amounts import priced
from services.policy.rules.bulk.bits import Flags
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.limits import filling
from services.policy.rules.outcome import Offer

Named: TypeAlias = tuple[tuple[str, int], ...]
"""What is offered, by its keys and sums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """People in rows, offers in columns; the offers themselves are those of the first row.

    `most` counts for the person, `least` of that for sure.
    """

    offers: Sequence[Offer]
    most: Numbers
    least: Numbers

    def at_most(self) -> dict[str, int]:
        """What each offer comes to for whom it comes to most, by its key."""
        most = self.most.max(axis=0).tolist()
        return {offer.key: fen for offer, fen in zip(self.offers, most, strict=True)}

    def named(self, row: int, columns: Sequence[int]) -> Named:
        """What the person in this row is offered, by its keys and what it comes to at most."""
        most = self.most[row].tolist()
        return tuple([(self.offers[each].key, most[each]) for each in columns])

    def filled(self, row: int, columns: Sequence[int]) -> tuple[int, ...]:
        """The order in which these would be filled under a cap."""
        most, least = self.most[row].tolist(), self.least[row].tolist()
        ranks = [filling(least[each], most[each], self.offers[each].key) for each in columns]
        return tuple(sorted(range(len(columns)), key=ranks.__getitem__))

    def of(self, row: int, columns: Sequence[int]) -> list[Offer]:
        """What the person in this row is offered."""
        most, least = self.most[row].tolist(), self.least[row].tolist()
        return [self._priced(each, most[each], least[each]) for each in columns]

    def _priced(self, column: int, most: int, least: int) -> Offer:
        offer = self.offers[column]
        return priced(offer, most, least, most) if offer.payee is Payee.PERSON else offer


@dataclass(frozen=True, slots=True)
class Packages:
    """What is in each person's package, and what it pays there at most and for sure."""

    chosen: Flags
    most: Numbers
    least: Numbers

    def put(
        self, rows: Numbers | slice, columns: int | Sequence[int], most: Numbers, low: Numbers
    ) -> None:
        self.chosen[rows, columns] = True
        self.most[rows, columns] = most
        self.least[rows, columns] = np.minimum(low, most)

    def put_one(self, row: int, column: int, most: int, low: int) -> None:
        self.chosen[row, column] = True
        self.most[row, column], self.least[row, column] = most, min(low, most)


def all_of(most: Numbers, low: Numbers) -> Packages:
    """Everything is taken, and pays what it comes to alone."""
    return Packages(np.ones(most.shape, dtype=np.bool_), most, np.minimum(low, most))
