"""Interactions read against actual offers: which pairs conflict, what a chosen set really pays."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from services.policy.rules.amount import Money, over_term
from services.policy.rules.interactions import (
    ByItem,
    Cap,
    ChooseOne,
    DeductPrior,
    Exclusive,
    Highest,
    Interaction,
    Pick,
    Target,
    TopUp,
)
from services.policy.rules.outcome import Offer

_Some = TypeVar("_Some")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two offers that cannot stand together, and the interaction that says so."""

    one: str
    other: str
    interaction_id: str


def picks(pick: Pick, offer: Offer) -> bool:
    match pick:
        case Target(policy_id=policy_id, benefit_id=benefit_id):
            return policy_id == offer.policy_id and benefit_id in (None, offer.benefit_id)
        case ByItem(cost_item=cost_item, issuers=issuers):
            return cost_item == offer.cost_item and (not issuers or offer.issuer in issuers)


def clashes(offers: Sequence[Offer], interactions: Iterable[Interaction]) -> frozenset[Clash]:
    found: set[Clash] = set()
    for interaction in interactions:
        for one, other in _pairs(interaction, offers):
            first, second = sorted((one.key, other.key))
            found.add(Clash(first, second, interaction.stated.interaction_id))
    return frozenset(found)


def net(
    chosen: Sequence[Offer],
    interactions: Sequence[Interaction],
    fen_of: Callable[[Offer], int],
) -> dict[str, int]:
    """What each chosen offer pays beside the others: deductions, then top-ups, then caps."""
    fen = {offer.key: fen_of(offer) for offer in chosen}
    _deduct(list(_only(interactions, DeductPrior)), chosen, fen)
    for top_up in _only(interactions, TopUp):
        _top_up(top_up, chosen, fen)
    for cap in _only(interactions, Cap):
        _cap(cap, chosen, fen)
    return fen


def without_base(
    offer: Offer,
    chosen: Iterable[Offer],
    interactions: Iterable[Interaction],
    held: frozenset[str],
) -> TopUp | None:
    """A top-up of the offer when no base of any is held or among the chosen."""
    needs = [each for each in _only(interactions, TopUp) if picks(each.target, offer)]
    others = [each for each in chosen if each.key != offer.key]
    if not needs or any(_has_base(each, others, held) for each in needs):
        return None
    return needs[0]


def lessens(
    offer: Offer, chosen: Sequence[Offer], interactions: Iterable[Interaction]
) -> Iterator[tuple[str, str]]:
    """Interactions by which the offer would lower what a chosen one pays, and that one."""
    for interaction in interactions:
        if isinstance(interaction, DeductPrior | TopUp | Cap):
            tied = linked([offer, *chosen], interaction)
            if offer in tied:
                yield from (
                    (interaction.stated.interaction_id, other.key)
                    for other in tied
                    if other.key != offer.key
                )


def linked(offers: Sequence[Offer], interaction: Interaction) -> list[Offer]:
    """The offers an interaction ties together, so that they must be decided together."""
    members = _all_picks(interaction)
    return [offer for offer in offers if any(picks(pick, offer) for pick in members)]


def _pairs(interaction: Interaction, offers: Sequence[Offer]) -> Iterator[tuple[Offer, Offer]]:
    match interaction:
        case Exclusive(target=target, excludes=excludes):
            for pick in excludes:
                yield from _between(_groups((target,), offers), _groups((pick,), offers))
        case ChooseOne(members=members) | Highest(members=members):
            for left, right in combinations(_groups(members, offers), 2):
                yield from _between([left], [right])
        case _:
            return


def _groups(members: Iterable[Pick], offers: Sequence[Offer]) -> list[list[Offer]]:
    """One group for each named member, one for each policy a cost item finds."""
    groups: dict[object, list[Offer]] = {}
    for pick in members:
        for offer in offers:
            if picks(pick, offer):
                name = pick if isinstance(pick, Target) else (pick, offer.policy_id)
                groups.setdefault(name, []).append(offer)
    return list(groups.values())


def _between(lefts: list[list[Offer]], rights: list[list[Offer]]) -> Iterator[tuple[Offer, Offer]]:
    for left in lefts:
        for right in rights:
            shared = {offer.key for offer in left} & {offer.key for offer in right}
            for one in left:
                for other in right:
                    if not {one.key, other.key} <= shared and one.key != other.key:
                        yield one, other


def _deduct(
    deductions: Sequence[DeductPrior], chosen: Sequence[Offer], fen: dict[str, int]
) -> None:
    """Each payment is taken off a target once, however many statements name it."""
    paid = dict(fen)
    for offer in chosen:
        picked = [p for each in deductions if picks(each.target, offer) for p in each.members]
        others = (each for each in chosen if each.key != offer.key)
        received = sum(paid[o.key] for o in others if any(picks(pick, o) for pick in picked))
        fen[offer.key] = max(0, fen[offer.key] - received)


def _top_up(top_up: TopUp, chosen: Sequence[Offer], fen: dict[str, int]) -> None:
    if top_up.total_cap is None:
        return
    for offer in chosen:
        if not picks(top_up.target, offer):
            continue
        months = offer.worth.counted_months
        base = sum(
            _share(each, fen[each.key], months)
            for each in chosen
            if any(picks(pick, each) for pick in top_up.bases)
        )
        room = _total(top_up.total_cap, months) - base
        fen[offer.key] = max(0, min(fen[offer.key], room))


def _share(base: Offer, fen: int, months: int | None) -> int:
    """What the base pays during the months of the top-up."""
    own = base.worth.counted_months
    return fen if months is None or own is None else fen * months // own


def _total(cap: Money, months: int | None) -> int:
    return over_term(cap.fen, cap.per, months)


def _cap(cap: Cap, chosen: Sequence[Offer], fen: dict[str, int]) -> None:
    room = cap.most_fen
    members = (offer for offer in chosen if any(picks(pick, offer) for pick in cap.members))
    for offer in sorted(members, key=lambda each: each.key):
        fen[offer.key] = min(fen[offer.key], room)
        room -= fen[offer.key]


def _has_base(top_up: TopUp, others: list[Offer], held: frozenset[str]) -> bool:
    if any(isinstance(pick, Target) and pick.policy_id in held for pick in top_up.bases):
        return True
    return any(picks(pick, offer) for pick in top_up.bases for offer in others)


def _all_picks(interaction: Interaction) -> tuple[Pick, ...]:
    match interaction:
        case Exclusive(target=target, excludes=others):
            return (target, *others)
        case TopUp(target=target, bases=others) | DeductPrior(target=target, members=others):
            return (target, *others)
        case ChooseOne(members=members) | Highest(members=members) | Cap(members=members):
            return members
        case _:
            return ()


def _only(interactions: Iterable[Interaction], kind: type[_Some]) -> Iterator[_Some]:
    return (each for each in interactions if isinstance(each, kind))
