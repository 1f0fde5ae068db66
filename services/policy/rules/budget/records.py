"""What people had before: most had nothing that bears on a choice, and those are alike."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.policy.rules.budget.crowd import Crowd
from services.policy.rules.budget.groups import alike_in
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.evaluate import POLICIES_HELD
from services.policy.rules.facts import FactView, Receipt
from services.policy.rules.leaves import as_codes
from services.policy.rules.receipts import receipts_in


@dataclass(frozen=True, slots=True)
class Records:
    """`of` is everybody's record; each pair of `record` and `place` is one thing named in one."""

    of: Numbers
    count: int
    named: Sequence[object]
    record: Numbers
    place: Numbers

    def bearing(self, matters: Callable[[object], bool]) -> Numbers | None:
        """Everybody's record where it names what matters; all others are alike."""
        wanted = np.array([matters(each) for each in self.named], dtype=np.bool_)
        if not wanted.any():
            return None
        concerned = np.zeros(self.count, dtype=np.bool_)
        concerned[self.record[wanted[self.place]]] = True
        found: Numbers = np.where(concerned[self.of], self.of, -1)
        return found


def records_in(
    crowd: Crowd, fact: str, things: Callable[[FactView], Iterable[Hashable]]
) -> Records:
    groups = alike_in([crowd.said(fact)], crowd.count)
    found: dict[Hashable, int] = {}
    pairs: list[tuple[int, int]] = []
    for record, first in enumerate(groups.first):
        person = crowd.person(int(first), frozenset({fact}))
        pairs += [(record, found.setdefault(thing, len(found))) for thing in things(person)]
    numbers = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Records(groups.of, len(groups.first), tuple(found), numbers[:, 0], numbers[:, 1])


def received_in(ledger: str) -> Callable[[FactView], Iterable[Receipt]]:
    """Receipts by what they are for, whatever was paid on which day."""
    return lambda view: {replace(e, fen=0, paid_on=None) for e in receipts_in(view, ledger)}


def held_in(view: FactView) -> frozenset[str]:
    said = view.all_on(POLICIES_HELD, view.valid_at)
    return frozenset(code for fact in said for code in as_codes(fact.value))
