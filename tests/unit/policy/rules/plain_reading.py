"""A second reading of what texts say, written as plainly as can be, to hold the first against."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import TypeAlias

from ortools.sat.python import cp_model

from services.policy.rules import Interaction
from services.policy.rules.interactions import (
    Cap,
    ChooseOne,
    DeductPrior,
    Exclusive,
    Highest,
    TopUp,
)
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import ByItem, Pick, Target

Group: TypeAlias = tuple[Offer, ...]


def lawful_groups(offers: Sequence[Offer], said: Sequence[Interaction]) -> Iterator[Group]:
    for size in range(len(offers) + 1):
        for group in combinations(offers, size):
            if all(_keeps(group, each) for each in said) and _based(group, said):
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


def _keeps(group: Group, said: Interaction) -> bool:
    match said:
        case Exclusive(target=target, excludes=excludes):
            return not any(
                _is(target, one) and _named(excludes, other)
                for one in group
                for other in group
                if one.key != other.key
            )
        case ChooseOne(members=members) | Highest(members=members):
            chosen = {offer.policy_id for offer in group if _named(members, offer)}
            return len(chosen) <= 1
        case _:
            return True


def _based(group: Group, said: Sequence[Interaction]) -> bool:
    for offer in group:
        top_ups = [s for s in said if isinstance(s, TopUp) and _is(s.target, offer)]
        others = [each for each in group if each.key != offer.key]
        if top_ups and not any(_named(t.bases, o) for t in top_ups for o in others):
            return False
    return True


def _named(picks: Sequence[Pick], offer: Offer) -> bool:
    return any(_is(pick, offer) for pick in picks)


def _is(pick: Pick, offer: Offer) -> bool:
    match pick:
        case Target(policy_id=policy_id, benefit_id=None):
            return policy_id == offer.policy_id
        case Target(policy_id=policy_id, benefit_id=benefit_id):
            return (policy_id, benefit_id) == (offer.policy_id, offer.benefit_id)
        case ByItem(cost_item=cost_item):
            return cost_item == offer.cost_item
