"""What stands against what in a cluster is looked at once, and holds for any part of it alike."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from services.policy.rules.budget import common
from services.policy.rules.budget.choosing import NOTHING_HAD, Had
from services.policy.rules.budget.common import can_be_common, common_to
from services.policy.rules.outcome import Offer, Outcome
from services.policy.rules.package import Prepared, prepared
from services.policy.rules.scene import NOBODY, before_of
from tests.unit.policy.rules.package_samples import BORN, Given, World, benefit, receipt, received
from tests.unit.policy.rules.test_many import ITEMS, name_of, policy_at_random

POLICIES = 8
WORLDS = range(60)


def world_at_random(chance: random.Random, says: Sequence[str] = (), **facts: Any) -> World:
    policies = {name_of(n): policy_at_random(chance, n, POLICIES) for n in range(POLICIES)}
    return World(policies=policies, says=says, facts=received(*received_by(chance), **facts))


def received_by(chance: random.Random) -> list[dict[str, Any]]:
    """Every other person received something for one of the policies."""
    count = chance.choice((0, 1))
    return [
        receipt(name_of(chance.randrange(POLICIES)), chance.choice(ITEMS), chance.randrange(1, 15))
        for _ in range(count)
    ]


def ground_of(found: Prepared) -> object:
    on = found.on
    linked = [(each.stated.interaction_id, keys) for each, keys in on.linked]
    needs = sorted(on.needs, key=lambda need: (need.key, need.interaction_id))
    bars = sorted(on.bars, key=lambda bar: (bar.key, bar.interaction_id))
    parts = sorted(sorted(part) for part in found.parts)
    return on.against, bars, needs, linked, parts, on.scene.everybody()


def offers_in(outcomes: list[Outcome]) -> list[Offer]:
    return [offer for outcome in outcomes for offer in outcome.offers]


def had_by(outcomes: list[Outcome]) -> Had:
    before = before_of(outcomes)
    return Had(tuple(sorted(before.held)), before.background) if before != NOBODY else NOTHING_HAD


def test_who_has_a_part_of_it_stands_on_the_same_ground_as_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(common, "lessening", lambda linked, _: linked)
    compared: list[bool] = []
    for seed in WORLDS:
        chance = random.Random(seed)
        once = "once: {members: [P0, P1, {cost_item: rent}], per: lifetime}"
        world = world_at_random(chance, [once], policies_held=chance.choice(([], ["P2"])))
        outcomes, said = world.outcomes(), world.interactions()
        if not can_be_common(said, offers_in(outcomes)):
            continue
        shared = common_to(prepared(world.outcomes(BORN), said, {}).on, {})
        for _ in range(5):
            some = [outcome for outcome in outcomes if chance.random() < 0.6]
            alone, had = prepared(some, said, {}), had_by(some)
            assert ground_of(shared.prepared_for(offers_in(some), {}, had)) == ground_of(alone)
            compared.append(bool(alone.on.bars))
    assert len(compared) > len(WORLDS)
    assert 0 < sum(compared) < len(compared), "some were barred by what they had, and some not"


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
