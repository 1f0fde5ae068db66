"""The orders and trees that codes are compared by: degrees, regions, and the two standards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FULL = 1000
"""A criterion wholly met; fits are counted in thousandths of this."""

NEAR, FAR = 800, 500

DISCIPLINE_LEVELS = (3, 5)
"""GB/T 13745-2009: three digits name a discipline, five a branch, seven a speciality."""

INDUSTRY_LEVELS = (3, 4)
"""GB/T 4754-2017: a letter and two digits name a division, three a group, four a class."""


@dataclass(frozen=True, slots=True)
class Scales:
    """`degrees` from the lowest to the highest; `region_lines` from a region up to its country."""

    degrees: Mapping[str, int]
    region_lines: Mapping[str, tuple[str, ...]]

    def degree_fit(self, held: str, asked: str) -> int:
        """Enough is enough: a higher degree than asked gives no more points."""
        rank = self.degrees.get(held, -1)
        return FULL if rank >= self.degrees.get(asked, len(self.degrees)) else 0

    def region_fit(self, here: str, asked: str) -> int:
        """The region itself or a part of it; else nearer the longer the way up is shared."""
        line = self.region_lines.get(here, (here,))
        if asked in line:
            return FULL
        common = set(line) & set(self.region_lines.get(asked, (asked,)))
        # The country alone is no nearness.
        return FAR if any(len(self.region_lines.get(place, ())) > 1 for place in common) else 0


def prefix_fit(held: Sequence[str], asked: Sequence[str], levels: tuple[int, int]) -> int:
    """The best of all pairs: the code asked or one below it, the narrow level, the broad one."""
    broad, narrow = levels
    best = 0
    for want in asked:
        for have in held:
            if have.startswith(want):
                return FULL
            if len(want) > narrow and have[:narrow] == want[:narrow]:
                best = max(best, NEAR)
            elif have[:broad] == want[:broad]:
                best = max(best, FAR)
    return best


def years_fit(held: int, asked: int) -> int:
    """In proportion, up to what was asked."""
    return FULL if held >= asked else FULL * max(held, 0) // asked
