"""The choice as numbers: what is worth how much, what bars what, which of two sets is better."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from services.policy.rules.programme import Programme, run

Bits: TypeAlias = int
"""A set of items, a bit each."""

Beside: TypeAlias = tuple[int, int, tuple[int, ...], int]
"""How a set stands to others of as much money."""

Rank: TypeAlias = tuple[int, int, int, tuple[int, ...], int]
"""Most money; then most of what is beside the money; then fewest applications, then most of the
earliest deadlines; then the first in the alphabet."""


@dataclass(frozen=True, kw_only=True)
class Puzzle:
    """Items are numbered by falling worth; nothing ever pays more than its worth.

    `groups` are policies, `deadlines` theirs by rank (none is last). Of each need one must be
    chosen with its item; of each slot's groups at most so many may be touched; `caps` say which
    items together never pay more than so much.
    """

    keys: tuple[str, ...]
    worths: tuple[int, ...]
    policies: tuple[int, ...]
    deadlines: tuple[int, ...]
    conflicts: tuple[Bits, ...]
    barred: Bits = 0
    needs: tuple[tuple[int, Bits], ...] = ()
    slots: tuple[tuple[tuple[Bits, ...], int], ...] = ()
    caps: tuple[tuple[Bits, int], ...] = ()
    programme: Programme | None = None

    @cached_property
    def free_things(self) -> Bits:
        """Rights, things in kind, and money for others: they stand beside the sum."""
        return bits_of(item for item, worth in enumerate(self.worths) if worth == 0)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Each item's weight in the alphabet; the first name weighs most."""
        order = sorted(range(len(self.keys)), key=lambda item: self.keys[item])
        weights = {item: 1 << (len(order) - 1 - place) for place, item in enumerate(order)}
        return tuple(weights[item] for item in range(len(self.keys)))

    @cached_property
    def last_deadline(self) -> int:
        return max(self.deadlines, default=0)

    def pays(self, chosen: Bits) -> int:
        if self.programme is None:
            return sum([self.worths[item] for item in items_of(chosen)])
        return sum(run(self.programme, chosen, self.worths))

    def lawful(self, chosen: Bits) -> bool:
        """Nothing barred, no two that exclude each other, every need met, no slot overfull."""
        if chosen & self.barred or any(self.conflicts[i] & chosen for i in items_of(chosen)):
            return False
        return self.needs_met(chosen) and self.slots_kept(chosen)

    def needs_met(self, chosen: Bits) -> bool:
        return all(not chosen >> item & 1 or chosen & one_of for item, one_of in self.needs)

    def slots_kept(self, chosen: Bits) -> bool:
        return all(
            sum(1 for group in groups if group & chosen) <= most for groups, most in self.slots
        )

    def rank(self, chosen: Bits) -> Rank:
        return self.pays(chosen), *self.beside_the_money(chosen)

    def beside_the_money(self, chosen: Bits) -> Beside:
        applied = {self.policies[item] for item in items_of(chosen)}
        return (
            (chosen & self.free_things).bit_count(),
            -len(applied),
            self.deadline_counts(chosen),
            sum([self.places[item] for item in items_of(chosen)]),
        )

    def deadline_counts(self, chosen: Bits) -> tuple[int, ...]:
        """How many applications close at each deadline, the earliest first."""
        counts = [0] * (self.last_deadline + 1)
        due = {self.policies[item]: self.deadlines[item] for item in items_of(chosen)}
        for deadline in due.values():
            counts[deadline] += 1
        return tuple(counts)


@dataclass(frozen=True, slots=True)
class Found:
    rank: Rank
    chosen: Bits


def items_of(bits: Bits) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def bits_of(items: Iterable[int]) -> Bits:
    bits = 0
    for item in items:
        bits |= 1 << item
    return bits
