"""The best lawful package, against cases worked by hand and against trying every set."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules import (
    Interaction,
    Outcome,
    Package,
    best_package,
    evaluate,
    render_package,
)
from services.policy.rules.outcome import Offer
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of

FACTS = facts_of({"birth_date": "1990-01-01"})


@dataclass(frozen=True)
class Case:
    outcomes: list[Outcome]
    interactions: list[Interaction]

    def best(self) -> Package:
        return best_package(self.outcomes, self.interactions)


def benefit(name: str, yuan: int, item: str = "living", term: str = "", often: str = "once") -> str:
    per = f"per: month, term: {term}" if term else f"per: {often}"
    pay = f"{{amount: {yuan} 元, {per}}}"
    return f"{{id: {name}, kind: money, cost_item: {item}, pay: {pay}, cite: a}}"


RIGHT = "{id: right, kind: right, cost_item: residence, thing: residence-permit, cite: a}"


def case(policies: dict[str, str], *interactions: str, holds: str | None = None) -> Case:
    """Policies by id with their benefits; every interaction is stated by a last policy."""
    values = {"birth_date": "1990-01-01"} | ({"policies_held": holds} if holds else {})
    stated = [f"{{id: i{n}, {text}, cite: a}}" for n, text in enumerate(interactions)]
    last = policy_of(policy_id="XX-LAST", more=f"interactions: [{', '.join(stated)}]")
    parsed = [
        policy_of(policy_id=name, benefits=f"[{benefits}]") for name, benefits in policies.items()
    ]
    facts = facts_of(values)
    return Case(
        [evaluate(each, facts, TODAY, NOW) for each in [*parsed, last]], list(last.interactions)
    )


def chosen(package: Package) -> list[str]:
    return [each.offer.key for each in package.included]


def yuan(package: Package) -> int:
    return package.most_fen // 100


def test_two_smaller_grants_beat_one_that_excludes_both() -> None:
    package = case(
        {"A": benefit("b", 100_000), "B": benefit("b", 60_000), "C": benefit("b", 60_000)},
        "exclusive: {target: A, excludes: [B, C]}",
    ).best()
    assert (yuan(package), chosen(package)) == (120_000, ["B#b", "C#b"])
    (left,) = package.left_out
    assert left.costs_fen == 2_000_000
    assert {blocker.by for blocker in left.blocked_by} == {"B#b", "C#b"}


def test_a_package_names_the_sums_it_counts_once_because_nobody_showed_how_often() -> None:
    package = case(
        {
            "A": f"{benefit('b', 100_000, often='not_seen')}, {benefit('c', 1, 'rent')}",
            "B": benefit("b", 60_000, often="not_seen"),
            "C": "{id: x, kind: money, payee: employer, cost_item: award, "
            "pay: {amount: 5 元, per: not_seen}, cite: a}",
        },
        "choose_one: {members: [A#b, B]}",
    ).best()
    assert (yuan(package), package.counted_once) == (100_001, ("A#b",))
    assert render_package(package)["counted_once"] == ["A#b"]


def test_a_top_up_reaches_its_total_and_no_more() -> None:
    """City 60k and a district topping up to 80k together pay 80k."""
    package = case(
        {"CITY": benefit("b", 60_000), "DISTRICT": benefit("t", 50_000)},
        "top_up: {target: DISTRICT#t, bases: [CITY#b], total_cap: {amount: 80000 元, per: once}}",
    ).best()
    assert yuan(package) == 80_000


def test_a_monthly_top_up_is_capped_by_the_month() -> None:
    package = case(
        {
            "CITY": benefit("b", 3000, "rent", "{months: 24}"),
            "TOWN": benefit("t", 3000, "rent", "open"),
        },
        "top_up: {target: TOWN#t, bases: [CITY#b], total_cap: {amount: 5000 元, per: month}}",
    ).best()
    assert yuan(package) == 3000 * 24 + 2000 * 12


def test_a_top_up_without_its_base_is_left_out_and_says_why() -> None:
    package = case({"TOWN": benefit("t", 3000)}, "top_up: {target: TOWN#t, bases: [CITY#b]}").best()
    (left,) = package.left_out
    assert (yuan(package), left.costs_fen, left.blocked_by[0].by) == (0, None, None)


def test_a_base_already_held_carries_a_top_up() -> None:
    package = case(
        {"TOWN": benefit("t", 3000)},
        "top_up: {target: TOWN#t, bases: [CITY#b]}",
        holds="CITY",
    ).best()
    assert yuan(package) == 3000


def test_of_two_payments_for_one_cost_item_the_higher_applies() -> None:
    package = case(
        {
            "A": benefit("b", 3000, "rent"),
            "B": benefit("b", 2000, "rent"),
            "C": benefit("b", 1000, "living"),
        },
        "highest: {members: [{cost_item: rent}]}",
    ).best()
    assert (yuan(package), chosen(package)) == (4000, ["A#b", "C#b"])


def test_several_parts_of_one_policy_for_one_cost_item_stand_together() -> None:
    parts = f"{benefit('first', 2000, 'rent')}, {benefit('then', 1000, 'rent')}"
    package = case({"A": parts}, "highest: {members: [{cost_item: rent}]}").best()
    assert yuan(package) == 3000


def test_what_the_package_itself_pays_is_deducted() -> None:
    package = case(
        {"HOME": benefit("b", 100_000), "SETTLE": benefit("s", 30_000, "settling")},
        "deduct_prior: {target: HOME#b, members: [{cost_item: settling}]}",
    ).best()
    assert (yuan(package), len(package.included)) == (100_000, 2)


def test_a_common_cap_limits_the_sum() -> None:
    package = case(
        {"A": benefit("b", 30_000), "B": benefit("b", 30_000)},
        "cap: {members: [A, B], most: 45000 元}",
    ).best()
    assert yuan(package) == 45_000


def test_a_right_that_blocks_nothing_is_never_left_out() -> None:
    package = case({"A": benefit("b", 1000), "R": RIGHT}).best()
    assert (yuan(package), chosen(package)) == (1000, ["A#b", "R#right"])


def test_equal_packages_take_the_fewest_applications_then_the_first_name() -> None:
    package = case(
        {"A": benefit("b", 1000), "B": benefit("b", 1000)},
        "choose_one: {members: [A, B]}",
    ).best()
    assert chosen(package) == ["A#b"]
    two = f"{benefit('p', 500)}, {benefit('q', 500)}"
    package = case(
        {"A": benefit("p", 500), "B": benefit("q", 500), "C": two},
        "choose_one: {members: [A, C#p]}",
        "choose_one: {members: [B, C#q]}",
    ).best()
    assert package.applications == ("C",)


def test_an_ineligible_policy_changes_nothing() -> None:
    plain = case({"A": benefit("b", 1000)})
    barred = policy_of(
        '{since: birth_date, op: ">", years: 90, cite: a}',
        policy_id="OLD",
        benefits=f"[{benefit('b', 90_000)}]",
    )
    more = [*plain.outcomes, evaluate(barred, FACTS, TODAY, NOW)]
    assert best_package(more, plain.interactions) == plain.best()


SMALL = st.lists(st.integers(0, 6), min_size=1, max_size=7)


@st.composite
def worlds(draw: st.DrawFn) -> Case:
    sums = draw(SMALL)
    names = [f"P{n}" for n in range(len(sums))]
    items = draw(st.lists(st.sampled_from(["rent", "living"]), min_size=7, max_size=7))
    policies = {
        name: ", ".join([benefit("b", sums[n], items[n]), *([RIGHT] if n % 3 == 0 else [])])
        for n, name in enumerate(names)
    }
    some = st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)
    kinds = draw(st.lists(st.integers(0, 5), max_size=5))
    return case(policies, *(_interaction(kind, draw(some)) for kind in kinds))


def _interaction(kind: int, names: Sequence[str]) -> str:
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
    ][kind]


def by_trying_everything(world: Case) -> tuple[tuple[int, int, int], list[str]]:
    offers = [offer for outcome in world.outcomes for offer in outcome.offers]
    against = {(clash.one, clash.other) for clash in clashes(offers, world.interactions)}
    best: tuple[tuple[int, int, int], list[str]] | None = None
    for size in range(len(offers) + 1):
        for group in combinations(offers, size):
            keys = sorted(offer.key for offer in group)
            if any(pair in against for pair in combinations(keys, 2)) or _lacks(group, world):
                continue
            fen = sum(net(group, world.interactions, lambda o: o.counted_fen).values())
            score = (fen, len(group), -len({offer.policy_id for offer in group}))
            if best is None or score > best[0] or (score == best[0] and keys < best[1]):
                best = (score, keys)
    assert best is not None
    return best


def _lacks(group: Sequence[Offer], world: Case) -> bool:
    return any(without_base(o, group, world.interactions, frozenset()) for o in group)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_the_package_is_what_trying_everything_finds(world: Case) -> None:
    package = world.best()
    (fen, count, _), keys = by_trying_everything(world)
    assert (package.most_fen, len(package.included)) == (fen, count)
    assert chosen(package) == keys


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_the_order_of_policies_and_interactions_never_shows(world: Case) -> None:
    backwards = best_package(world.outcomes[::-1], world.interactions[::-1])
    assert backwards == world.best()


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_forcing_in_what_was_left_out_costs_what_is_said(world: Case) -> None:
    package = world.best()
    offers = [offer for outcome in world.outcomes for offer in outcome.offers]
    against = {(clash.one, clash.other) for clash in clashes(offers, world.interactions)}
    for left in package.left_out:
        sums = [
            sum(net(group, world.interactions, lambda o: o.counted_fen).values())
            for size in range(len(offers) + 1)
            for group in combinations(offers, size)
            if left.offer in group
            and not any(pair in against for pair in combinations(sorted(o.key for o in group), 2))
            and not _lacks(group, world)
        ]
        expected = package.most_fen - max(sums) if sums else None
        assert left.costs_fen == expected
        assert left.blocked_by


@pytest.mark.parametrize("count", [30])
def test_thirty_policies_are_solved_exactly(count: int) -> None:
    policies = {f"P{n:02}": benefit("b", 1000 + n * n % 97) for n in range(count)}
    pairs = [
        f"choose_one: {{members: [P{n:02}, P{(n * 7 + 3) % count:02}]}}"
        for n in range(count)
        if n != (n * 7 + 3) % count
    ]
    package = case(policies, *pairs).best()
    assert len(package.included) + len(package.left_out) == count
