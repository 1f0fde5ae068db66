"""What benefits pay: tables, caps, terms, prior receipts."""

from typing import Any

import pytest

from services.policy.rules import Offer, evaluate
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of

BORN = {"birth_date": "1990-01-01"}
TABLE = (
    "{table: {by: highest_degree, rows: [{is: master, amount: 1000 元, cite: a}, "
    "{is: doctor, amount: 2000 元, cite: a}]}}"
)


def offers(pay: str, facts: dict[str, Any] | None = None, more: str = "") -> tuple[Offer, ...]:
    benefits = f"[{{id: b, kind: money, cost_item: rent, pay: {pay}, cite: c}}]"
    policy = policy_of(benefits=benefits, more=more)
    return evaluate(policy, facts_of({**BORN, **(facts or {})}), TODAY, NOW).offers


def worth(
    pay: str, facts: dict[str, Any] | None = None, more: str = ""
) -> tuple[int, int, tuple[str, ...]]:
    (offer,) = offers(pay, facts, more)
    return offer.worth.least_fen // 100, offer.worth.most_fen // 100, offer.worth.missing


@pytest.mark.parametrize(
    ("pay", "least", "most"),
    [
        ("{amount: 3000 元, per: once}", 3000, 3000),
        ("{amount: 1.5 万元, per: once}", 15_000, 15_000),
        ("{amount: {at_most: 30 万元}, per: once}", 0, 300_000),
        ("{amount: {from: 1000 元, to: 4000 元}, per: month, term: {months: 2}}", 2000, 8000),
        ("{amount: 600 元, per: month, term: {months: 24}}", 14_400, 14_400),
        ("{amount: 600 元, per: month, term: open}", 7200, 7200),
        ("{amount: 600 元, per: month, term: not_seen}", 7200, 7200),
        ("{amount: 1000 元, per: year, term: {months: 18}}", 1500, 1500),
        ("{amount: 40 万元, per: not_seen}", 400_000, 400_000),
    ],
)
def test_a_payment_counts_over_its_term(pay: str, least: int, most: int) -> None:
    assert worth(pay) == (least, most, ())


def test_a_sum_of_which_nobody_showed_how_often_it_is_paid_is_never_called_paid_once() -> None:
    (unseen,), (once,) = (
        offers("{amount: 1 元, per: not_seen}"),
        offers("{amount: 1 元, per: once}"),
    )
    assert (unseen.worth.per, unseen.worth.term) == ("not_seen", "not_seen")
    assert unseen.worth.counted_months is None
    assert (once.worth.per, once.worth.term) == ("once", "once")


def test_the_row_of_the_degree_is_paid() -> None:
    pay = f"{{amount: {TABLE}, per: once}}"
    assert worth(pay, {"highest_degree": "doctor"}) == (2000, 2000, ())
    assert worth(pay, {"highest_degree": "master"}) == (1000, 1000, ())
    assert offers(pay, {"highest_degree": "bachelor"}) == ()


def test_an_unknown_degree_leaves_the_amount_open() -> None:
    assert worth(f"{{amount: {TABLE}, per: once}}") == (0, 2000, ("highest_degree",))


CAPPED = (
    "{amount: 3000 元, per: month, term: {months: 10}, "
    "steps: [{cap_by: monthly_rent, percent: 50, cite: a}, {cap_total: 2 万元, cite: a}]}"
)


@pytest.mark.parametrize(
    ("rent", "most"), [(400_000, 20_000), (600_000, 20_000), (300_000, 15_000)]
)
def test_caps_hold_one_after_the_other(rent: int, most: int) -> None:
    assert worth(CAPPED, {"monthly_rent": rent}) == (most, most, ())


def test_an_unknown_rent_leaves_the_least_at_nothing() -> None:
    assert worth(CAPPED) == (0, 20_000, ("monthly_rent",))


def test_capped_by_the_price_then_less_what_was_received() -> None:
    """Price 500k, standard 1,000k, 400k received: 100k remain."""
    pay = "{amount: 100 万元, per: once, steps: [{cap_by: home_price, percent: 100, cite: a}]}"
    more = (
        "interactions: [{id: less, deduct_prior: "
        "{target: '#b', members: [{cost_item: settling}]}, cite: a}]"
    )
    received = [{"policy_id": "XX-TWO", "cost_item": "settling", "fen": 40_000_000}]
    facts = {"home_price": 50_000_000, "receipts": received}
    assert worth(pay, facts, more) == (100_000, 100_000, ())


def test_an_amount_not_seen_is_never_a_number() -> None:
    (offer,) = offers("{amount: not_seen, per: once}")
    assert (offer.worth.kind, offer.counted_fen) == ("not_seen", 0)


def test_money_for_the_employer_is_not_the_talents() -> None:
    benefits = (
        "[{id: b, kind: money, cost_item: award, payee: employer, "
        "pay: {amount: 5 万元, per: once}, cite: c}]"
    )
    (offer,) = evaluate(policy_of(benefits=benefits), facts_of(BORN), TODAY, NOW).offers
    assert (offer.worth.most_fen, offer.counted_fen) == (5_000_000, 0)
