"""A text that lessens nothing of what is offered is set aside, and nobody's package shows it."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from services.policy.rules.budget import alone, lessening, many
from services.policy.rules.budget.common import Common, can_be_common, common_to
from services.policy.rules.budget.lessening import Offered
from services.policy.rules.budget.many import packages_of
from services.policy.rules.budget.sought import Sought
from services.policy.rules.interactions import Cap, Interaction, TopUp
from services.policy.rules.outcome import Outcome
from services.policy.rules.package import prepared
from tests.unit.policy.rules.package_samples import BORN, Given, World, benefit, receipt, received
from tests.unit.policy.rules.test_common import had_by, offers_in, received_by, world_at_random

WORLDS = range(40)
GROUNDS = 12
SHARE = 0.6
"""Of the policies so many are offered."""

Rows = list[dict[str, tuple[int, int]]]
"""For each person what is chosen, and what it pays at most and for sure."""


def sought_by(outcomes: list[Outcome], chance: random.Random) -> Sought:
    """One or two people whose sums, and how sure they are, differ."""
    offers, rows = offers_in(outcomes), chance.choice((1, 2))
    own = np.array([offer.counted_fen for offer in offers], dtype=np.int64)
    most = np.array([own, *([own * chance.choice((1, 2))] * (rows - 1))]).reshape(rows, -1)
    sure = np.array([chance.choice((0, 1, 2)) for _ in range(most.size)]).reshape(most.shape)
    sure[0] = 2
    return Sought(offers=offers, most=most, least=most * sure // 2)


def together(sought: Sought, common: Common, outcomes: list[Outcome]) -> Rows:
    ready = common.prepared_for(sought.offers, sought.at_most(), had_by(outcomes))
    found = packages_of(sought, ready, common.known)
    return [
        {
            offer.key: (int(found.most[row, place]), int(found.least[row, place]))
            for place, offer in enumerate(sought.offers)
            if found.chosen[row, place]
        }
        for row in range(len(sought.most))
    ]


def one_by_one(sought: Sought, outcomes: list[Outcome], said: Sequence[Interaction]) -> Rows:
    ready, every = prepared(outcomes, said, {}), range(len(sought.offers))
    packages = [ready.best_of(sought.of(row, every)) for row in range(len(sought.most))]
    return [{i.offer.key: (i.most_fen, i.least_fen) for i in each} for each in packages]


def differing(seed: int) -> int:
    """How many of those who share what is known of a world are answered otherwise than alone."""
    found, chance = 0, random.Random(seed)
    world = world_at_random(chance)
    outcomes, said = world.outcomes(BORN), world.interactions()
    if not can_be_common(said, offers_in(outcomes)):
        return 0
    common = common_to(prepared(outcomes, said, {}).on, {})
    for _ in range(GROUNDS):
        facts = received(*received_by(chance))
        some = [each for each in world.outcomes(facts) if chance.random() < SHARE]
        sought = sought_by(some, chance)
        found += together(sought, common, some) != one_by_one(sought, some, said)
    return found


@pytest.mark.parametrize("seed", WORLDS)
def test_what_is_set_aside_and_what_is_known_of_others_changes_no_package(seed: int) -> None:
    assert differing(seed) == 0


def test_a_text_that_lessens_and_is_set_aside_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: no text lessens anything."""
    monkeypatch.setattr(Offered, "never_lessened", lambda *_: True)
    assert any(differing(seed) for seed in WORLDS)


def test_a_cap_that_is_not_reached_and_does_not_keep_its_order_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lessening, "_in_the_way", lambda *_: set())
    assert any(differing(seed) for seed in WORLDS)


def test_what_was_had_and_is_taken_for_nothing_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alone, "decisive", lambda *_: ())
    assert any(differing(seed) for seed in WORLDS)


def test_sums_taken_for_filled_in_one_order_are_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Sought, "filled", lambda *_: ())
    assert any(differing(seed) for seed in WORLDS)


def test_what_a_text_holds_and_is_taken_whole_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(many, "_held_by_texts", lambda _: set())
    assert any(differing(seed) for seed in WORLDS)


def test_only_texts_that_what_is_offered_stays_within_are_set_aside() -> None:
    capped = "cap: {members: ['#b', P1], most: 10 元}"
    topped = "top_up: {target: '#b', bases: [P1], total_cap: {amount: 8 元, per: once}}"
    world = World(
        policies={
            "P0": Given(benefits=benefit("b", 4), says=[capped, topped]),
            "P1": benefit("b", 4),
        }
    )
    common = common_to(prepared(world.outcomes(), world.interactions(), {}).on, {})
    offers = offers_in(world.outcomes())

    def left(one: int, other: int, *receipts: dict[str, Any]) -> list[type[Interaction]]:
        had = had_by(world.outcomes(received(*receipts)))
        found = common.prepared_for(offers, {"P0#b": one, "P1#b": other}, had)
        return [type(text) for text, _ in found.on.linked]

    assert left(400, 400) == []
    assert left(400, 401) == [TopUp]
    assert left(400, 601) == [Cap, TopUp]
    assert left(400, 400, receipt("P1", "living", 1)) == [TopUp]
    assert left(400, 400, receipt("P1", "living", 3)) == [Cap, TopUp]
    assert left(400, 400, receipt("P7", "rent", 3)) == []


def test_caps_that_cross_are_kept_and_so_is_whatever_they_hold() -> None:
    caps = ["cap: {members: ['#b', P1], most: 99 元}", "cap: {members: ['#b', P2], most: 99 元}"]
    others = {name: benefit("b", 4) for name in ("P1", "P2", "P3", "P4")}
    inner, apart = ("cap: {members: [P1], most: 99 元}", "cap: {members: [P3, P4], most: 99 元}")
    world = World(
        policies={"P0": Given(benefits=benefit("b", 4), says=caps), **others},
        says=(inner, apart),
    )
    common = common_to(prepared(world.outcomes(), world.interactions(), {}).on, {})

    def left(*names: str) -> list[frozenset[str]]:
        offers = [each for each in offers_in(world.outcomes()) if each.policy_id in names]
        most = {offer.key: 400 for offer in offers}
        return [keys for _, keys in common.prepared_for(offers, most).on.linked]

    assert left("P0", "P1", "P3", "P4") == []
    crossing = [{"P0#b", "P1#b"}, {"P0#b", "P2#b"}, {"P1#b"}]
    assert left("P0", "P1", "P2", "P3", "P4") == crossing
