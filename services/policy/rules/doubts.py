"""Where texts do not agree or leave something open: the stricter counts until somebody rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import TypeAlias

from services.policy.rules.bars import Bar, bars
from services.policy.rules.choice import Ground, ground, parts_of, solve_part
from services.policy.rules.facts import Receipt
from services.policy.rules.interactions import Together
from services.policy.rules.netting import circles
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick, Target, picks
from services.policy.rules.receipts import named_by
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
    """`gain_fen` is what the package would gain by the looser reading, if there is a lawful one.

    `offers` are those that it is about and that are in the package, or would be.
    """

    kind: DoubtKind
    interactions: tuple[str, ...]
    offers: tuple[str, ...]
    gain_fen: int | None


Against: TypeAlias = Clash | Bar
"""What forbids an offer beside another, or after what was had."""


@dataclass(frozen=True, slots=True)
class Open:
    """What stands by the stricter reading, and what makes it doubtful."""

    kind: DoubtKind
    interactions: tuple[str, ...]
    against: Against


@dataclass(frozen=True, slots=True)
class Followed:
    """A ruling, and what it says does or does not stand."""

    ruling: Ruling
    against: Against


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands by the stricter reading or by a ruling, what is open, what rulings decided."""

    stands: frozenset[Clash]
    bars: tuple[Bar, ...]
    left_open: tuple[Open, ...]
    followed: tuple[Followed, ...]


def _circular(scene: Scene) -> Iterator[Clash]:
    """Of benefits that are each net of the other one at most is given."""
    for ring in circles(scene.shelf, scene.interactions):
        for one, other in combinations(ring, 2):
            first, second = sorted((one.key, other.key))
            yield Clash(first, second, CIRCLE, doubtful=True)


def grounded(scene: Scene, rulings: Rulings) -> tuple[Ground, Settled]:
    """Everything that stands for or against the offers, and how far that is settled."""
    found = settled(scene, rulings)
    return ground(scene, found.stands, found.bars), found


def settled(scene: Scene, rulings: Rulings) -> Settled:
    """A text's own exceptions and rulings are followed; of the rest the stricter reading stands."""
    against = clashes(scene.shelf, scene.interactions) | {*_circular(scene)}
    return settled_of(against, bars(scene), scene, rulings)


def standing_bars(scene: Scene, rulings: Rulings) -> tuple[Bar, ...]:
    """Of the same only what was had before, or goes before."""
    return settled_of(frozenset(), bars(scene), scene, rulings).bars


def settled_of(
    against: Set[Clash], barring: Sequence[Bar], scene: Scene, rulings: Rulings
) -> Settled:
    """The same of these clashes and bars between the offers of a scene."""
    said = _Said.of(scene, rulings)
    # As mostly, no text allows anything: then all of it stands.
    loose = against if said.allowing else [each for each in against if each.doubtful]
    for clash in sorted(loose, key=lambda each: (each.one, each.other, each.interaction_id)):
        said.settle(clash)
    for bar in barring if said.allowing else ():
        said.settle(bar)
    return said.found(against, barring)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What texts allow, by whom, and what became of all that was held against it so far."""

    allowing: Sequence[Together]
    texts: Mapping[str, str | None]
    offers: Mapping[str, Offer]
    rulings: Rulings
    lifted: list[Against] = field(default_factory=list)
    left_open: list[Open] = field(default_factory=list)
    followed: list[Followed] = field(default_factory=list)

    @classmethod
    def of(cls, scene: Scene, rulings: Rulings) -> "_Said":
        stated = [each.stated for each in scene.interactions]
        return cls(
            allowing=[each for each in scene.interactions if isinstance(each, Together)],
            texts={each.interaction_id: each.policy_id for each in stated},
            offers={offer.key: offer for offer in scene.offers},
            rulings=rulings,
        )

    def settle(self, against: Against) -> None:
        """What is allowed for sure lifts it; what may be allowed leaves it open."""
        text = self.texts.get(against.interaction_id, "")
        allowing = [each for each in self.allowing if self._may_allow(each, against)]
        surely = [each for each in allowing if _surely_allows(each, against, self.offers)]
        if any(each.stated.policy_id == text for each in surely):
            self.lifted.append(against)
            return
        others = [each for each in allowing if each.stated.policy_id != text]
        ruled = _ruled(against.interaction_id, others, surely, self.rulings)
        self.followed.extend(Followed(each, against) for each in ruled.values())
        if any(each.prevails is Prevails.ALLOWS for each in ruled.values()):
            self.lifted.append(against)
            return
        unruled = [each for each in others if each.stated.interaction_id not in ruled]
        self.left_open.extend(_open(against, unruled))

    def found(self, against: Set[Clash], barring: Sequence[Bar]) -> Settled:
        """Of these, whatever was not lifted."""
        return Settled(
            frozenset(against).difference(self.lifted),
            tuple([each for each in barring if each not in self.lifted]),
            tuple(self.left_open),
            tuple(self.followed),
        )

    def _may_allow(self, together: Together, against: Against) -> bool:
        if isinstance(against, Clash):
            return _beside(together, self.offers[against.one], self.offers[against.other])
        offer = self.offers[against.key]
        if against.by is not None:
            return _beside(together, offer, self.offers[against.by])
        return any(_may_be_had(each, against) for each in _allowed_beside(together, offer))


def _surely_allows(together: Together, against: Against, offers: Mapping[str, Offer]) -> bool:
    """Where it may: not if it means one benefit, and which of them was had is not known."""
    if isinstance(against, Clash) or against.by is not None:
        return True
    return any(
        _may_be_had(each, against) and _surely_had(each, against.received)
        for each in _allowed_beside(together, offers[against.key])
    )


def _ruled(
    forbids: str, allowed: Iterable[Together], surely: Sequence[Together], rulings: Rulings
) -> dict[str, Ruling]:
    """What was ruled between the statement that forbids and each that allows.

    That both may be had is followed only where it is sure what was had.
    """
    found: dict[str, Ruling] = {}
    for each in allowed if rulings else ():
        name = each.stated.interaction_id
        ruling = rulings.get((forbids, name))
        if ruling is not None and (ruling.prevails is Prevails.FORBIDS or each in surely):
            found[name] = ruling
    return found


def relied_on(followed: Iterable[Followed], chosen: Iterable[Offer]) -> tuple[Ruling, ...]:
    """The rulings without which the package might be another: one of the two is in it, or was
    had."""
    included = {offer.key for offer in chosen}
    return each_once(
        each.ruling
        for each in followed
        if isinstance(each.against, Bar) or {each.against.one, each.against.other} & included
    )


def each_once(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """By the names of the statements in dispute."""
    return tuple(sorted(set(rulings), key=lambda each: (each.forbids, each.allows)))


def doubts(found: Settled, on: Ground, chosen: Iterable[Offer]) -> tuple[Doubt, ...]:
    """Only what bears on the package: without it another would be the best on this ground."""
    included = {offer.key: offer for offer in chosen}
    disputes: dict[tuple[DoubtKind, tuple[str, ...]], list[Against]] = {}
    for each in found.left_open:
        disputes.setdefault((each.kind, each.interactions), []).append(each.against)
    open_ones = [_doubt(*each, said, found, on, included.keys()) for each, said in disputes.items()]
    orders = [_order(offer) for offer in included.values() if _has_other_order(offer)]
    return doubts_in_turn([*[each for each in open_ones if each is not None], *orders])


def _doubt(
    kind: DoubtKind,
    interactions: tuple[str, ...],
    said: Sequence[Against],
    found: Settled,
    on: Ground,
    included: Set[str],
) -> Doubt | None:
    """None where the same is chosen without all that one statement says and another allows.

    Of a circle there is no looser reading: it bears on what one of it keeps out.
    """
    touched = frozenset(key for each in said for key in offers_in(each))
    if kind is DoubtKind.CIRCLE:
        if not included & touched or touched <= included:
            return None
        ring = tuple(sorted(touched))
        return Doubt(kind=kind, interactions=interactions, offers=ring, gain_fen=None)
    barring = [each for each in found.bars if each not in said]
    loose = ground(on.scene, found.stands.difference(said), barring)
    (most, then), (fen, chosen) = _best(loose, touched), _best(on, touched)
    if then == chosen:
        return None
    offers = tuple(sorted(touched & (then | chosen)))
    return Doubt(kind=kind, interactions=interactions, offers=offers, gain_fen=most - fen)


def doubts_in_turn(found: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """By what stands against each other; several of one clash stay as they are."""
    return tuple(
        sorted(found, key=lambda d: (d.kind is DoubtKind.ORDER, d.offers, d.interactions[-1:]))
    )


def offers_in(against: Against) -> tuple[str, ...]:
    """The two that may not stand together, or the one that may not be had any more."""
    if isinstance(against, Clash):
        return against.one, against.other
    return (against.key,) if against.by is None else (against.key, against.by)


def _open(against: Against, allowed: Sequence[Together]) -> Iterator[Open]:
    if against.interaction_id == CIRCLE:
        yield Open(DoubtKind.CIRCLE, (CIRCLE,), against)
    elif isinstance(against, Clash) and against.doubtful:
        yield Open(DoubtKind.REACH, (against.interaction_id,), against)
    for each in allowed:
        ids = (each.stated.interaction_id, against.interaction_id)
        yield Open(DoubtKind.CONTRADICTION, ids, against)


def _beside(together: Together, one: Offer, other: Offer) -> bool:
    forth = picks(together.target, one) and picked(together.others, other)
    back = picks(together.target, other) and picked(together.others, one)
    return (forth or back) and one_purse(one, other)


def _allowed_beside(together: Together, offer: Offer) -> Iterator[Pick]:
    """What it names on the other side, where it names the offer."""
    if picks(together.target, offer):
        yield from together.others
    if picked(together.others, offer):
        yield together.target


def _may_be_had(named: Pick, bar: Bar) -> bool:
    """Whether it was this that was had; of a policy held any of its benefits may be."""
    if bar.received is not None:
        return bool(named_by([named], [bar.received]))
    return isinstance(named, Target) and named.policy_id == bar.had


def _surely_had(named: Pick, received: Receipt | None) -> bool:
    """Of what may be named: that it is just this was stated."""
    if isinstance(named, Target):
        whole = named.benefit_id is None
        return whole or (received is not None and received.benefit_id == named.benefit_id)
    return received is not None and (not named.issuers or received.issuer in named.issuers)


def _best(on: Ground, touched: Set[str]) -> tuple[int, frozenset[str]]:
    """Of all that bears on one of these: what it comes to, and what is in it."""
    parts = [part for part in parts_of(on) if touched & {offer.key for offer in part}]
    solved = [solve_part(part, on) for part in parts]
    chosen = frozenset(offer.key for part in solved for offer in part.chosen)
    return sum(part.best.rank[0] for part in solved), chosen


def _has_other_order(offer: Offer) -> bool:
    return offer.worth.other_order_fen is not None


def _order(offer: Offer) -> Doubt:
    other = offer.worth.other_order_fen or 0
    gain = other - offer.worth.most_fen
    return Doubt(kind=DoubtKind.ORDER, interactions=(), offers=(offer.key,), gain_fen=gain)
