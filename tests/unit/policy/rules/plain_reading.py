"""A second reading of what texts say, written as plainly as can be, to hold the first against."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations
from typing import TypeAlias

from ortools.sat.python import cp_model

from services.policy.rules import Interaction
from services.policy.rules.facts import Receipt
from services.policy.rules.interactions import (
    Cap,
    ChooseOne,
    DeductPrior,
    Exclusive,
    FirstMoneyOnly,
    Highest,
    Once,
    Prefer,
    Requires,
    Slots,
    Terminates,
    Together,
    TopUp,
)
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import ByItem, Pick, Target

Group: TypeAlias = tuple[Offer, ...]


def lawful_groups(
    offers: Sequence[Offer], said: Sequence[Interaction], had: Sequence[Receipt] = ()
) -> Iterator[Group]:
    """`had` are receipts that name their benefit; all that is said stands in one text."""
    standing = [each for each in offers if not _is_barred(each, offers, said, had)]
    for size in range(len(standing) + 1):
        for group in combinations(standing, size):
            if all(_keeps(group, each, said) for each in said) and _based(group, said, had):
                yield group


def pays(group: Group, said: Sequence[Interaction]) -> int:
    """Deductions and top-ups of what is net of nothing first; then all the caps at once."""
    fen = {offer.key: offer.counted_fen for offer in group}
    for offer in sorted(group, key=lambda each: each.key, reverse=True):
        fen[offer.key] = _net(offer, group, fen, said)
    caps = [each for each in said if isinstance(each, Cap)]
    held = [frozenset(o.key for o in group if _named(cap.members, o)) for cap in caps]
    return most_under(fen, held, [_fen(cap) for cap in caps])


def most_under(fen: Mapping[str, int], held: Sequence[frozenset[str]], rooms: Sequence[int]) -> int:
    """The most in sum that every cap allows, as numbers for which nothing else is asked."""
    free = sum(fen[key] for key in fen if not any(key in each for each in held))
    wanted = tuple(sorted((fen[key], *(key in each for each in held)) for key in fen))
    capped = tuple(each for each in wanted if any(each[1:]) and each[0])
    return free + _most(capped, tuple(rooms))


@cache
def _most(wanted: tuple[tuple[int, ...], ...], rooms: tuple[int, ...]) -> int:
    if all(sum(w[0] for w in wanted if w[n + 1]) <= room for n, room in enumerate(rooms)):
        return sum(each[0] for each in wanted)
    if len(rooms) == 1:
        return rooms[0]
    model = cp_model.CpModel()
    paid = [model.new_int_var(0, each[0], "fen") for each in wanted]
    for number, room in enumerate(rooms, start=1):
        model.add(sum([p for p, w in zip(paid, wanted, strict=True) if w[number]]) <= room)
    model.maximize(sum(paid))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return int(solver.objective_value)


def _fen(cap: Cap) -> int:
    assert isinstance(cap.most, int)
    return cap.most


def _net(offer: Offer, group: Group, fen: dict[str, int], said: Sequence[Interaction]) -> int:
    """In the worlds of these tests a benefit is net of later names only."""
    others = [each for each in group if each.key != offer.key]
    left = fen[offer.key]
    deductions = [s for s in said if isinstance(s, DeductPrior) and _is(s.target, offer)]
    had = [o for o in others if any(_named(each.members, o) for each in deductions)]
    left = max(0, left - sum(fen[each.key] for each in had))
    for top_up in said:
        if isinstance(top_up, TopUp) and _is(top_up.target, offer) and top_up.total_cap:
            bases = sum(fen[o.key] for o in others if _named(top_up.bases, o))
            left = max(0, min(left, top_up.total_cap.fen - bases))
    return left


def _is_barred(
    offer: Offer, offers: Sequence[Offer], said: Sequence[Interaction], had: Sequence[Receipt]
) -> bool:
    """By what was had, or by what goes before it whether or not that is chosen."""
    for each in said:
        against: list[Offer | Receipt] = []
        match each:
            case Prefer(members=members) if _named(members, offer):
                newer = [o for o in offers if _named(members, o) and _day(o) > _day(offer)]
                against += [o for o in newer if o.policy_id != offer.policy_id]
            case Once(members=members) if _named(members, offer):
                against += [one for one in had if _named(members, one)]
            case FirstMoneyOnly(target=target, earlier=earlier) if _is(target, offer):
                against += [one for one in had if _named(earlier, one) and not _is_own(one, offer)]
            case _:
                pass
        if any(not _excepted(offer, one, said) for one in against):
            return True
    return False


def _is_own(one: Receipt, offer: Offer) -> bool:
    return (one.policy_id, one.benefit_id) == (offer.policy_id, offer.benefit_id)


def _day(offer: Offer) -> date:
    return offer.standing.published or date.min


def _excepted(one: Offer, other: Offer | Receipt, said: Sequence[Interaction]) -> bool:
    """The text allows the two after all."""
    for each in said:
        if isinstance(each, Together):
            forth = _is(each.target, one) and _named(each.others, other)
            if forth or (_is(each.target, other) and _named(each.others, one)):
                return True
    return False


def _keeps(group: Group, each: Interaction, said: Sequence[Interaction]) -> bool:
    if isinstance(each, Slots):
        chosen = {offer.policy_id for offer in group if _named(each.members, offer)}
        if each.most > 1:
            return len(chosen) <= each.most
    return not any(
        _forbids(each, one, other) and not _excepted(one, other, said)
        for one in group
        for other in group
        if one.key != other.key
    )


def _forbids(said: Interaction, one: Offer, other: Offer) -> bool:
    match said:
        case Exclusive(target=target, excludes=others) | Terminates(target=target, ends=others):
            return _is(target, one) and _named(others, other)
        case ChooseOne(members=members) | Highest(members=members) | Slots(members=members):
            both = _named(members, one) and _named(members, other)
            return both and one.policy_id != other.policy_id
        case _:
            return False


def _based(group: Group, said: Sequence[Interaction], had: Sequence[Receipt]) -> bool:
    for offer in group:
        top_ups = [s for s in said if isinstance(s, TopUp) and _is(s.target, offer)]
        others = [each for each in group if each.key != offer.key]
        if top_ups and not any(_named(t.bases, o) for t in top_ups for o in others):
            return False
        needing = [s for s in said if isinstance(s, Requires) and _is(s.target, offer)]
        there: list[Offer | Receipt] = [*others, *had]
        if not all(any(_named(each.needs, one) for one in there) for each in needing):
            return False
    return True


def _named(picks: Sequence[Pick], offer: Offer | Receipt) -> bool:
    return any(_is(pick, offer) for pick in picks)


def _is(pick: Pick, offer: Offer | Receipt) -> bool:
    match pick:
        case Target(policy_id=policy_id, benefit_id=None):
            return policy_id == offer.policy_id
        case Target(policy_id=policy_id, benefit_id=benefit_id):
            return (policy_id, benefit_id) == (offer.policy_id, offer.benefit_id)
        case ByItem(cost_item=cost_item):
            return cost_item == offer.cost_item
