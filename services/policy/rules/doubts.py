"""Where texts do not agree or leave something open: the stricter counts until somebody rules."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from services.policy.rules.choice import ground, parts_of, solve_part
from services.policy.rules.interactions import Together
from services.policy.rules.netting import circles
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import picks
from services.policy.rules.relations import Clash, clashes, one_purse, picked
from services.policy.rules.rulings import Prevails, Ruling, Rulings
from services.policy.rules.scene import Scene

CIRCLE = "net-of-circle"
"""Stands for the interaction where benefits are each net of the other."""


class DoubtKind(StrEnum):
    """One text allows and another forbids; or it is not said how far a text reaches, or in
    which order steps are taken; or benefits are each net of the other.
    """

    CONTRADICTION = "contradiction"
    REACH = "reach"
    ORDER = "order"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """`gain_fen` is what the package would gain by the looser reading, if there is a lawful one."""

    kind: DoubtKind
    interactions: tuple[str, ...]
    offers: tuple[str, ...]
    gain_fen: int | None


@dataclass(frozen=True, slots=True)
class Open:
    """A clash that stands by the stricter reading, and what makes it doubtful."""

    kind: DoubtKind
    interactions: tuple[str, ...]
    clash: Clash


@dataclass(frozen=True, slots=True)
class Followed:
    """A ruling, and the two offers that it says may or may not stand together."""

    ruling: Ruling
    clash: Clash


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands by the stricter reading or by a ruling, what is open, what rulings decided."""

    stands: frozenset[Clash]
    left_open: tuple[Open, ...]
    followed: tuple[Followed, ...]


def _circular(scene: Scene) -> Iterator[Clash]:
    """Of benefits that are each net of the other one at most is given."""
    for ring in circles(scene.shelf, scene.interactions):
        for one, other in combinations(ring, 2):
            first, second = sorted((one.key, other.key))
            yield Clash(first, second, CIRCLE, doubtful=True)


def settled(scene: Scene, rulings: Rulings) -> Settled:
    """A text's own exceptions and rulings are followed; of the rest the stricter reading stands."""
    against = clashes(scene.shelf, scene.interactions) | set(_circular(scene))
    offers = {offer.key: offer for offer in scene.offers}
    allowing = [each for each in scene.interactions if isinstance(each, Together)]
    texts = {each.stated.interaction_id: each.stated.policy_id for each in scene.interactions}
    stands: set[Clash] = set()
    left_open: list[Open] = []
    followed: list[Followed] = []
    for clash in sorted(against, key=lambda c: (c.one, c.other, c.interaction_id)):
        pair = offers[clash.one], offers[clash.other]
        allowed = [each for each in allowing if _allows(each, *pair)]
        if any(each.stated.policy_id == texts.get(clash.interaction_id, "") for each in allowed):
            continue
        ruled = _ruled(clash, allowed, rulings)
        followed += [Followed(each, clash) for each in ruled.values()]
        if any(each.prevails is Prevails.ALLOWS for each in ruled.values()):
            continue
        stands.add(clash)
        unruled = [each for each in allowed if each.stated.interaction_id not in ruled]
        left_open += _open(clash, unruled)
    return Settled(frozenset(stands), tuple(left_open), tuple(followed))


def _ruled(clash: Clash, allowed: Iterable[Together], rulings: Rulings) -> dict[str, Ruling]:
    """What was ruled between the statement that forbids and each that allows."""
    names = (each.stated.interaction_id for each in allowed) if rulings else ()
    found = {name: rulings.get((clash.interaction_id, name)) for name in names}
    return {name: ruling for name, ruling in found.items() if ruling is not None}


def relied_on(followed: Iterable[Followed], chosen: Iterable[Offer]) -> tuple[Ruling, ...]:
    """The rulings without which the package might be another: one of the two is in it."""
    included = {offer.key for offer in chosen}
    return each_once(
        each.ruling for each in followed if {each.clash.one, each.clash.other} & included
    )


def each_once(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """By the names of the statements in dispute."""
    return tuple(sorted(set(rulings), key=lambda each: (each.forbids, each.allows)))


def doubts(
    left_open: Sequence[Open], scene: Scene, against: frozenset[Clash], chosen: Iterable[Offer]
) -> list[Doubt]:
    """Only what bears on the package: a clash of something chosen, an order that costs."""
    included = {offer.key: offer for offer in chosen}
    found = [
        Doubt(
            kind=each.kind,
            interactions=each.interactions,
            offers=(each.clash.one, each.clash.other),
            gain_fen=None if each.kind is DoubtKind.CIRCLE else _gain(each.clash, scene, against),
        )
        for each in left_open
        if len({each.clash.one, each.clash.other} & included.keys()) == 1
    ]
    return found + [_order(offer) for offer in included.values() if _has_other_order(offer)]


def _open(clash: Clash, allowed: Sequence[Together]) -> Iterator[Open]:
    if clash.interaction_id == CIRCLE:
        yield Open(DoubtKind.CIRCLE, (CIRCLE,), clash)
    elif clash.doubtful:
        yield Open(DoubtKind.REACH, (clash.interaction_id,), clash)
    for each in allowed:
        ids = (each.stated.interaction_id, clash.interaction_id)
        yield Open(DoubtKind.CONTRADICTION, ids, clash)


def _allows(together: Together, one: Offer, other: Offer) -> bool:
    forth = picks(together.target, one) and picked(together.others, other)
    back = picks(together.target, other) and picked(together.others, one)
    return (forth or back) and one_purse(one, other)


def _gain(clash: Clash, scene: Scene, against: frozenset[Clash]) -> int:
    """By how much the best set grows when these two may stand together by that statement."""
    return _best(scene, against - {clash}, clash) - _best(scene, against, clash)


def _best(scene: Scene, against: frozenset[Clash], clash: Clash) -> int:
    on = ground(scene, against)
    both = {clash.one, clash.other}
    parts = [part for part in parts_of(on) if both & {offer.key for offer in part}]
    return sum(solve_part(part, on).best.rank[0] for part in parts)


def _has_other_order(offer: Offer) -> bool:
    return offer.worth.other_order_fen is not None


def _order(offer: Offer) -> Doubt:
    other = offer.worth.other_order_fen or 0
    gain = other - offer.worth.most_fen
    return Doubt(kind=DoubtKind.ORDER, interactions=(), offers=(offer.key,), gain_fen=gain)
