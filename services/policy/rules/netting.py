"""What chosen offers pay beside each other: matches, deductions, top-ups, couples, then caps."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from services.policy.rules.amount import REPEATED, Money, Per, over_term
from services.policy.rules.circles import net_of, rounds
from services.policy.rules.days import MONTHS_IN_A_YEAR, month_number
from services.policy.rules.interactions import (
    Cap,
    CapPer,
    Couple,
    CoupleRule,
    DeductPrior,
    Interaction,
    Limit,
    Match,
    SumStated,
    TopUp,
)
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick
from services.policy.rules.programme import (
    PERCENT,
    Capped,
    Fixed,
    Less,
    Node,
    PercentIf,
    Programme,
    Scale,
    Take,
)
from services.policy.rules.receipts import named_by, total
from services.policy.rules.relations import of_spouses, one_purse, picks
from services.policy.rules.scene import NOBODY, Before, Scene
from services.policy.rules.shelf import Shelf

_Some = TypeVar("_Some")

BOUNDLESS = 10**13
"""More fen than any text promises; stands for a limit that nobody knows."""

Netted: TypeAlias = DeductPrior | TopUp | Match | Cap | Couple
"""What changes how much a chosen benefit pays."""


@dataclass(frozen=True, slots=True)
class Netting:
    """The programme of one part, and which items each cap holds together at most."""

    programme: Programme | None
    caps: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Build:
    scene: Scene
    shelf: Shelf
    interactions: Sequence[Interaction]
    programme: Programme = field(default_factory=Programme)
    nodes: dict[int, Node] = field(default_factory=dict)
    caps: list[tuple[int, int]] = field(default_factory=list)

    @property
    def part(self) -> tuple[Offer, ...]:
        return self.shelf.offers


def netting(shelf: Shelf, interactions: Sequence[Interaction], scene: Scene) -> Netting:
    """`shelf` holds all offers that bear on each other; nothing is built where they only add up."""
    if not any(isinstance(each, Netted) for each in interactions):
        return Netting(None, ())
    build = _Build(scene, shelf, interactions)
    for item in in_order(shelf, interactions):
        build.nodes[item] = _paid(build, item)
    _share_couples(build)
    for interaction in interactions:
        if isinstance(interaction, Cap):
            _cap(build, interaction)
        elif isinstance(interaction, Couple) and interaction.most is not None:
            _limit_all(build, _members(build, interaction.members), interaction.most, NOBODY)
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


def circles(shelf: Shelf, interactions: Iterable[Interaction]) -> list[list[Offer]]:
    """Offers that are each net of the other, round and round."""
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


def _paid(build: _Build, item: int) -> Node:
    """Matched, then less what was had, then topped up; each payment is taken off once."""
    offer, programme = build.part[item], build.programme
    node = programme.put(Take(item))
    node = _matched(build, item, node)
    members = [
        pick
        for each in _only(build, DeductPrior)
        if picks(each.target, offer)
        for pick in each.members
    ]
    beside = _beside(build.shelf, item, members)
    had = _known(build, beside)
    if had:
        _bound(build, item, beside, offer.counted_fen)
        node = programme.put(Less(node, programme.together(had)))
    for top_up in _only(build, TopUp):
        if picks(top_up.target, offer) and top_up.total_cap is not None:
            node = _topped_up(build, item, node, top_up)
    return node


def _matched(build: _Build, item: int, node: Node) -> Node:
    offer, programme = build.part[item], build.programme
    matches = [each for each in _only(build, Match) if picks(each.target, offer)]
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


def _topped_up(build: _Build, item: int, node: Node, top_up: TopUp) -> Node:
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


def _bound(build: _Build, item: int, others: Sequence[int], fen: int) -> None:
    """What is net of others never comes, with them, to more than itself or they alone do."""
    alone = sum(build.part[other].counted_fen for other in others)
    build.caps.append((_mask([item, *others]), max(fen, alone)))


def _share(build: _Build, base: int, months: int | None) -> Node:
    """What the base pays during the months of the top-up."""
    own, node = build.part[base].worth.counted_months, build.nodes[base]
    if months is None or not own:
        return node
    return build.programme.put(Scale(node, months, own))


def _known(build: _Build, items: Iterable[int]) -> list[Node]:
    return [build.nodes[item] for item in items if item in build.nodes]


def _share_couples(build: _Build) -> None:
    """Of two equal sums the first named is paid whole."""
    place = {offer.key: item for item, offer in enumerate(build.part)}
    for couple in _only(build, Couple):
        if couple.rule is not CoupleRule.SHARE:
            continue
        for one, other in of_spouses(couple, build.shelf):
            lower, higher = sorted((other, one), key=lambda each: each.counted_fen)
            item, beside = place[lower.key], place[higher.key]
            node = PercentIf(build.nodes[item], beside, couple.second_percent)
            build.nodes[item] = build.programme.put(node)


def _cap(build: _Build, cap: Cap) -> None:
    members = _members(build, cap.members)
    match cap.per:
        case CapPer.HOUSEHOLD:
            _limit_all(build, members, cap.most, NOBODY, less=_had_by_all(build, cap))
        case CapPer.CONTRACT:
            for group in _by(members, lambda item: build.part[item].standing.contract):
                _limit_all(build, group, cap.most, build.scene.before(build.part[group[0]]))
        case _:
            for group in _by(members, lambda item: build.part[item].standing.spouse):
                _limit_person(build, group, cap)


def _limit_person(build: _Build, group: list[int], cap: Cap) -> None:
    before = build.scene.before(build.part[group[0]])
    match cap.per:
        case CapPer.LIFETIME:
            had = total(named_by(cap.members, before.received))
            _limit_all(build, group, cap.most, before, less=had)
        case CapPer.YEAR:
            _limit_years(build, group, cap, before)
        case _:
            _limit_all(build, group, cap.most, before)


def _had_by_all(build: _Build, cap: Cap) -> int:
    """What those of the household received before; of a spouse who is away, what is known."""
    people = build.scene.everybody()
    received = [each for person in people for each in person.received]
    if len(people) == 1:
        received += people[0].background.spouse_received
    return total(named_by(cap.members, received))


def _limit_all(
    build: _Build, items: list[int], most: Limit, before: Before, *, less: int = 0
) -> None:
    """Members are paid in the order of their names until the limit is reached."""
    least, limit = _fen(most, before if before is not NOBODY else _anybody(build, most))
    build.caps.append((_mask(items), max(0, limit - less)))
    room = build.programme.put(Fixed(max(0, least - less), max(0, limit - less)))
    for item in sorted(items, key=lambda each: build.part[each].key):
        paid = build.programme.put(Capped(build.nodes[item], room))
        room = build.programme.put(Less(room, paid))
        build.nodes[item] = paid


def _anybody(build: _Build, most: Limit) -> Before:
    """Whoever of a household states the sum that limits it."""
    people = build.scene.everybody()
    fact = most.fact if isinstance(most, SumStated) else None
    return next((each for each in people if fact in each.sums), NOBODY)


def _limit_years(build: _Build, items: list[int], cap: Cap, before: Before) -> None:
    """Each calendar year has its own room; this year's is less what was received in it."""
    programme, day = build.programme, build.scene.day
    least, limit = _fen(cap.most, before)
    this_year = [r for r in before.received if r.paid_on is None or r.paid_on.year == day.year]
    had = total(named_by(cap.members, this_year))
    years = {item: _years(build, item) for item in items}
    paid: dict[int, list[Node]] = {item: [] for item in items}
    for year in sorted({year for each in years.values() for year in each}):
        less = had if year == 0 else 0
        room = programme.put(Fixed(max(0, least - less), max(0, limit - less)))
        for item in sorted(items, key=lambda each: build.part[each].key):
            parts, whole = years[item].get(year, 0), sum(years[item].values())
            if parts:
                share = programme.put(Scale(build.nodes[item], parts, whole))
                share = programme.put(Capped(share, room))
                room = programme.put(Less(room, share))
                paid[item].append(share)
    for item in items:
        build.nodes[item] = programme.together(paid[item])


def _years(build: _Build, item: int) -> dict[int, int]:
    """How many equal parts fall into each calendar year, this one being 0."""
    offer, day = build.part[item], build.scene.day
    if offer.worth.instalments:
        return dict(enumerate(offer.worth.instalments))
    if offer.worth.per not in REPEATED or not offer.worth.counted_months:
        return {0: 1}
    first = month_number(offer.standing.first)
    found: dict[int, int] = {}
    for number in range(first, first + offer.worth.counted_months):
        year = number // MONTHS_IN_A_YEAR - day.year
        found[year] = found.get(year, 0) + 1
    return found


def _fen(most: Limit, before: Before) -> tuple[int, int]:
    if isinstance(most, int):
        return most, most
    value = before.sums.get(most.fact)
    if value is None:
        return 0, BOUNDLESS
    fen = value * most.percent // PERCENT
    return fen, fen


def _members(build: _Build, members: Sequence[Pick]) -> list[int]:
    return [build.shelf.place(offer) for offer in build.shelf.among(members)]


def _by(items: Iterable[int], name_of: Callable[[int], str | None]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for item in items:
        groups.setdefault(name_of(item) or "", []).append(item)
    return [groups[name] for name in sorted(groups)]


def _mask(items: Iterable[int]) -> int:
    return sum(1 << item for item in items)


def _only(build: _Build, kind: type[_Some]) -> Iterator[_Some]:
    return (each for each in build.interactions if isinstance(each, kind))
