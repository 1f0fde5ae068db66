"""A package put together from groups that do not bear on each other is the package of them all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from services.policy.rules import (
    POSSIBLE,
    PROMISING,
    Interaction,
    Outcome,
    Package,
    State,
    best_package,
    evaluate_all,
)
from services.policy.rules.apart import Group, best_apart
from services.policy.rules.budget.ties import ties_between
from services.policy.rules.choice import solved
from services.policy.rules.policy import Policy
from services.policy.rules.puzzle import Bits
from services.policy.rules.rulings import Rulings
from services.policy.rules.view import interactions_of
from tests.unit.policy.rules.budget_samples import rich_world
from tests.unit.policy.rules.test_package_table import TABLE

WORLDS = range(3)
PEOPLE = 60
"""Of each world."""


@dataclass(frozen=True)
class Asked:
    policies: Sequence[Policy]
    outcomes: Sequence[Outcome]
    interactions: Sequence[Interaction]
    states: frozenset[State]
    rulings: Rulings = field(default_factory=dict)

    def together(self) -> Package:
        return best_package(self.outcomes, self.interactions, self.states, self.rulings)

    def apart(self, ties: Sequence[Bits] | None = None) -> Package:
        between = ties_between(self.policies, self.interactions)
        return best_apart(
            self.outcomes,
            self.interactions,
            self.states,
            self.rulings,
            ties=[each.policies for each in between] if ties is None else ties,
            solving=solved,
            kept=anew,
        )


def anew(_group: Group, best: Callable[[], Package]) -> Package:
    return best()


@cache
def by_hand() -> tuple[Asked, ...]:
    """Every row of the hand-worked table that is about one person."""
    worlds = [row.world for row in TABLE.values() if row.world.spouse is None]
    return tuple(
        Asked(each.parsed(), each.outcomes(), each.interactions(), each.states, each.rulings)
        for each in worlds
    )


@cache
def drawn() -> tuple[Asked, ...]:
    return tuple(_drawn())


def _drawn() -> Iterator[Asked]:
    for seed in WORLDS:
        sample = rich_world(seed)
        policies, said = [e.policy for e in sample.view.entries], interactions_of(sample.view)
        for facts in sample.people[:PEOPLE]:
            outcomes = evaluate_all(sample.view, facts)
            for states in (PROMISING, POSSIBLE):
                yield Asked(policies, outcomes, said, states)


def test_every_package_worked_by_hand_comes_out_the_same() -> None:
    for each in by_hand():
        assert each.apart() == each.together()


def test_everybody_of_a_rich_world_has_the_same_package() -> None:
    for each in drawn():
        assert each.apart() == each.together()


def test_policies_taken_for_unrelated_are_found_out() -> None:
    """The control: whoever overlooks what texts say of each other finds other packages."""
    for several in (by_hand(), drawn()):
        assert any(each.apart(ties=[]) != each.together() for each in several)
