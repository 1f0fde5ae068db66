"""Whom each policy is open to, surely or perhaps, and whose limiting sums are looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

import numpy as np

from services.policy.rules.bulk.bits import (
    BYTE,
    WORD,
    Bits,
    Flags,
    among,
    everybody,
    nobody,
    unpacked,
)
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.bulk.states import States
from services.policy.rules.outcome import State
from services.policy.rules.package import CERTAIN, POSSIBLE, PROMISING
from services.policy.rules.standing import obstacle
from services.policy.rules.view import ViewEntry

_UNREAD = frozenset({State.ALREADY_ENJOYED, State.WINDOW_CLOSED})
"""Of whom a policy is not judged, what it would read is not read."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where people stand among those of a set; `before` are so many in all earlier bytes of it."""

    some: Bits
    before: Numbers

    def of(self, people: Numbers) -> Numbers:
        """All of whom are in the set."""
        byte = people >> BYTE
        later = (WORD - 1) - (people.astype(np.uint8) & (WORD - 1))
        earlier = self.some.take(byte) >> 1 >> later
        found: Numbers = self.before.take(byte) + np.bitwise_count(earlier)
        return found


def places_in(some: Bits) -> Places:
    until = np.cumsum(np.bitwise_count(some), dtype=np.int64)
    return Places(some, until - np.bitwise_count(some))


@dataclass(frozen=True, slots=True)
class Reach:
    """`maybe` holds those in `sure` as well, and `sure` those in `settled`.

    Of these nobody must confirm anything any more.
    """

    count: int
    settled: Bits
    sure: Bits
    maybe: Bits

    @property
    def people(self) -> Numbers:
        return np.flatnonzero(unpacked(self.maybe, self.count))

    def certain(self, people: Numbers) -> Numbers:
        """For each of these people whether a sum may be certain: nothing or one."""
        return among(self.settled, people).view(np.int8)


def reach_of(states: States, count: int) -> Reach:
    return Reach(
        count,
        _in(states, CERTAIN, count),
        _in(states, PROMISING, count),
        _in(states, POSSIBLE, count),
    )


def read_for(entries: Iterable[tuple[ViewEntry, States]], day: date, count: int) -> Flags:
    """For whom at least one of these policies is judged, so that its sums are known."""
    found = nobody(count)
    for entry, states in entries:
        unread = _in(states, _UNREAD, count)
        if obstacle(entry.policy, day, entry.ended) is None:
            found |= everybody(count) & ~unread
    return unpacked(found, count)


def _in(states: Mapping[State, Bits], wanted: frozenset[State], count: int) -> Bits:
    return reduce(or_, (bits for state, bits in states.items() if state in wanted), nobody(count))
