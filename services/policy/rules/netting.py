"""What chosen offers pay beside each other: matches, deductions, top-ups, couples, then caps."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from services.policy.rules.amount import REPEATED, Money, Per, over_term
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
from services.policy.rules.receipts import named_by, total
from services.policy.rules.relations import of_spouses, one_purse, picked, picks
from services.policy.rules.scene import NOBODY, Before, Scene
from services.policy.rules.sums import (
    PERCENT,
    AtMost,
    Fixed,
    Less,
    Node,
    PercentIf,
    Programme,
    Scale,
    Take,
)

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
    part: Sequence[Offer]
    interactions: Sequence[Interaction]
    programme: Programme = field(default_factory=Programme)
    nodes: dict[int, Node] = field(default_factory=dict)
    caps: list[tuple[int, int]] = field(default_factory=list)


def netting(part: Sequence[Offer], interactions: Sequence[Interaction], scene: Scene) -> Netting:
    """`part` are all offers that bear on each other; nothing is built where they only add up."""
    if not any(isinstance(each, Netted) for each in interactions):
        return Netting(None, ())
    build = _Build(scene, part, interactions)
    for item in in_order(part, interactions):
        build.nodes[item] = _paid(build, item)
    _share_couples(build)
    for interaction in interactions:
        if isinstance(interaction, Cap):
            _cap(build, interaction)
        elif isinstance(interaction, Couple) and interaction.most is not None:
            _limit_all(build, _members(build, interaction.members), interaction.most, NOBODY)
    build.programme.pays = [build.nodes[item] for item in range(len(part))]
    return Netting(build.programme, tuple(build.caps))


def in_order(part: Sequence[Offer], interactions: Iterable[Interaction]) -> list[int]:
    """Bases before what is net of them; in a circle, of which one at most is chosen, by place."""
    edges = net_of_edges(part, interactions)
    done: list[int] = []
    waiting = list(range(len(part)))
    while waiting:
        ready = [item for item in waiting if not edges[item] & set(waiting) - {item}]
        taken = ready or waiting[:1]
        done += taken
        waiting = [item for item in waiting if item not in taken]
    return done


def net_of_edges(
    part: Sequence[Offer], interactions: Iterable[Interaction]
) -> Mapping[int, set[int]]:
    """For each item those whose payment its own depends on."""
    edges: dict[int, set[int]] = {item: set() for item in range(len(part))}
    for interaction in interactions:
        for target, others in _depends(interaction):
            for item, offer in enumerate(part):
                if picks(target, offer):
                    edges[item] |= set(_beside(part, item, others))
    return edges


def circles(part: Sequence[Offer], interactions: Iterable[Interaction]) -> list[tuple[int, ...]]:
    """Offers that are each net of the other, round and round."""
    edges = net_of_edges(part, interactions)
    reach = {item: _reached(item, edges) for item in edges}
    rounds = {
        tuple(sorted(other for other in reach[item] if item in reach[other]))
        for item in edges
        if item in reach[item]
    }
    return sorted(rounds)


def _reached(item: int, edges: Mapping[int, set[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(edges[item])
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += edges[here]
    return found


def _depends(interaction: Interaction) -> Iterator[tuple[Pick, tuple[Pick, ...]]]:
    match interaction:
        case DeductPrior(target=target, members=members):
            yield target, members
        case TopUp(target=target, bases=bases, net_of=net_of):
            yield target, (*bases, *net_of)
        case Match(target=target, bases=bases):
            yield target, bases
        case _:
            return


def _beside(part: Sequence[Offer], item: int, named: Sequence[Pick]) -> list[int]:
    offer = part[item]
    return [
        place
        for place, other in enumerate(part)
        if place != item and picked(named, other) and one_purse(offer, other)
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
    had = _known(build, _beside(build.part, item, members))
    if had:
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
        bases += _known(build, _beside(build.part, item, match.bases))
        part = programme.put(Scale(programme.together(bases), match.percent, PERCENT))
        if match.most_fen is not None:
            part = programme.put(AtMost(part, programme.fixed(match.most_fen)))
        found.append(part)
    return programme.put(AtMost(node, programme.together(found)))


def _topped_up(build: _Build, item: int, node: Node, top_up: TopUp) -> Node:
    offer, programme = build.part[item], build.programme
    cap = top_up.total_cap or Money(0)
    months = offer.worth.counted_months
    named = (*top_up.bases, *top_up.net_of)
    shares = [
        _share(build, each, months)
        for each in _beside(build.part, item, named)
        if each in build.nodes
    ]
    if cap.per is Per.ONCE:
        received = total(named_by(named, build.scene.before(offer).received))
        shares.append(programme.fixed(received))
    total_fen = programme.fixed(over_term(cap.fen, cap.per, months))
    room = programme.put(Less(total_fen, programme.together(shares)))
    return programme.put(AtMost(node, room))


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
        for one, other in of_spouses(couple, build.part):
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
        paid = build.programme.put(AtMost(build.nodes[item], room))
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
                share = programme.put(AtMost(share, room))
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
    return [item for item, offer in enumerate(build.part) if picked(members, offer)]


def _by(items: Iterable[int], name_of: Callable[[int], str | None]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for item in items:
        groups.setdefault(name_of(item) or "", []).append(item)
    return [groups[name] for name in sorted(groups)]


def _mask(items: Iterable[int]) -> int:
    return sum(1 << item for item in items)


def _only(build: _Build, kind: type[_Some]) -> Iterator[_Some]:
    return (each for each in build.interactions if isinstance(each, kind))
