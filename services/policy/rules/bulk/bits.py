"""Sets of people as packed bits: whom a condition holds for, and whom it does not."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

WORD = 8
"""People in one byte of a set; a part of the people begins at a whole byte."""

BYTE = 3
"""A person's byte is their number without so many of its last bits."""

Bits: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """Whom something holds for, and whom it does not; of all others nobody can say."""

    true: Bits
    false: Bits

    @property
    def opposite(self) -> "Split":
        return Split(self.false, self.true)


def packed(flags: Flags) -> Bits:
    return np.packbits(flags)


def unpacked(bits: Bits, count: int) -> Flags:
    return np.unpackbits(bits, count=count).view(np.bool_)


def everybody(count: int) -> Bits:
    """The bits past the last person stay empty, here and in every set."""
    return packed(np.ones(count, dtype=np.bool_))


def nobody(count: int) -> Bits:
    return np.zeros(-(-count // WORD), dtype=np.uint8)


def how_many(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def among(some: Bits, people: Places) -> Flags:
    """Which of these people are in a set."""
    # Bytes all the way: wider numbers on the way there cost several times as much.
    first = some.take(people >> BYTE) << (people.astype(np.uint8) & (WORD - 1))
    return (first >> (WORD - 1)).view(np.bool_)


def of_part(bits: Bits, part: slice) -> Bits:
    """The set within a part of the people that begins at a whole byte."""
    return bits[part.start // WORD : -(-part.stop // WORD)]
