"""People who state different sums are reckoned at once, and to the fen as each of them alone."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from services.policy.rules import Policy
from services.policy.rules.budget import reckoning, working
from services.policy.rules.budget.crowd import LARGEST, crowd_of
from services.policy.rules.budget.reckoning import sums_read
from services.policy.rules.budget.records import receipts_of
from services.policy.rules.budget.working import Asked, worked_out
from services.policy.rules.facts import FactView, select
from services.policy.rules.offers import offers_of
from services.policy.rules.outcome import Offer
from services.policy.rules.receipts import RECEIPTS
from tests.unit.policy.rules.package_samples import Given, benefit, receipt, received, written
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of

HORIZON = 12
PEOPLE = 80
RENT, PRICE = "monthly_rent", "home_price"
BY_RENT = "{percent: 35, of: {fact: monthly_rent}}"
BY_PRICE = "{percent: 3, of: {fact: home_price}}"
CAP_BY_PRICE = "{cap_by: home_price, percent: 7, cite: a}"
CAP = "{cap_total: 9001 元, cite: a}"
LIFETIME = "{cap_lifetime: 8000 元, cite: a}"
HALF = "{rate: 45, cite: a}"
DEDUCTED = "{deduct: [{cost_item: award}], cite: a}"
MONTHS = "{months: 7}"
PARTS = "instalments: [50, 30, 20]"

PAYS = {
    "a part of the rent": benefit("b", BY_RENT, "rent", MONTHS),
    "a part of the rent, capped": benefit("b", BY_RENT, "rent", MONTHS, f"steps: [{CAP}]"),
    "open, over the horizon": benefit("b", BY_RENT, "rent", "open", f"steps: [{LIFETIME}]"),
    "a part of the price in parts": benefit("b", BY_PRICE, "rent", more=PARTS),
    "a sum capped by the price": benefit("b", 30_000, more=f"steps: [{CAP_BY_PRICE}]"),
    "capped by the month": benefit("b", 3_000, "rent", MONTHS, f"steps: [{CAP_BY_PRICE}]"),
    "all steps in order": benefit(
        "b", BY_PRICE, "rent", more=f"steps: [{CAP_BY_PRICE}, {HALF}, {DEDUCTED}, {CAP}]"
    ),
    "two sums": benefit("b", BY_RENT, "rent", MONTHS, f"steps: [{CAP_BY_PRICE}]"),
    "for the employer": f"{benefit('b', BY_PRICE)[:-1]}, payee: employer}}",
    "for some only": (
        f"{benefit('b', BY_PRICE)[:-1]}, "
        'when: {fact: fresh_graduate, op: "==", value: true, cite: a}}'
    ),
    "two benefits": f"{benefit('b', BY_RENT, 'rent', MONTHS)}, {benefit('c', BY_PRICE)}",
}
DEDUCTS = ["deduct_prior: {target: '#b', members: [{cost_item: award}]}"]


def people(seed: int) -> list[FactView]:
    """Sums lie close to where caps begin; some are not known, some were paid before."""
    chance = random.Random(seed)
    return [select(facts_of(_said(chance)), TODAY, NOW) for _ in range(PEOPLE)]


def _said(chance: random.Random) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        RENT: chance.choice((0, 1, 99, 367_387, 367_388, chance.randrange(900_000))),
        PRICE: chance.choice((0, 30_003_333, 30_003_334, chance.randrange(90_000_000))),
        "fresh_graduate": chance.random() < 0.5,
    }
    known = {fact: value for fact, value in drawn.items() if chance.random() < 0.85}
    if chance.random() < 0.3:
        own = receipt("XX-A", "rent", chance.choice((1_000, 7_000)))
        known |= received(own, receipt("XX-B", "award", chance.choice((10, 500))))
    return known


def at_once(policy: Policy, views: Sequence[FactView]) -> list[list[tuple[str, int, int, int]]]:
    crowd = crowd_of(views)
    worked = worked_out(
        Asked(
            policy=policy,
            crowd=crowd,
            received=receipts_of(crowd, RECEIPTS),
            people=np.arange(len(views)),
            horizon=HORIZON,
            sums=sums_read(policy, TODAY, HORIZON),
        )
    )
    keys = {int(row): [each.key for each in told] for rows, told in worked.answered for row in rows}
    table = worked.amounts
    return [
        [
            (key, int(table.most[row, n]), int(table.least[row, n]), int(table.promised[row, n]))
            for n, key in enumerate(keys[row])
        ]
        for row in worked.of.tolist()
    ]


def one_by_one(policy: Policy, views: Sequence[FactView]) -> list[list[tuple[str, int, int, int]]]:
    return [[_of(offer) for offer in offers_of(policy, view, HORIZON)] for view in views]


def _of(offer: Offer) -> tuple[str, int, int, int]:
    return offer.key, offer.counted_fen, offer.least_fen, offer.worth.most_fen


def policy_of(pays: str, says: Sequence[str] = ()) -> Policy:
    return written("XX-A", Given(benefits=pays, says=says))


@pytest.mark.parametrize("says", [[], DEDUCTS], ids=["plain", "deducting"])
@pytest.mark.parametrize("pays", PAYS.values(), ids=PAYS)
def test_the_sums_of_many_are_those_of_each_alone(pays: str, says: list[str]) -> None:
    policy = policy_of(pays, says)
    for seed in range(3):
        assert at_once(policy, people(seed)) == one_by_one(policy, people(seed))


@pytest.mark.parametrize("pays", PAYS.values(), ids=PAYS)
def test_few_of_them_are_worked_out(pays: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Policy] = []

    def counted(policy: Policy, view: FactView, horizon: int) -> tuple[Offer, ...]:
        asked.append(policy)
        return offers_of(policy, view, horizon)

    monkeypatch.setattr(working, "offers_of", counted)
    views = [
        view for seed in range(8) for view in people(seed) if view.read(RENT).value is not None
    ]
    at_once(policy_of(pays), views)
    assert 0 < len(asked) < len(views) / 2


@pytest.mark.parametrize("forgotten", ["is_one_sum", "own"])
def test_what_was_paid_before_and_is_forgotten_is_found_out(
    forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same, reckoned as if nothing had been received."""
    monkeypatch.setattr(reckoning, forgotten, lambda *_: [])
    policies = [policy_of(pays) for pays in PAYS.values()]
    assert any(at_once(each, people(0)) != one_by_one(each, people(0)) for each in policies)


def test_sums_that_decide_in_another_way_too_are_left_to_be_worked_out_one_by_one() -> None:
    rich = f"when: {{fact: {PRICE}, op: '>=', value: 1 元, cite: a}}"
    also = f"{benefit('b', BY_PRICE)[:-1]}, {rich}}}"
    assert sums_read(policy_of(benefit("b", BY_PRICE)), TODAY, HORIZON) == {PRICE}
    assert sums_read(policy_of(also), TODAY, HORIZON) == set()
    unordered = policy_of(
        benefit("b", BY_PRICE, more=f"order: not_seen, steps: [{CAP}, {CAP_BY_PRICE}]")
    )
    assert sums_read(unordered, TODAY, HORIZON) == set()
    assert at_once(unordered, people(1)) == one_by_one(unordered, people(1))


def test_a_sum_too_large_to_be_reckoned_at_once_is_worked_out_alone() -> None:
    views = [select(facts_of({PRICE: fen}), TODAY, NOW) for fen in (5, LARGEST * 1_000)]
    policy = policy_of(benefit("b", BY_PRICE))
    assert crowd_of(views).stated(PRICE) is None
    assert at_once(policy, views) == one_by_one(policy, views)
