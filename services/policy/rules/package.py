"""The lawful combination worth most to a talent, and for everything left out what stops it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.policy.rules.amount import Per, shared
from services.policy.rules.blockers import Blocker, blockers
from services.policy.rules.choice import (
    Ground,
    Part,
    Solving,
    parts_of,
    solve_part,
    solved,
)
from services.policy.rules.doubts import Doubt, doubts, grounded, relied_on
from services.policy.rules.interactions import Interaction, Terminates
from services.policy.rules.outcome import Offer, Outcome, State
from services.policy.rules.picks import Target, picks
from services.policy.rules.programme import least
from services.policy.rules.programme import run as run_sums
from services.policy.rules.puzzle import Bits, Puzzle
from services.policy.rules.rulings import NO_RULINGS, Ruling, Rulings
from services.policy.rules.scene import ALONE, Before, Scene, falling, scene_beside, scene_of
from services.policy.rules.twins import Twin

CERTAIN = frozenset({State.ELIGIBLE})
PROMISING = CERTAIN | {State.SUBJECT_TO_MANUAL_CHECK}
POSSIBLE = PROMISING | {State.UNDETERMINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Included:
    """An offer in the package, what it pays beside the others, and who bears how much of it."""

    offer: Offer
    least_fen: int
    most_fen: int
    borne: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """`costs_fen` is what the package loses when the offer is forced in; none if it cannot be.

    `instead` is the best lawful set of its part that holds it.
    """

    offer: Offer
    blocked_by: tuple[Blocker, ...]
    costs_fen: int | None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """A policy held until now whose remaining payments end with something chosen."""

    policy_id: str
    interaction_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """`most_fen` counts what texts promise at most, `least_fen` what they promise for sure.

    The sums of the offers in `counted_once` may be more: how often they are paid was not seen.
    A package is provisional while `doubts` bear on it; `rulings` are those that it follows.
    """

    least_fen: int
    most_fen: int
    counted_once: tuple[str, ...]
    applications: tuple[str, ...]
    included: tuple[Included, ...]
    left_out: tuple[LeftOut, ...]
    duplicates: tuple[Twin, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    ends: tuple[Ended, ...] = ()
    rulings: tuple[Ruling, ...] = ()

    @property
    def provisional(self) -> bool:
        return bool(self.doubts)


def best_package(
    outcomes: Iterable[Outcome],
    interactions: Iterable[Interaction],
    states: frozenset[State] = PROMISING,
    rulings: Rulings = NO_RULINGS,
) -> Package:
    """The optimum over every lawful combination of the outcomes in these states."""
    scene, twins = scene_of({ALONE: outcomes}, interactions, states)
    return _package(scene, twins, rulings, solved)


def best_beside(
    before: Before,
    outcomes: Sequence[Outcome],
    interactions: Iterable[Interaction],
    states: frozenset[State],
    rulings: Rulings,
    solving: Solving,
) -> Package:
    """The same for some of the outcomes of somebody who had this before."""
    people, known = {ALONE: outcomes}, {ALONE: before}
    scene, twins = scene_beside(known, people, interactions, states)
    return _package(scene, twins, rulings, solving)


def best_household(
    people: Mapping[str, Iterable[Outcome]],
    interactions: Iterable[Interaction],
    states: frozenset[State] = PROMISING,
    rulings: Rulings = NO_RULINGS,
) -> Package:
    """The optimum for two together; offers are named after who they are for."""
    scene, twins = scene_of(people, interactions, states)
    return _package(scene, twins, rulings, solved)


def most_of(
    outcomes: Iterable[Outcome],
    interactions: Iterable[Interaction],
    states: frozenset[State],
    rulings: Rulings = NO_RULINGS,
) -> int:
    """What the best package pays at most; what it leaves out and why is not asked."""
    scene, _ = scene_of({ALONE: outcomes}, interactions, states)
    on, _ = grounded(scene, rulings)
    return sum(solve_part(part, on).best.rank[0] for part in parts_of(on))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What stands for and against one person's offers, and which of them touch each other.

    It holds for other sums of the same offers, unless a text prefers by the sum.
    """

    on: Ground
    parts: tuple[tuple[str, ...], ...]

    def best_of(self, offers: Iterable[Offer]) -> list[Included]:
        """What the best package holds, without saying what is left out and why."""
        named = {each.key: each for each in offers}
        parts = [sorted((named[key] for key in part), key=falling) for part in self.parts]
        return _all_included([solve_part(tuple(part), self.on) for part in parts])


def prepared(
    outcomes: Iterable[Outcome], interactions: Iterable[Interaction], rulings: Rulings
) -> Prepared:
    scene, _ = scene_of({ALONE: outcomes}, interactions, PROMISING)
    on, _ = grounded(scene, rulings)
    return Prepared(on, tuple(tuple(each.key for each in part) for part in parts_of(on)))


def _all_included(parts: Iterable[Part]) -> list[Included]:
    return sorted([i for part in parts for i in _included(part)], key=by_key)


def by_key(one: Included | LeftOut) -> str:
    return one.offer.key


def _package(scene: Scene, twins: Sequence[Twin], rulings: Rulings, solving: Solving) -> Package:
    on, found = grounded(scene, rulings)
    parts = [solve_part(part, on, solving) for part in parts_of(on)]
    included = _all_included(parts)
    chosen = [each.offer for each in included]
    return Package(
        least_fen=sum(each.least_fen for each in included),
        most_fen=sum(each.most_fen for each in included),
        counted_once=tuple(each.offer.key for each in included if _counted_once(each)),
        applications=tuple(sorted({each.policy_id for each in chosen})),
        included=tuple(included),
        left_out=tuple(sorted([o for part in parts for o in _left_out(part, on)], key=by_key)),
        duplicates=tuple(twins),
        doubts=doubts(found, on, chosen),
        ends=tuple(_ends(scene, chosen)),
        rulings=relied_on(found.followed, chosen),
    )


def _counted_once(included: Included) -> bool:
    return included.most_fen > 0 and included.offer.worth.per is Per.NOT_SEEN


def _included(part: Part) -> Iterator[Included]:
    most, sure = pays(part.offers, part.puzzle, part.best.chosen)
    for item, offer in enumerate(part.offers):
        if part.best.chosen >> item & 1:
            yield taken(offer, sure[item], most[item])


def taken(offer: Offer, sure_fen: int, most_fen: int) -> Included:
    borne = shared(most_fen, offer.standing.payers)
    return Included(
        offer=offer,
        least_fen=min(sure_fen, most_fen),
        most_fen=most_fen,
        borne=tuple(borne.items()),
    )


def pays(
    offers: Sequence[Offer], puzzle: Puzzle, chosen: Bits
) -> tuple[Sequence[int], Sequence[int]]:
    """What each offer of a part pays at most and for sure when these of it are chosen."""
    return pays_beside(puzzle, chosen, [offer.least_fen for offer in offers])


def pays_beside(
    puzzle: Puzzle, chosen: Bits, low: Sequence[int]
) -> tuple[Sequence[int], Sequence[int]]:
    """The same where each of them comes to so much for sure, alone."""
    high = puzzle.worths
    if puzzle.programme is None:
        return high, low
    return run_sums(puzzle.programme, chosen, high), least(puzzle.programme, chosen, low, high)


def _left_out(part: Part, on: Ground) -> Iterator[LeftOut]:
    for item, offer in enumerate(part.offers):
        if part.best.chosen >> item & 1:
            continue
        forced = part.forcing(item)
        yield LeftOut(
            offer=offer,
            blocked_by=blockers(offer, part, on),
            costs_fen=None if forced is None else part.best.rank[0] - forced.rank[0],
            instead=()
            if forced is None
            else tuple(sorted(each.key for each in part.of(forced.chosen))),
        )


def _ends(scene: Scene, chosen: Sequence[Offer]) -> Iterator[Ended]:
    for rule in scene.interactions:
        if isinstance(rule, Terminates):
            named = {pick.policy_id for pick in rule.ends if isinstance(pick, Target)}
            for offer in (each for each in chosen if picks(rule.target, each)):
                for policy_id in sorted(named & scene.before(offer).held):
                    yield Ended(policy_id, rule.stated.interaction_id, offer.key)
