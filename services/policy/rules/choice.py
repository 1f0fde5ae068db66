"""Choosing: what stands against what, split into parts that cannot touch, each solved exactly."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from services.policy.rules.bars import Bar, each_said_once
from services.policy.rules.interactions import Interaction, Slots
from services.policy.rules.leaders import leaders_of
from services.policy.rules.needs import Need, needs
from services.policy.rules.netting import Netted, netting
from services.policy.rules.outcome import Offer
from services.policy.rules.plan import Plan, plan_of
from services.policy.rules.puzzle import Bits, Found, Puzzle, bits_of
from services.policy.rules.relations import Clash, linked, slot_of, takes_a_slot
from services.policy.rules.scene import Scene
from services.policy.rules.search import MOST_STEPS, STEPS_IN_A_CIRCLE, TooLongError
from services.policy.rules.search import solve as search
from services.policy.rules.shelf import Shelf

NOTHING = Found((0, 0, 0, (), 0), 0)


Tied: TypeAlias = tuple[Interaction, frozenset[str]]
"""A statement, and the offers that it speaks of."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that stands for or against the offers of a scene.

    `linked` are only statements that count offers or sums, with those that they hold together.
    """

    scene: Scene
    against: frozenset[Clash]
    bars: tuple[Bar, ...]
    needs: tuple[Need, ...]
    linked: tuple[Tied, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """Offers that may bear on each other, and the choice they leave."""

    shelf: Shelf
    interactions: tuple[Interaction, ...]
    puzzle: Puzzle


@dataclass(frozen=True, slots=True)
class Solved:
    """All that follows from the numbers alone; `forced` is found as it is asked for."""

    plan: Plan
    best: Found
    forced: dict[int, Found | None] = field(default_factory=dict, compare=False, repr=False)


Solving: TypeAlias = Callable[[Puzzle], Solved]


@dataclass(frozen=True, slots=True)
class Part:
    """Offers that may bear on each other, and the best lawful set of them."""

    shelf: Shelf
    interactions: tuple[Interaction, ...]
    puzzle: Puzzle
    plan: Plan
    best: Found
    _forced: dict[int, Found | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def offers(self) -> tuple[Offer, ...]:
        return self.shelf.offers

    def chosen_of(self, offers: Iterable[Offer]) -> list[Offer]:
        return [each for each in offers if self.best.chosen >> self.shelf.place(each) & 1]

    @property
    def chosen(self) -> tuple[Offer, ...]:
        return self.of(self.best.chosen)

    def of(self, bits: Bits) -> tuple[Offer, ...]:
        return tuple(offer for item, offer in enumerate(self.offers) if bits >> item & 1)

    def forcing(self, item: int) -> Found | None:
        """The best set with the item in it; none if no lawful set holds it."""
        if item not in self._forced:
            near = self.best.chosen
            self._forced[item] = solve(self.puzzle, 1 << item, plan=self.plan, near=near)
        return self._forced[item]


def ground(scene: Scene, against: Iterable[Clash], barring: Iterable[Bar]) -> Ground:
    """What stands by the stricter reading or by rulings, and all else that texts say."""
    counting = [each for each in scene.interactions if counts(each)]
    return Ground(
        scene,
        frozenset(against),
        each_said_once(barring),
        tuple(needs(scene)),
        tuple(tied_by(counting, scene.shelf)),
    )


def counts(interaction: Interaction) -> bool:
    """Whether it bears on sums, or on how many there may be, and not on pairs alone."""
    return isinstance(interaction, Netted | Slots)


def tied_by(interactions: Iterable[Interaction], shelf: Shelf) -> Iterator[Tied]:
    """Those that speak of any of the offers, and of which."""
    for each in interactions:
        keys = frozenset([offer.key for offer in linked(shelf, each)])
        if keys:
            yield each, keys


def solve(
    puzzle: Puzzle,
    wanted: Bits = 0,
    most_steps: int = MOST_STEPS,
    *,
    plan: Plan | None = None,
    near: Bits = 0,
) -> Found | None:
    """By branch and bound, or by the solver where that would take more steps than these."""
    circular = puzzle.programme is not None and puzzle.programme.circular()
    steps = min(most_steps, STEPS_IN_A_CIRCLE) if circular else most_steps
    try:
        return search(puzzle, wanted, steps, plan=plan, near=near)
    except TooLongError:
        from services.policy.rules.solver import solve as solve_by_model  # noqa: PLC0415

        return solve_by_model(puzzle, wanted)


def solved(puzzle: Puzzle) -> Solved:
    plan = plan_of(puzzle)
    return Solved(plan, solve(puzzle, plan=plan) or NOTHING)


def solve_part(offers: tuple[Offer, ...], on: Ground, solving: Solving = solved) -> Part:
    laid = laid_out(offers, on)
    known = solving(laid.puzzle)
    return Part(laid.shelf, laid.interactions, laid.puzzle, known.plan, known.best, known.forced)


def laid_out(offers: tuple[Offer, ...], on: Ground) -> Laid:
    """Offers that cannot touch any others, as numbers to choose from."""
    keys = {offer.key for offer in offers}
    interactions = tuple(each for each, tied in on.linked if tied & keys)
    shelf = Shelf(offers)
    return Laid(shelf, interactions, _puzzle(shelf, interactions, on))


def parts_of(on: Ground) -> list[tuple[Offer, ...]]:
    """Groups that cannot touch each other: no shared clash, need, sum or policy."""
    led = leaders_of((offer.key for offer in on.scene.offers), _ties(on))
    groups: dict[str, list[Offer]] = {}
    for offer in on.scene.offers:
        groups.setdefault(led[offer.key], []).append(offer)
    return [tuple(group) for group in sorted(groups.values(), key=_first_name)]


def _first_name(group: Sequence[Offer]) -> str:
    return min(offer.key for offer in group)


def _ties(on: Ground) -> Iterator[Sequence[str]]:
    for clash in on.against:
        yield clash.one, clash.other
    for need in on.needs:
        yield need.key, *need.one_of
    for _, keys in on.linked:
        yield sorted(keys)
    policies: dict[str, list[str]] = {}
    for offer in on.scene.offers:
        policies.setdefault(_application(offer), []).append(offer.key)
    yield from policies.values()


def _application(offer: Offer) -> str:
    """Each of a couple applies for themselves."""
    return f"{offer.standing.spouse}:{offer.policy_id}"


def _puzzle(shelf: Shelf, interactions: Sequence[Interaction], on: Ground) -> Puzzle:
    offers = shelf.offers
    place = {offer.key: item for item, offer in enumerate(offers)}
    netted = netting(shelf, interactions, on.scene)
    applications = sorted({_application(offer) for offer in offers})
    return Puzzle(
        keys=tuple(place),
        worths=tuple(offer.counted_fen for offer in offers),
        policies=tuple(applications.index(_application(offer)) for offer in offers),
        deadlines=_deadlines(offers),
        conflicts=_conflicts(place, on.against),
        barred=bits_of([place[k] for k in sorted({b.key for b in on.bars}) if k in place]),
        needs=tuple(
            (place[need.key], bits_of([place[key] for key in sorted(need.one_of)]))
            for need in on.needs
            if need.key in place
        ),
        slots=tuple(_slots(offers, interactions)),
        caps=netted.caps,
        programme=netted.programme,
    )


def _conflicts(place: dict[str, int], against: Iterable[Clash]) -> tuple[Bits, ...]:
    conflicts = [0] * len(place)
    for clash in against:
        if clash.one in place:
            one, other = place[clash.one], place[clash.other]
            conflicts[one] |= 1 << other
            conflicts[other] |= 1 << one
    return tuple(conflicts)


def _deadlines(offers: Sequence[Offer]) -> tuple[int, ...]:
    """By rank, the earliest first; an application without a last day comes after all others."""
    days = sorted({offer.standing.deadline or date.max for offer in offers})
    return tuple(days.index(offer.standing.deadline or date.max) for offer in offers)


def _slots(
    offers: Sequence[Offer], interactions: Iterable[Interaction]
) -> Iterator[tuple[tuple[Bits, ...], int]]:
    """One place alone is a matter of pairs."""
    for rule in interactions:
        if isinstance(rule, Slots) and rule.most > 1:
            for group in _counted_together(rule, offers):
                policies: dict[str, int] = {}
                for item in group:
                    name = _application(offers[item])
                    policies[name] = policies.get(name, 0) | 1 << item
                yield tuple(policies[name] for name in sorted(policies)), rule.most


def _counted_together(rule: Slots, offers: Sequence[Offer]) -> list[list[int]]:
    """The members that share slots: of one person, and of one level or issuer if so said."""
    groups: dict[tuple[str, str], list[int]] = {}
    for item, offer in enumerate(offers):
        if takes_a_slot(rule, offer):
            groups.setdefault(slot_of(rule, offer), []).append(item)
    return [groups[name] for name in sorted(groups)]
