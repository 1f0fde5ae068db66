"""Packages worked by hand: those that the issue asks for, and parts that are being paid."""

from datetime import date

from services.policy.rules.doubts import DoubtKind
from tests.unit.policy.rules.package_row import Row, two
from tests.unit.policy.rules.package_samples import (
    Given,
    World,
    benefit,
    receipt,
    received,
)

JUNE, JULY = date(2026, 6, 15), date(2026, 7, 15)
JUNE_AND_JULY = {
    "DISTRICT": benefit("rent", 3000, "rent", "{from: 2026-01-01, to: 2026-06-30}"),
    "TOWN": benefit("rent", 2000, "rent", "open"),
    "BUREAU": benefit("living", 1000, "living", "open"),
}
HOME = (
    "{amount: 100 万元, per: once, "
    "steps: [{name: price, cap_by: home_price, percent: 100, cite: a}]%s}"
)
STANDARD = {
    "HOME": Given(
        benefits="{id: b, kind: money, cost_item: home_purchase, pay: " + HOME % "" + ", cite: a}",
        says=["deduct_prior: {target: '#b', members: [{cost_item: settling}]}"],
    )
}
NO_ORDER = {
    "HOME": Given(
        benefits="{id: b, kind: money, cost_item: home_purchase, pay: "
        + HOME % ", order: not_seen"
        + ", cite: a}",
        says=["deduct_prior: {target: '#b', members: [{cost_item: settling}]}"],
    )
}
DEDUCT_FIRST = {
    "HOME": "{id: b, kind: money, cost_item: home_purchase, pay: {amount: 100 万元, per: once, "
    "steps: [{deduct: [{cost_item: settling}], cite: a}, "
    "{cap_by: home_price, percent: 100, cite: a}]}, cite: a}"
}
BOUGHT = received(receipt("EARLIER", "settling", 400_000), home_price=50_000_000)
CLASSES = (
    "{table: {by: titles_held, rows: [{is: qp.tier.C, amount: 100 万元, cite: a}, "
    "{is: qp.tier.D, amount: 30 万元, cite: a}]}}"
)
PARTS = "instalments: [20, 20, 20, 20, 20]"
TWO_PAID = (
    receipt("CLASS", "award", 60_000, on="2024-05-01"),
    receipt("CLASS", "award", 60_000, on="2025-05-01"),
)


def promoted(rule: str) -> dict[str, Given]:
    says = [f"promotion: {{target: '#award', rule: {rule}}}"] if rule else []
    return {"CLASS": Given(benefits=benefit("award", CLASSES, "award", more=PARTS), says=says)}


ROWS: dict[str, Row] = {
    "two of 60k beat the 100k that excludes both": Row(
        clause="A may not be had beside B or C; B and C may stand together",
        world=World(
            policies={**two(100_000, 60_000), "C": benefit("b", 60_000)},
            says=["exclusive: {target: A, excludes: [B, C]}"],
        ),
        pays={"B#b": 60_000, "C#b": 60_000},
        costs={"A#b": 20_000},
    ),
    "city 60k, the district tops up to 80k": Row(
        clause="the district pays the difference up to 80k together with the city",
        world=World(
            policies={"CITY": benefit("b", 60_000), "DISTRICT": benefit("t", 80_000)},
            says=[
                (
                    "top_up: {target: DISTRICT#t, bases: [CITY], "
                    "total_cap: {amount: 8 万元, per: once}}"
                )
            ],
        ),
        pays={"CITY#b": 60_000, "DISTRICT#t": 20_000},
    ),
    "price below the standard, then what was received is taken off": Row(
        clause="if the price is below the standard the price counts; settling money is deducted",
        world=World(policies=STANDARD, facts=BOUGHT),
        pays={"HOME#b": 100_000},
    ),
    "the other order gives 500k": Row(
        clause="settling money is deducted from the standard; the rest is at most the price",
        world=World(policies=DEDUCT_FIRST, facts=BOUGHT),
        pays={"HOME#b": 500_000},
    ),
    "where the clause gives no order the stricter counts and the other is flagged": Row(
        clause="capped by the price, settling money deducted: in which order is not said",
        world=World(policies=NO_ORDER, facts=BOUGHT),
        pays={"HOME#b": 100_000},
        doubts=[DoubtKind.ORDER],
    ),
    "June: the district's 3000 and the bureau's 1000": Row(
        clause="not combined, the district's or the town's rent; the district's ends on 30 June",
        world=World(
            policies=JUNE_AND_JULY,
            says=["choose_one: {members: [DISTRICT, TOWN]}"],
            day=JUNE,
            horizon=1,
        ),
        pays={"DISTRICT#rent": 3000, "BUREAU#living": 1000},
        costs={"TOWN#rent": 1000},
    ),
    "July: the town's 2000 and the bureau's 1000": Row(
        clause="the same, after the district's has ended",
        world=World(
            policies=JUNE_AND_JULY,
            says=["choose_one: {members: [DISTRICT, TOWN]}"],
            day=JULY,
            horizon=1,
        ),
        pays={"TOWN#rent": 2000, "BUREAU#living": 1000},
    ),
    "30万 in five parts, two paid, risen to the class of 100万": Row(
        clause="on promotion the difference is paid",
        world=World(
            policies=promoted("difference"),
            facts=received(*TWO_PAID, titles_held="qp.tier.C"),
        ),
        pays={"CLASS#award": 880_000},
    ),
    "no facts at all": Row(
        clause="whoever nothing is known of is eligible for nothing",
        world=World(policies=two(1000, 2000), facts={}),
        pays={},
    ),
    "parts that are not paid yet": Row(
        clause="30万 in five parts, two of them paid",
        world=World(policies=promoted(""), facts=received(*TWO_PAID, titles_held="qp.tier.D")),
        pays={"CLASS#award": 180_000},
    ),
    "the new class from then on": Row(
        clause="three parts are left, and they are those of the class of 100万",
        world=World(
            policies=promoted("from_then"), facts=received(*TWO_PAID, titles_held="qp.tier.C")
        ),
        pays={"CLASS#award": 600_000},
    ),
}
