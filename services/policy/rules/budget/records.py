"""What people had before: most had nothing that bears on a choice, and those are alike."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

import numpy as np

from services.policy.rules.budget.crowd import Crowd
from services.policy.rules.budget.groups import alike_in
from services.policy.rules.bulk.bits import Bits, Flags, packed
from services.policy.rules.bulk.columns import Numbers, narrow
from services.policy.rules.facts import FactView, Receipt
from services.policy.rules.held import POLICIES_HELD, ever_held_policies
from services.policy.rules.picks import Pick, Target
from services.policy.rules.receipts import named_by, receipts_in

NOTHING = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """`of` is everybody's record; each pair of `record` and `place` is one thing named in one.

    `some` are those in whose record anything is named; `names` says whether texts speak of it.
    """

    of: Numbers
    some: Bits
    count: int
    named: Sequence[object]
    record: Numbers
    place: Numbers
    names: Callable[[Pick, object], bool]
    _wanted: dict[Pick, Flags] = field(default_factory=dict, repr=False)

    def concerned(self, picks: Sequence[Pick]) -> Flags:
        """Which records hold what is named."""
        found = np.zeros(self.count, dtype=np.bool_)
        wanted = reduce(or_, map(self._things, picks), np.zeros(len(self.named), dtype=np.bool_))
        if wanted.any():
            found[self.record[wanted[self.place]]] = True
        return found

    def bearing(self, concerned: Flags, people: Numbers) -> Numbers | None:
        """Their record where it is concerned; all others are alike."""
        if not concerned.any():
            return None
        records = self.of.take(people)
        found: Numbers = np.where(concerned.take(records), records, NOTHING)
        return found

    def _things(self, pick: Pick) -> Flags:
        """Which of the things named are meant."""
        if pick not in self._wanted:
            meant = [self.names(pick, each) for each in self.named]
            self._wanted[pick] = np.array(meant, dtype=np.bool_)
        return self._wanted[pick]


def receipts_of(crowd: Crowd, ledger: str) -> Records:
    """By what they are for, whatever was paid on which day."""

    def things(view: FactView) -> Iterable[Hashable]:
        return {replace(each, fen=0, paid_on=None) for each in receipts_in(view, ledger)}

    return _records_in(crowd, ledger, things, _is_received)


def enjoyed_by(crowd: Crowd) -> Records:
    """By all that was ever held: a text may ask for that."""
    return _records_in(crowd, POLICIES_HELD, ever_held_policies, _is_held)


def _records_in(
    crowd: Crowd,
    fact: str,
    things: Callable[[FactView], Iterable[Hashable]],
    names: Callable[[Pick, object], bool],
) -> Records:
    groups = alike_in([crowd.said(fact)], crowd.count)
    found: dict[Hashable, int] = {}
    pairs: list[tuple[int, int]] = []
    for record, first in enumerate(groups.first):
        person = crowd.person(int(first), frozenset({fact}))
        pairs += [(record, found.setdefault(thing, len(found))) for thing in things(person)]
    numbers = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    naming = np.zeros(len(groups.first), dtype=np.bool_)
    naming[numbers[:, 0]] = True
    return Records(
        of=narrow(groups.of),
        some=packed(naming[groups.of]),
        count=len(groups.first),
        named=tuple(found),
        record=numbers[:, 0],
        place=numbers[:, 1],
        names=names,
    )


def _is_received(pick: Pick, thing: object) -> bool:
    return isinstance(thing, Receipt) and bool(named_by([pick], [thing]))


def _is_held(pick: Pick, thing: object) -> bool:
    return isinstance(pick, Target) and pick.policy_id == thing
