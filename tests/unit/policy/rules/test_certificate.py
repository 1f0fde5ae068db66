"""What is claimed of a package is tried against every set there is; a forged claim is refused."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from services.policy.rules import Interaction, Outcome, render_package
from services.policy.rules.certificate import Claim, Confirmation, Flaw, confirm
from services.policy.rules.scene import ALONE
from tests.unit.policy.rules.package_samples import Given, World, benefit
from tests.unit.policy.rules.package_worlds import Case, worlds
from tests.unit.policy.rules.test_package_table import TABLE

Json = dict[str, Any]
# 100k excludes both 60k and 40k; 5k stands beside any of them.
WORLD = World(
    policies={
        "A": Given(
            benefits=benefit("b", 90_000), says=["exclusive: {target: A, excludes: [B, C]}"]
        ),
        "B": benefit("b", 60_000, "rent"),
        "C": benefit("b", 40_000, "award"),
        "D": benefit("b", 5_000, "settling"),
    }
)


def of_the_world(world: World) -> tuple[Mapping[str, list[Outcome]], list[Interaction]]:
    if world.spouse is None:
        return {ALONE: world.outcomes()}, world.interactions()
    people = {"one": world.outcomes(), "other": world.outcomes(world.spouse)}
    return people, world.interactions()


def held_against(answer: Json, world: World = WORLD, *, most_tried: int = 18) -> Confirmation:
    people, said = of_the_world(world)
    claim = msgspec.convert(answer, Claim)
    return confirm(claim, people, said, world.states, world.rulings, most_tried=most_tried)


def answered() -> Json:
    return deepcopy(render_package(WORLD.best()))


def flaws(found: Confirmation) -> set[tuple[Flaw, str]]:
    return {(each.flaw, each.about) for each in found.disputes}


@pytest.mark.parametrize("name", TABLE)
def test_every_package_worked_by_hand_is_confirmed(name: str) -> None:
    world = TABLE[name].world
    answer = render_package(world.best())
    found = held_against(answer, world)
    assert (found.disputes, found.untried) == ((), ())
    assert found.sets_tried > len(answer["included"]) or not answer["included"]


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_every_package_of_a_random_world_is_confirmed(case: Case) -> None:
    claim = msgspec.convert(render_package(case.best()), Claim)
    assert confirm(claim, {ALONE: case.outcomes}, case.interactions).holds


def _the_worse_one(answer: Json) -> None:
    """What was left out is given, and what was chosen is left out, with sums that add up."""
    included, left = answer["included"], answer["left_out"]
    worse = next(each for each in left if each["offer"]["key"] == "A#b")
    better = [each for each in included if each["offer"]["key"] in ("B#b", "C#b")]
    stays = [each for each in included if each not in better]
    paid = {"offer": worse["offer"], "least_fen": 9_000_000, "most_fen": 9_000_000}
    clash = {"interaction_id": "A/i0", "by": "A#b", "had": None}
    answer["included"] = [paid, *stays]
    answer["left_out"] = [
        {"offer": each["offer"], "blocked_by": [clash], "costs_fen": None, "instead": []}
        for each in better
    ]
    answer["least_fen"] = answer["most_fen"] = 9_500_000


def _cheaper_to_force(answer: Json) -> None:
    answer["left_out"][0]["costs_fen"] = 1


def _not_to_be_forced(answer: Json) -> None:
    answer["left_out"][0].update(costs_fen=None, instead=[])


def _without_the_forced_one(answer: Json) -> None:
    answer["left_out"][0]["instead"] = []


def _blocked_by_another_rule(answer: Json) -> None:
    answer["left_out"][0]["blocked_by"][0]["interaction_id"] = "B/i0"


def _blocked_by_nothing(answer: Json) -> None:
    answer["left_out"][0]["blocked_by"] = []


def _blocked_by_a_bystander(answer: Json) -> None:
    answer["left_out"][0]["blocked_by"][0]["by"] = "D#b"


def _paid_more(answer: Json) -> None:
    answer["included"][0]["most_fen"] += 100


def _summed_up_wrongly(answer: Json) -> None:
    answer["most_fen"] += 100


def _passed_over(answer: Json) -> None:
    del answer["left_out"][0]


def _invented(answer: Json) -> None:
    more = deepcopy(answer["included"][0])
    more["offer"]["key"] = "Z#b"
    answer["included"].append(more)


def _both(answer: Json) -> None:
    """What excludes each other is given together."""
    left = answer["left_out"].pop(0)
    paid = {"offer": left["offer"], "least_fen": 9_000_000, "most_fen": 9_000_000}
    answer["included"].append(paid)


FORGED: list[tuple[Callable[[Json], None], tuple[Flaw, str]]] = [
    (_the_worse_one, (Flaw.BETTER_ONE, "")),
    (_cheaper_to_force, (Flaw.COSTS_OTHERWISE, "A#b")),
    (_not_to_be_forced, (Flaw.BETTER_INSTEAD, "A#b")),
    (_without_the_forced_one, (Flaw.UNLAWFUL, "A#b")),
    (_blocked_by_another_rule, (Flaw.NOT_BLOCKED_SO, "A#b")),
    (_blocked_by_nothing, (Flaw.NOT_BLOCKED_SO, "A#b")),
    (_blocked_by_a_bystander, (Flaw.NOT_BLOCKED_SO, "A#b")),
    (_paid_more, (Flaw.PAYS_OTHERWISE, "B#b")),
    (_summed_up_wrongly, (Flaw.PAYS_OTHERWISE, "")),
    (_passed_over, (Flaw.NOT_MENTIONED, "A#b")),
    (_invented, (Flaw.NOT_ON_OFFER, "Z#b")),
    (_both, (Flaw.UNLAWFUL, "")),
]


@pytest.mark.parametrize(("forge", "flaw"), FORGED, ids=lambda each: getattr(each, "__name__", ""))
def test_a_forged_claim_is_refused_by_name(
    forge: Callable[[Json], None], flaw: tuple[Flaw, str]
) -> None:
    answer = answered()
    assert held_against(answer).holds
    forge(answer)
    found = held_against(answer)
    assert not found.holds
    assert flaw in flaws(found)


def test_a_checker_that_tries_nothing_lets_the_worse_package_pass_and_says_so() -> None:
    """The control: what finds the forgery out is the trying of every set."""
    answer = answered()
    _the_worse_one(answer)
    careless = held_against(answer, most_tried=0)
    assert careless.holds
    assert (careless.sets_tried, careless.untried) == (0, ("A#b", "B#b", "C#b", "D#b"))


def test_a_part_that_is_too_large_is_named_and_the_others_are_tried() -> None:
    found = held_against(answered(), most_tried=2)
    assert found.untried == ("A#b", "B#b", "C#b")
    assert (found.sets_tried, found.holds) == (2, True)
