"""What a policy offers, worked out once for all of whom the same is said but for their sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from services.policy.rules.amount import Payee
from services.policy.rules.budget.amounts import Amounts, nothing
from services.policy.rules.budget.crowd import Crowd
from services.policy.rules.budget.groups import alike_in, members_of
from services.policy.rules.budget.reads import deducted, facts_read
from services.policy.rules.budget.reckoning import Reckoning, stated_in
from services.policy.rules.budget.records import Records
from services.policy.rules.bulk.bits import Flags
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.facts import FactView
from services.policy.rules.offers import around_of, offers_of
from services.policy.rules.outcome import Offer
from services.policy.rules.policy import Policy
from services.policy.rules.receipts import RECEIPTS

Offers: TypeAlias = tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Worked:
    """`of` is the row of each of the people; rows that differ in sums alone have one answer."""

    people: Numbers
    of: Numbers
    answered: Sequence[tuple[Numbers, Offers]]
    amounts: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A policy, the people it may be open to, and the facts of which only the sum is read."""

    policy: Policy
    crowd: Crowd
    received: Records
    people: Numbers
    horizon: int
    sums: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Told:
    """Rows of people of whom all is said alike but sums; `view` is what is known of the first."""

    rows: Numbers
    view: FactView
    offers: Offers


def worked_out(asked: Asked) -> Worked:
    had = asked.received.bearing(asked.received.concerned(deducted(asked.policy)), asked.people)
    said = {fact: asked.crowd.said(fact)[asked.people] for fact in facts_read(asked.policy)}
    groups = alike_in(_all(said.values(), had), len(asked.people))
    rows = asked.people[groups.first]
    stated, known = _stated(asked, rows)
    columns = [
        np.where(known, 0, each[groups.first]) if fact in asked.sums else each[groups.first]
        for fact, each in said.items()
    ]
    before = None if had is None else had[groups.first]
    alike = members_of(alike_in([known, *_all(columns, before)], len(rows)))
    read = frozenset(said) if had is None else frozenset({*said, RECEIPTS})
    told = [_told(asked, each, asked.crowd.person(int(rows[each[0]]), read)) for each in alike]
    amounts = nothing(len(rows), max((len(each.offers) for each in told), default=0))
    for each in told:
        _fill(amounts, asked, each, stated if known[each.rows[0]] else {})
    return Worked(asked.people, groups.of, [(each.rows, each.offers) for each in told], amounts)


def _all(columns: Iterable[Numbers], had: Numbers | None) -> list[Numbers]:
    return [*columns] if had is None else [*columns, had]


def _told(asked: Asked, rows: Numbers, view: FactView) -> _Told:
    return _Told(rows, view, offers_of(asked.policy, view, asked.horizon))


def _stated(asked: Asked, people: Numbers) -> tuple[dict[str, Numbers], Flags]:
    """The sums of these people, and of whom all of them are known."""
    stated = {fact: asked.crowd.stated(fact) for fact in sorted(asked.sums)}
    found = {fact: each for fact, each in stated.items() if each is not None}
    if not found or len(found) < len(stated):
        return {}, np.zeros(len(people), dtype=np.bool_)
    known: Flags = np.logical_and.reduce([each.known[people] for each in found.values()])
    return {fact: each.fen[people] for fact, each in found.items()}, known


def _fill(amounts: Amounts, asked: Asked, told: _Told, stated: Mapping[str, Numbers]) -> None:
    benefits = {each.benefit_id: each for each in asked.policy.benefits}
    own = {fact: fen[told.rows] for fact, fen in stated.items()}
    for place, offer in enumerate(told.offers):
        benefit = benefits[offer.benefit_id]
        least, most = _span(offer)
        if own and benefit.pay is not None and stated_in(benefit):
            around = around_of(asked.policy, benefit, asked.horizon, offer.standing.contract)
            reckoning = Reckoning(benefit=benefit, around=around, view=told.view, stated=own)
            least, most = reckoning.spans(benefit.pay)
        amounts.promised[told.rows, place] = most
        if offer.payee is Payee.PERSON:
            amounts.most[told.rows, place] = most
            amounts.least[told.rows, place] = least if offer.certain else 0


def _span(offer: Offer) -> tuple[Numbers, Numbers]:
    return np.array(offer.worth.least_fen), np.array(offer.worth.most_fen)
