"""What a policy offers to those it is open to: each different answer once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from services.policy.rules.budget.amounts import Amounts, priced
from services.policy.rules.budget.groups import alike_in
from services.policy.rules.budget.reach import Places, Reach, places_in
from services.policy.rules.budget.working import Offers, Worked
from services.policy.rules.bulk.bits import Flags
from services.policy.rules.bulk.columns import Numbers, narrow
from services.policy.rules.offers import less_certain
from services.policy.rules.outcome import Offer

Content: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """Each different answer once (a kind), and which one everybody has whom the policy is open to.

    Kinds of one shape differ in sums alone; `models` are answers that are alike but for the sums;
    `spread` is `kind` with a place for everybody, kept where that takes little room.
    """

    models: Sequence[Offers]
    places: Places
    kind: Numbers
    spread: Numbers | None
    model: Numbers
    shapes: Numbers
    amounts: Amounts
    _offers: dict[int, Offers] = field(default_factory=dict, compare=False, repr=False)

    @property
    def has_any(self) -> Flags:
        """For each of the people whether anything is offered."""
        found: Flags = np.array([bool(each) for each in self.models], dtype=np.bool_)
        return np.asarray(found[self.model[self.kind]])

    def of(self, people: Numbers) -> Numbers:
        if self.spread is not None:
            return self.spread.take(people)
        return self.kind.take(self.places.of(people))

    def each_once(self) -> Offers:
        """Every offer that anybody has, whatever it comes to."""
        named = {offer.key: offer for model in self.models for offer in model}
        return tuple(named[key] for key in sorted(named))

    def offers(self, kind: int) -> Offers:
        if kind not in self._offers:
            self._offers[kind] = self._priced(kind)
        return self._offers[kind]

    def _priced(self, kind: int) -> Offers:
        amounts = self.amounts.tables[:, kind].tolist()
        model = self.models[self.model[kind]]
        return tuple(priced(*each) for each in zip(model, *amounts, strict=False))


def offering_of(worked: Worked, reach: Reach, content: Callable[[Offer], Content]) -> Offering:
    """Whose reach is not certain is sure of nothing; answers with the same content are one."""
    models, model = _models(worked, content)
    both = worked.amounts.unsure_and_sure()
    alike = alike_in([model, *both.columns()], len(model))
    amounts, model = both.of(alike.first, both.width), model[alike.first]
    certain = reach.certain(worked.people)
    kind = narrow(alike.of, unsigned=True).reshape(2, -1)[certain, worked.of]
    return Offering(
        models=models,
        places=places_in(reach.maybe),
        kind=kind,
        spread=_spread(kind, worked.people, reach.count),
        model=model,
        shapes=_shapes(models, model, amounts),
        amounts=amounts,
    )


def _spread(kind: Numbers, people: Numbers, count: int) -> Numbers | None:
    if kind.itemsize > 1:
        return None
    found = np.zeros(count, dtype=kind.dtype)
    found[people] = kind
    return found


def _models(
    worked: Worked, content: Callable[[Offer], Content]
) -> tuple[Sequence[Offers], Numbers]:
    """For each row which answer it has where nothing is sure, and which where it is."""
    found: dict[Content, int] = {}
    models: list[Offers] = []
    model = np.zeros((2, len(worked.amounts.most)), dtype=np.int64)
    for rows, offers in worked.answered:
        for number, each in enumerate((less_certain(offers), offers)):
            known = found.setdefault(tuple(map(content, each)), len(found))
            if known == len(models):
                models.append(each)
            model[number, rows] = known
    return models, model.reshape(-1)


def _shapes(models: Sequence[Offers], model: Numbers, amounts: Amounts) -> Numbers:
    """Whether a sum is nothing may decide what is chosen, and so may that a part was paid."""
    found: dict[Content, int] = {}
    alike = (tuple((each.key, each.worth.paid_fen > 0) for each in offers) for offers in models)
    bones = np.array([found.setdefault(each, len(found)) for each in alike], dtype=np.int64)
    tables = amounts.most > 0, amounts.promised > 0
    columns = [table[:, place] for table in tables for place in range(amounts.width)]
    return alike_in([bones[model], *columns], len(model)).of


def content_of(offer: Offer) -> Content:
    """What is chosen by and is not the same for all whom it is offered to, besides the sums."""
    worth = offer.worth
    return offer.key, offer.certain, worth.missing, worth.kind, worth.paid_fen


def content_and_steps_of(offer: Offer) -> Content:
    """Of what may be one text under two names each sum and step counts: twins are known by them."""
    worth = offer.worth
    sums = worth.least_fen, worth.most_fen, worth.other_order_fen
    return *content_of(offer), *sums, worth.steps
