"""What offers come to, as a table: a row for each group of people, a column for each offer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import structs

from services.policy.rules.amount import Payee
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.outcome import Offer


@dataclass(frozen=True, slots=True)
class Amounts:
    """Rows with fewer offers are filled up with nothing.

    `most` counts for the person, `least` of that for sure; `promised` is paid to whomever.
    """

    tables: Numbers

    @property
    def most(self) -> Numbers:
        return self._table(0)

    @property
    def least(self) -> Numbers:
        return self._table(1)

    @property
    def promised(self) -> Numbers:
        return self._table(2)

    @property
    def width(self) -> int:
        return int(self.tables.shape[2])

    def columns(self) -> Iterator[Numbers]:
        """Columns in which rows differ."""
        for place in range(self.width):
            most, least, promised = self.tables[:, :, place]
            yield most
            yield from (each for each in (least, promised) if not np.array_equal(each, most))

    def of(self, rows: Numbers, width: int) -> "Amounts":
        return Amounts(self.tables.take(rows, axis=1)[:, :, :width])

    def unsure_and_sure(self) -> "Amounts":
        """Every row twice: first where nothing is sure, then as it is."""
        unsure = Amounts(self.tables.copy())
        unsure.least[:] = 0
        return Amounts(np.concatenate((unsure.tables, self.tables), axis=1))

    def _table(self, number: int) -> Numbers:
        found: Numbers = self.tables[number]
        return found


def nothing(rows: int, width: int) -> Amounts:
    """To be filled in."""
    return Amounts(np.zeros((3, rows, width), dtype=np.int64))


def beside(amounts: Sequence[Amounts]) -> Amounts:
    """The columns of all, one after the other."""
    return Amounts(np.concatenate([each.tables for each in amounts], axis=2))


def priced(offer: Offer, most: int, least: int, promised: int) -> Offer:
    """The same offer where it comes to so much; what is for others stays nothing for the person."""
    if (offer.counted_fen, offer.least_fen, offer.worth.most_fen) == (most, least, promised):
        return offer
    sure = offer.payee is Payee.PERSON or offer.certain
    worth = structs.replace(offer.worth, least_fen=least, most_fen=promised)
    return structs.replace(offer, certain=sure, worth=worth)
