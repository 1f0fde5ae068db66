"""Random worlds of policies and statements, their plain reading, and the same by other names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from hypothesis import strategies as st
from msgspec import structs

from services.policy.rules import Interaction, Outcome, Package, best_package
from services.policy.rules.facts import Receipt
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Target
from tests.unit.policy.rules.package_samples import RIGHT, Given, World, benefit, receipt, received
from tests.unit.policy.rules.plain_reading import lawful_groups, pays


@dataclass(frozen=True)
class Case:
    outcomes: list[Outcome]
    interactions: list[Interaction]

    @property
    def offers(self) -> list[Offer]:
        return [offer for outcome in self.outcomes for offer in outcome.offers]

    def best(self) -> Package:
        return best_package(self.outcomes, self.interactions)


def case(world: World) -> Case:
    return Case(world.outcomes(), world.interactions())


SUMS = st.lists(st.integers(0, 6), min_size=1, max_size=7)


@st.composite
def worlds(draw: st.DrawFn) -> Case:
    sums = draw(SUMS)
    names = [f"P{n}" for n in range(len(sums))]
    items = draw(st.lists(st.sampled_from(["rent", "living"]), min_size=7, max_size=7))
    policies: dict[str, Given | str] = {
        name: Given(
            benefits=", ".join([benefit("b", sums[n], items[n]), *([RIGHT] if n % 3 == 0 else [])]),
            published=f"2025-01-{n + 1:02}",
        )
        for n, name in enumerate(names)
    }
    some = st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)
    kinds = draw(st.lists(st.integers(0, 5), max_size=5))
    says = [interaction(kind, sorted(draw(some))) for kind in kinds]
    return case(World(policies=policies, says=says))


def interaction(kind: int, names: Sequence[str]) -> str:
    first, listed = names[0], ", ".join(names)
    others = ", ".join(names[1:]) or "NOBODY"
    cap = "total_cap: {amount: 7 元, per: once}"
    return [
        f"exclusive: {{target: {first}, excludes: [{others}]}}",
        f"choose_one: {{members: [{listed}]}}",
        "highest: {members: [{cost_item: rent}]}",
        f"cap: {{members: [{listed}], most: 5 元}}",
        f"top_up: {{target: {first}#b, bases: [{others}], {cap}}}",
        f"deduct_prior: {{target: {first}#b, members: [{others}]}}",
        f"slots: {{members: [{listed}], most: 1, per: all}}",
        f"slots: {{members: [{listed}], most: 2, per: all}}",
        f"terminates: {{target: {first}, ends: [{others}]}}",
        f"requires: {{target: {first}, needs: [{others}]}}",
        f"prefer: {{members: [{listed}], by: [newest]}}",
        f"once: {{members: [{listed}], per: lifetime}}",
        f"first_money_only: {{target: {first}, earlier: [{others}]}}",
        f"together: {{target: {first}, with: [{others}]}}",
    ][kind]


@st.composite
def wider_worlds(draw: st.DrawFn) -> tuple[Case, Sequence[Receipt]]:
    """Of more kinds, with exceptions in the same text, and with money that was had before."""
    sums = draw(SUMS)
    names = [f"P{n}" for n in range(len(sums))]
    policies: dict[str, Given | str] = {
        name: Given(benefits=benefit("b", sums[n], "rent"), published=f"2025-01-{n + 1:02}")
        for n, name in enumerate(names)
    }
    some = st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)
    kinds = draw(st.lists(st.sampled_from((0, 1, 3, *range(6, 14), 13, 13)), max_size=6))
    says = [interaction(kind, sorted(draw(some))) for kind in kinds]
    paid = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    receipts = [receipt(name, "rent", 1, benefit_id="b") for name in paid]
    world = case(World(policies=policies, says=says, facts=received(*receipts)))
    return world, world.outcomes[0].background.received


def best_by_plain_reading(world: Case, had: Sequence[Receipt] = ()) -> int:
    said = sorted(world.interactions, key=lambda each: each.stated.interaction_id)
    return max(pays(group, said) for group in lawful_groups(world.offers, said, had))


Rename = Callable[[str], str]


def under_other_names(world: Case, rename: Rename) -> Case:
    """The same world, its policies named otherwise wherever they are named."""
    outcomes = [
        structs.replace(
            outcome,
            policy_id=rename(outcome.policy_id),
            offers=tuple(
                structs.replace(
                    offer,
                    policy_id=rename(offer.policy_id),
                    key=f"{rename(offer.policy_id)}#{offer.benefit_id}",
                )
                for offer in outcome.offers
            ),
        )
        for outcome in world.outcomes
    ]
    return Case(outcomes, [_renamed(each, rename) for each in world.interactions])


def _renamed(value: Any, rename: Rename) -> Any:
    if isinstance(value, tuple):
        return tuple(_renamed(each, rename) for each in value)
    if isinstance(value, Target):
        return replace(value, policy_id=rename(value.policy_id))
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: _renamed(getattr(value, f.name), rename) for f in fields(value)}
        return replace(value, **parts)
    return value


def backwards(name: str) -> str:
    return f"X{ord('Z') - ord(name[-1])}"
