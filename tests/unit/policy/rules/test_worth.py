"""What benefits pay: tables, caps, terms, prior receipts."""

from typing import Any

import pytest

from services.policy.rules import FormatError, Offer, evaluate
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of, written

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


HOLE = (
    "{table: {by: highest_degree, rows: [{is: bachelor, amount: 1000 元, cite: a}, %s"
    "{is: doctor, amount: 3000 元, cite: a}]}}"
)
RISEN = [
    written("titles_held", "qp.tier.D", valid_to="2026-01-01"),
    written("titles_held", "qp.tier.C", valid_from="2026-01-01"),
]
CLASSES = (
    "{amount: {table: {by: titles_held, rows: [{is: qp.tier.C, amount: 100 万元, cite: a}, "
    "{is: qp.tier.D, amount: 30 万元, cite: a}]}}, per: once, instalments: [50, 50]}"
)


def test_a_table_with_a_hole_is_refused() -> None:
    with pytest.raises(FormatError, match=r"hole at 'master'.*not_seen"):
        offers(f"{{amount: {HOLE % ''}, per: once}}")


def test_who_stands_in_a_row_that_was_not_seen_is_told_no_number() -> None:
    table = HOLE % "{is: master, amount: not_seen, cite: a}, "
    (offer,) = offers(f"{{amount: {table}, per: once}}", {"highest_degree": "master"})
    assert (offer.worth.kind, offer.counted_fen) == ("not_seen", 0)


def test_a_percentage_of_the_price_is_paid() -> None:
    pay = "{amount: {percent: 30, of: {fact: home_price}}, per: once}"
    assert worth(pay, {"home_price": 10_000_000}) == (30_000, 30_000, ())
    (offer,) = offers(pay)
    assert (offer.worth.kind, offer.worth.missing) == ("not_seen", ("home_price",))


def test_a_percentage_of_an_unknown_price_is_at_most_its_cap() -> None:
    pay = (
        "{amount: {percent: 30, of: {fact: home_price}}, per: once, "
        "steps: [{cap_total: 5 万元, cite: a}]}"
    )
    assert worth(pay) == (0, 50_000, ("home_price",))


def test_every_step_leaves_its_trail() -> None:
    pay = (
        "{amount: 10 万元, per: once, steps: [{name: price, cap_by: home_price, percent: 50, "
        "cite: a}, {rate: 80, cite: a}, {cap_total: 3 万元, cite: a}]}"
    )
    (offer,) = offers(pay, {"home_price": 10_000_000})
    assert [(each.step, each.most_fen // 100) for each in offer.worth.steps] == [
        ("price", 50_000),
        ("rate", 40_000),
        ("cap_total", 30_000),
    ]


def test_months_that_were_paid_are_not_paid_again() -> None:
    received = [{"policy_id": "XX-ONE", "cost_item": "rent", "fen": 200_000}]
    pay = "{amount: 1000 元, per: month, term: {months: 24}}"
    assert worth(pay, {"receipts": received}) == (22_000, 22_000, ())


def test_a_term_in_days_counts_the_months_that_are_left() -> None:
    pay = "{amount: 1000 元, per: month, term: {from: 2025-01-01, to: 2026-06-30}}"
    assert worth(pay) == (3000, 3000, ())
    assert offers("{amount: 1 元, per: month, term: {from: 2025-01-01, to: 2026-03-31}}") == ()


@pytest.mark.parametrize(
    ("rule", "yuan"), [("difference", 850_000), ("from_then", 500_000), ("frozen", 150_000)]
)
def test_a_promotion_pays_what_its_rule_says(rule: str, yuan: int) -> None:
    """Half of 30万 was paid; then the holder rose to the class of 100万."""
    more = f"interactions: [{{id: up, promotion: {{target: '#b', rule: {rule}}}, cite: a}}]"
    paid = {"policy_id": "XX-ONE", "cost_item": "rent", "fen": 15_000_000, "paid_on": "2025-06-01"}
    benefits = f"[{{id: b, kind: money, cost_item: rent, pay: {CLASSES}, cite: c}}]"
    facts = facts_of({**BORN, "receipts": [paid]}, *RISEN)
    (offer,) = evaluate(policy_of(benefits=benefits, more=more), facts, TODAY, NOW).offers
    assert offer.worth.most_fen == yuan * 100


def test_a_promotion_by_the_day_needs_the_days_of_what_was_paid() -> None:
    more = "interactions: [{id: up, promotion: {target: '#b', rule: from_then}, cite: a}]"
    paid = {"policy_id": "XX-ONE", "cost_item": "rent", "fen": 15_000_000}
    facts = {"receipts": [paid], "titles_held": "qp.tier.C"}
    assert worth(CLASSES, facts, more) == (0, 1_000_000, ("receipts",))


def test_benefits_of_one_file_that_are_net_of_each_other_are_refused() -> None:
    benefits = (
        "[{id: a, kind: money, cost_item: rent, pay: {amount: 1 元, per: once}, cite: c}, "
        "{id: b, kind: money, cost_item: living, pay: {amount: 1 元, per: once}, cite: c}]"
    )
    one = "{id: one, deduct_prior: {target: '#a', members: [{cost_item: living}]}, cite: c}"
    two = "{id: two, top_up: {target: '#b', bases: ['#a']}, cite: c}"
    assert policy_of(benefits=benefits, more=f"interactions: [{one}]").interactions
    with pytest.raises(FormatError, match="rest on each other in a circle"):
        policy_of(benefits=benefits, more=f"interactions: [{one}, {two}]")


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
