"""What stands against what in a cluster is looked at once, and holds for any part of it alike."""

import random

from services.policy.rules.budget.common import can_be_common, common_to
from services.policy.rules.outcome import Offer, Outcome
from services.policy.rules.package import Prepared, prepared
from tests.unit.policy.rules.package_samples import Given, World, benefit
from tests.unit.policy.rules.test_many import name_of, policy_at_random

POLICIES = 8
WORLDS = range(60)


def world_at_random(chance: random.Random) -> World:
    return World(
        policies={name_of(n): policy_at_random(chance, n, POLICIES) for n in range(POLICIES)}
    )


def ground_of(found: Prepared) -> object:
    on = found.on
    linked = [(each.stated.interaction_id, keys) for each, keys in on.linked]
    needs = sorted(on.needs, key=lambda need: (need.key, need.interaction_id))
    return on.against, on.bars, needs, linked, sorted(sorted(part) for part in found.parts)


def offers_in(outcomes: list[Outcome]) -> list[Offer]:
    return [offer for outcome in outcomes for offer in outcome.offers]


def test_who_has_a_part_of_it_stands_on_the_same_ground_as_alone() -> None:
    compared = 0
    for seed in WORLDS:
        chance = random.Random(seed)
        world = world_at_random(chance)
        outcomes, said = world.outcomes(), world.interactions()
        if not can_be_common(said, offers_in(outcomes)):
            continue
        common = common_to(prepared(outcomes, said, {}).on)
        for _ in range(5):
            some = [outcome for outcome in outcomes if chance.random() < 0.6]
            alone = prepared(some, said, {})
            assert ground_of(common.prepared_for(offers_in(some))) == ground_of(alone)
            compared += 1
    assert compared > len(WORLDS)


def test_sums_in_a_circle_and_preferences_are_looked_at_for_each_alone() -> None:
    deducts = "deduct_prior: {{target: '#b', members: [{}]}}"
    circle = World(
        policies={
            "P0": Given(benefits=benefit("b", 1), says=[deducts.format("P1")]),
            "P1": Given(benefits=benefit("b", 2), says=[deducts.format("P0")]),
        }
    )
    prefers = "prefer: {members: ['#b', P1], by: [best]}"
    preferring = World(
        policies={
            "P0": Given(benefits=benefit("b", 1), says=[prefers]),
            "P1": benefit("b", 2),
        }
    )
    for world in (circle, preferring):
        assert not can_be_common(world.interactions(), offers_in(world.outcomes()))
    assert not can_be_common([None], [])
