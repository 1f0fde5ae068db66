"""The same benefit stated twice, under one name or two: reported, and never paid twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from msgspec import structs

from services.policy.rules.outcome import Offer, Standing

Purpose: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """The offer that counts, and the one that says the same."""

    kept: str
    other: str


def without_twins(offers: Iterable[Offer]) -> tuple[list[Offer], list[Twin]]:
    """Of offers that say the same a certain one stays, and of several the first issued."""
    kept: list[Offer] = []
    twins: list[Twin] = []
    by_purpose: dict[Purpose, list[Offer]] = {}
    for offer in sorted(offers, key=_before):
        same = by_purpose.setdefault(_purpose(offer), [])
        first = next((each for each in same if _is_twin(each, offer)), None)
        if first is None:
            same.append(offer)
            kept.append(offer)
        else:
            twins.append(Twin(first.key, offer.key))
    return kept, list(in_order(twins))


def in_order(twins: Iterable[Twin]) -> tuple[Twin, ...]:
    """By the names of those that are set aside."""
    return tuple(sorted(twins, key=lambda each: (each.other, each.kept)))


def _before(offer: Offer) -> tuple[bool, date, str]:
    return not offer.certain, offer.standing.published or date.max, offer.key


def _purpose(offer: Offer) -> Purpose:
    """To whom and for what something is given; who says so may differ."""
    standing = offer.standing
    return (
        (offer.benefit_id, offer.cost_item, offer.payee, offer.worth.missing),
        (standing.subject, standing.contract, standing.spouse),
    )


def _worth_as_much(one: Offer, other: Offer) -> bool:
    return structs.replace(one.worth, paid_fen=0) == structs.replace(other.worth, paid_fen=0)


def _is_twin(one: Offer, other: Offer) -> bool:
    """One policy given twice, or one text of the same bodies under two names."""
    if one.policy_id == other.policy_id:
        return one.key == other.key and _worth_as_much(one, other)
    return _is_one_text(one.standing, other.standing) and _worth_as_much(one, other)


def _is_one_text(one: Standing, other: Standing) -> bool:
    if not one.bodies & other.bodies:
        return False
    numbered = one.doc_no is not None and one.doc_no == other.doc_no
    return numbered or (one.title == other.title and one.published == other.published)
