"""What chosen offers pay beside each other: matches, deductions, top-ups, couples, then caps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.policy.rules.amount import Money, Per, over_term
from services.policy.rules.build import Build, members_of, only
from services.policy.rules.circles import net_of, rounds
from services.policy.rules.interactions import (
    Cap,
    Capping,
    Couple,
    CoupleRule,
    DeductPrior,
    Interaction,
    Match,
    TopUp,
)
from services.policy.rules.limits import cap_members, keep_ceilings, limit_all
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick, picks
from services.policy.rules.programme import (
    PERCENT,
    Capped,
    Less,
    Node,
    PercentIf,
    Programme,
    Scale,
    Take,
)
from services.policy.rules.puzzle import bits_of
from services.policy.rules.receipts import named_by, total
from services.policy.rules.relations import of_spouses, one_purse
from services.policy.rules.scene import NOBODY, Scene
from services.policy.rules.shelf import Shelf

Netted: TypeAlias = DeductPrior | TopUp | Match | Capping
"""What changes how much a chosen benefit pays."""


@dataclass(frozen=True, slots=True)
class Netting:
    """The programme of one part, and which items each cap holds together at most."""

    programme: Programme | None
    caps: tuple[tuple[int, int], ...]


def netting(shelf: Shelf, interactions: Sequence[Interaction], scene: Scene) -> Netting:
    """`shelf` holds all offers that bear on each other; nothing is built where they only add up."""
    if not any(isinstance(each, Netted) for each in interactions):
        return Netting(None, ())
    build = Build(scene, shelf, interactions)
    for item in in_order(shelf, interactions):
        build.nodes[item] = _paid(build, item)
    _share_couples(build)
    for interaction in interactions:
        if isinstance(interaction, Cap):
            cap_members(build, interaction)
        elif isinstance(interaction, Couple) and interaction.most is not None:
            limit_all(build, members_of(build, interaction.members), interaction.most, NOBODY)
    keep_ceilings(build)
    build.programme.pays = [build.nodes[item] for item in range(len(shelf.offers))]
    return Netting(build.programme, tuple(build.caps))


def in_order(shelf: Shelf, interactions: Iterable[Interaction]) -> list[int]:
    """Bases before what is net of them; in a circle, of which one at most is chosen, by place."""
    edges = net_of_edges(shelf, interactions)
    done: list[int] = []
    waiting = dict.fromkeys(range(len(shelf.offers)))
    while waiting:
        ready = [item for item in waiting if not edges[item] & waiting.keys()]
        for item in ready or list(waiting)[:1]:
            del waiting[item]
            done.append(item)
    return done


def net_of_edges(shelf: Shelf, interactions: Iterable[Interaction]) -> Mapping[int, set[int]]:
    """For each item those whose payment its own depends on."""
    edges: dict[int, set[int]] = {item: set() for item in range(len(shelf.offers))}
    for interaction in interactions:
        for target, others in net_of(interaction):
            for offer in shelf.named(target):
                item = shelf.place(offer)
                edges[item] |= set(_beside(shelf, item, others))
    return edges


def circles(shelf: Shelf, interactions: Sequence[Interaction]) -> list[list[Offer]]:
    """Offers that are each net of the other, round and round."""
    if not any(isinstance(each, TopUp | Match | DeductPrior) for each in interactions):
        return []
    part = shelf.offers
    named = {
        part[item].key: frozenset(part[other].key for other in found)
        for item, found in net_of_edges(shelf, interactions).items()
    }
    offers = {offer.key: offer for offer in part}
    return [[offers[key] for key in ring] for ring in rounds(named)]


def _beside(shelf: Shelf, item: int, named: Sequence[Pick]) -> list[int]:
    offer = shelf.offers[item]
    return [
        shelf.place(other)
        for other in shelf.among(named)
        if other.key != offer.key and one_purse(offer, other)
    ]


def _paid(build: Build, item: int) -> Node:
    """Matched, then less what was had, then topped up; each payment is taken off once."""
    offer, programme = build.part[item], build.programme
    node = programme.put(Take(item))
    node = _matched(build, item, node)
    members = [
        pick
        for each in only(build, DeductPrior)
        if picks(each.target, offer)
        for pick in each.members
    ]
    beside = _beside(build.shelf, item, members) if members else []
    had = _known(build, beside)
    if had:
        _bound(build, item, beside, offer.counted_fen)
        node = programme.put(Less(node, programme.together(had)))
    for top_up in only(build, TopUp):
        if picks(top_up.target, offer) and top_up.total_cap is not None:
            node = _topped_up(build, item, node, top_up)
    return node


def _matched(build: Build, item: int, node: Node) -> Node:
    offer, programme = build.part[item], build.programme
    matches = [each for each in only(build, Match) if picks(each.target, offer)]
    if not matches:
        return node
    found = []
    for match in matches:
        received = total(named_by(match.bases, build.scene.before(offer).received))
        bases = [programme.fixed(received)]
        bases += _known(build, _beside(build.shelf, item, match.bases))
        part = programme.put(Scale(programme.together(bases), match.percent, PERCENT))
        if match.most_fen is not None:
            part = programme.put(Capped(part, programme.fixed(match.most_fen)))
        found.append(part)
    return programme.put(Capped(node, programme.together(found)))


def _topped_up(build: Build, item: int, node: Node, top_up: TopUp) -> Node:
    offer, programme = build.part[item], build.programme
    cap = top_up.total_cap or Money(0)
    months = offer.worth.counted_months
    named = (*top_up.bases, *top_up.net_of)
    beside = [each for each in _beside(build.shelf, item, named) if each in build.nodes]
    shares = [_share(build, each, months) for each in beside]
    if cap.per is Per.ONCE:
        if months is None:
            _bound(build, item, beside, cap.fen)
        received = total(named_by(named, build.scene.before(offer).received))
        shares.append(programme.fixed(received))
    total_fen = programme.fixed(over_term(cap.fen, cap.per, months))
    room = programme.put(Less(total_fen, programme.together(shares)))
    return programme.put(Capped(node, room))


def _bound(build: Build, item: int, others: Sequence[int], fen: int) -> None:
    """What is net of others never comes, with them, to more than itself or they alone do."""
    alone = sum(build.part[other].counted_fen for other in others)
    build.caps.append((bits_of([item, *others]), max(fen, alone)))


def _share(build: Build, base: int, months: int | None) -> Node:
    """What the base pays during the months of the top-up."""
    own, node = build.part[base].worth.counted_months, build.nodes[base]
    if months is None or not own:
        return node
    return build.programme.put(Scale(node, months, own))


def _known(build: Build, items: Iterable[int]) -> list[Node]:
    return [build.nodes[item] for item in items if item in build.nodes]


def _share_couples(build: Build) -> None:
    """Of two equal sums the first named is paid whole."""
    place = {offer.key: item for item, offer in enumerate(build.part)}
    for couple in only(build, Couple):
        if couple.rule is not CoupleRule.SHARE:
            continue
        for one, other in of_spouses(couple, build.shelf):
            lower, higher = sorted((other, one), key=lambda each: each.counted_fen)
            item, beside = place[lower.key], place[higher.key]
            node = PercentIf(build.nodes[item], beside, couple.second_percent)
            build.nodes[item] = build.programme.put(node)
