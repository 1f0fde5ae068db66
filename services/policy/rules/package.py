"""The lawful combination worth most to a talent, and for everything left out what stops it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.policy.rules.amount import Per
from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import Offer, Outcome, State
from services.policy.rules.relations import Clash, clashes, lessens, linked, net, without_base
from services.policy.rules.search import Chosen, Found, Puzzle, solve

CERTAIN = frozenset({State.ELIGIBLE})
PROMISING = CERTAIN | {State.SUBJECT_TO_MANUAL_CHECK}
POSSIBLE = PROMISING | {State.UNDETERMINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Included:
    """An offer in the package and what it pays beside the others."""

    offer: Offer
    least_fen: int
    most_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """What stands against an offer: a chosen one, or (`by` none) the base a top-up needs."""

    interaction_id: str
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """`costs_fen` is what the package loses when the offer is forced in; none if it cannot be."""

    offer: Offer
    blocked_by: tuple[Blocker, ...]
    costs_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """`most_fen` counts what texts promise at most, `least_fen` what they promise for sure.

    The sums of the offers in `counted_once` may be more: how often they are paid was not seen.
    """

    least_fen: int
    most_fen: int
    counted_once: tuple[str, ...]
    applications: tuple[str, ...]
    included: tuple[Included, ...]
    left_out: tuple[LeftOut, ...]


def best_package(
    outcomes: Iterable[Outcome],
    interactions: Iterable[Interaction],
    states: frozenset[State] = PROMISING,
) -> Package:
    """The optimum over every lawful combination of the outcomes in these states."""
    taken = [outcome for outcome in outcomes if outcome.state in states]
    offers = tuple(sorted((offer for each in taken for offer in each.offers), key=_falling))
    ties = [_Tie(each, _keys(linked(offers, each))) for each in interactions]
    ties.sort(key=lambda each: each.interaction.stated.interaction_id)
    held = frozenset(policy_id for each in taken for policy_id in each.held)
    world = _World(offers, tuple(each for each in ties if each.keys), held)
    against = clashes(world.offers, world.interactions)
    parts = [_solve_part(part, world, against) for part in _parts(world, against)]
    included = [each for part in parts for each in part.included]
    return Package(
        least_fen=sum(each.least_fen for each in included),
        most_fen=sum(each.most_fen for each in included),
        counted_once=tuple(sorted(each.offer.key for each in included if _counted_once(each))),
        applications=tuple(sorted({each.offer.policy_id for each in included})),
        included=tuple(sorted(included, key=lambda each: each.offer.key)),
        left_out=tuple(
            sorted((out for part in parts for out in part.left_out), key=lambda o: o.offer.key)
        ),
    )


def _counted_once(included: Included) -> bool:
    return included.most_fen > 0 and included.offer.worth.per is Per.NOT_SEEN


@dataclass(frozen=True, slots=True)
class _Tie:
    """An interaction and the offers it bears on."""

    interaction: Interaction
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class _World:
    offers: tuple[Offer, ...]
    ties: tuple[_Tie, ...]
    held: frozenset[str]

    @property
    def interactions(self) -> list[Interaction]:
        return [each.interaction for each in self.ties]

    def around(self, keys: frozenset[str]) -> "_World":
        """Only what bears on these offers."""
        return replace(self, ties=tuple(each for each in self.ties if each.keys & keys))


@dataclass(frozen=True, slots=True)
class _Part:
    included: list[Included]
    left_out: list[LeftOut]


def _falling(offer: Offer) -> tuple[int, str]:
    return -offer.counted_fen, offer.key


def _parts(world: _World, against: frozenset[Clash]) -> list[tuple[Offer, ...]]:
    """Groups that cannot touch each other: no shared interaction and no shared policy."""
    group_of = {offer.key: {offer.key} for offer in world.offers}
    ties = [[clash.one, clash.other] for clash in against]
    ties += [sorted(each.keys) for each in world.ties]
    policies = {offer.policy_id for offer in world.offers}
    ties += [[o.key for o in world.offers if o.policy_id == each] for each in sorted(policies)]
    for tie in ties:
        merged = set().union(*(group_of[key] for key in tie)) if tie else set()
        group_of.update(dict.fromkeys(merged, merged))
    groups = {min(group): group for group in group_of.values()}
    return [
        tuple(offer for offer in world.offers if offer.key in groups[name])
        for name in sorted(groups)
    ]


def _solve_part(part: tuple[Offer, ...], world: _World, against: frozenset[Clash]) -> _Part:
    world = world.around(_keys(part))
    interactions = world.interactions
    puzzle = _puzzle(part, world, against)
    best = solve(puzzle) or Found((0, 0, 0), ())
    chosen = [part[item] for item in best.chosen]
    most = net(chosen, interactions, lambda offer: offer.counted_fen)
    least = net(chosen, interactions, lambda offer: offer.least_fen)
    return _Part(
        [
            Included(offer=o, least_fen=min(least[o.key], most[o.key]), most_fen=most[o.key])
            for o in chosen
        ],
        [
            LeftOut(
                offer=offer,
                blocked_by=_blockers(offer, chosen, world, against),
                costs_fen=_cost(best, solve(puzzle, wanted=1 << item)),
            )
            for item, offer in enumerate(part)
            if item not in best.chosen
        ],
    )


def _keys(offers: Iterable[Offer]) -> frozenset[str]:
    return frozenset(offer.key for offer in offers)


def _puzzle(part: tuple[Offer, ...], world: _World, against: frozenset[Clash]) -> Puzzle:
    interactions = world.interactions
    place = {offer.key: item for item, offer in enumerate(part)}
    conflicts = [0] * len(part)
    for clash in against:
        if clash.one in place:
            conflicts[place[clash.one]] |= 1 << place[clash.other]
            conflicts[place[clash.other]] |= 1 << place[clash.one]

    def pays(chosen: Chosen) -> int:
        offers = [part[item] for item in chosen]
        return sum(net(offers, interactions, lambda offer: offer.counted_fen).values())

    def lawful(chosen: Chosen) -> bool:
        offers = [part[item] for item in chosen]
        return all(
            without_base(offer, offers, interactions, world.held) is None for offer in offers
        )

    return Puzzle(
        keys=tuple(offer.key for offer in part),
        worths=tuple(offer.counted_fen for offer in part),
        policies=tuple(offer.policy_id for offer in part),
        conflicts=tuple(conflicts),
        net=pays,
        lawful=lawful,
    )


def _cost(best: Found, forced: Found | None) -> int | None:
    return None if forced is None else best.score[0] - forced.score[0]


def _blockers(
    offer: Offer, chosen: Sequence[Offer], world: _World, against: frozenset[Clash]
) -> tuple[Blocker, ...]:
    keys = {each.key for each in chosen}
    found = {
        (clash.interaction_id, clash.other if clash.one == offer.key else clash.one)
        for clash in against
        if offer.key in (clash.one, clash.other) and keys & {clash.one, clash.other}
    }
    blockers = [Blocker(interaction_id=name, by=by) for name, by in sorted(found)]
    needs = without_base(offer, chosen, world.interactions, world.held)
    if needs is not None:
        blockers.append(Blocker(interaction_id=needs.stated.interaction_id, by=None))
    if not blockers:
        worse = sorted(set(lessens(offer, chosen, world.interactions)))
        blockers = [Blocker(interaction_id=name, by=by) for name, by in worse]
    return tuple(blockers)
