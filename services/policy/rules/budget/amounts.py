"""What offers come to, as a table: a row for each group of people, a column for each offer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import structs

from services.policy.rules.amount import Payee
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.outcome import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Rows with fewer offers are filled up with nothing.

    `most` counts for the person, `least` of that for sure; `promised` is paid to whomever.
    """

    most: Numbers
    least: Numbers
    promised: Numbers

    @property
    def width(self) -> int:
        return int(self.most.shape[1])

    def columns(self) -> Iterator[Numbers]:
        """Columns in which rows differ."""
        for place in range(self.width):
            most, least, promised = (each[:, place] for each in self._tables)
            yield most
            yield from (each for each in (least, promised) if not np.array_equal(each, most))

    def of(self, rows: Numbers, width: int) -> "Amounts":
        most, least, promised = (each[rows, :width] for each in self._tables)
        return Amounts(most=most, least=least, promised=promised)

    def unsure_and_sure(self) -> "Amounts":
        """Every row twice: first where nothing is sure, then as it is."""
        unsure = np.zeros_like(self.least)
        return Amounts(
            most=np.vstack([self.most, self.most]),
            least=np.vstack([unsure, self.least]),
            promised=np.vstack([self.promised, self.promised]),
        )

    @property
    def _tables(self) -> tuple[Numbers, Numbers, Numbers]:
        return self.most, self.least, self.promised


def nothing(rows: int, width: int) -> Amounts:
    """To be filled in."""
    most, least, promised = np.zeros((3, rows, width), dtype=np.int64)
    return Amounts(most=most, least=least, promised=promised)


def beside(amounts: Sequence[Amounts]) -> Amounts:
    """The columns of all, one after the other."""
    return Amounts(
        most=np.hstack([each.most for each in amounts]),
        least=np.hstack([each.least for each in amounts]),
        promised=np.hstack([each.promised for each in amounts]),
    )


def priced(offer: Offer, most: int, least: int, promised: int) -> Offer:
    """The same offer where it comes to so much; what is for others stays nothing for the person."""
    if (offer.counted_fen, offer.least_fen, offer.worth.most_fen) == (most, least, promised):
        return offer
    sure = offer.payee is Payee.PERSON or offer.certain
    worth = structs.replace(offer.worth, least_fen=least, most_fen=promised)
    return structs.replace(offer, certain=sure, worth=worth)
