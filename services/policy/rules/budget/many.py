"""The best packages of many people at once who are offered the same and differ in sums alone."""

from collections.abc import Sequence

import numpy as np

from services.policy.rules.budget.alone import Known, Naming, answered_alone
from services.policy.rules.budget.lawful import sets_of
from services.policy.rules.budget.sought import Packages, Sought
from services.policy.rules.budget.together import Together
from services.policy.rules.choice import Ground
from services.policy.rules.package import Prepared

FEW = 2
"""So many people are answered sooner one after the other."""


def packages_of(sought: Sought, ready: Prepared, known: Known) -> Packages:
    """Exactly as each of them alone would be answered; `known` are answers by the same texts."""
    shape = sought.most.shape
    found = Packages(
        np.zeros(shape, dtype=np.bool_),
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
    )
    places = {offer.key: place for place, offer in enumerate(sought.offers)}
    held, free = _held_by_texts(ready.on), []
    for part in ready.parts:
        if len(part) == 1 and part[0] not in held:
            free.append(places[part[0]])
        else:
            _settle(sought, sorted(places[key] for key in part), ready.on, found, known)
    found.put(slice(None), free, sought.most[:, free], sought.least[:, free])
    return found


def _held_by_texts(on: Ground) -> set[str]:
    """Offers that are perhaps not taken whole, even where no other is offered."""
    held = {bar.key for bar in on.bars} | {need.key for need in on.needs}
    return held.union(*(keys for _, keys in on.linked))


def _settle(
    sought: Sought, columns: Sequence[int], on: Ground, found: Packages, known: Known
) -> None:
    together = Together.of(sought, columns, on) if len(sought.most) > FEW else None
    sets = None if together is None else sets_of(together.laid.puzzle)
    if together is None or sets is None:
        _one_by_one(sought, columns, on, found, known)
        return
    best = together.best_of(sets)
    order = together.order()
    for number in np.unique(best).tolist():
        rows = np.flatnonzero(best == number)
        for alike, programme in together.programmes(rows, sets[number], order):
            together.pay(alike, sets[number], programme, found)


def _one_by_one(
    sought: Sought, columns: Sequence[int], on: Ground, found: Packages, known: Known
) -> None:
    naming = Naming.of(sought, columns, on)
    for row, least in enumerate(sought.least[:, columns].tolist()):
        name = naming.of_row(row)
        answer = known.get(name)
        if answer is None:
            answer = known[name] = answered_alone(sought.of(row, columns), on)
        for place, most, low in answer.pays(least):
            found.put_one(row, columns[place], most, low)
