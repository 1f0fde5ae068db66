"""Packages worked by hand: what cannot be had together."""

from tests.unit.policy.rules.package_row import CITY, MIN_HANG, MONTHS_24, Row, two
from tests.unit.policy.rules.package_samples import BORN, Given, World, benefit, receipt, received

HIGHER_FOR_ONE_SUBJECT = "highest: {members: [{cost_item: rent}], same: [subject]}"


def rent_for(subject: str, yuan: int) -> str:
    return benefit("b", yuan, "rent").replace("pay:", f"subject: {subject}, pay:")


RENTS = {
    "A": rent_for("person", 3000),
    "B": rent_for("person", 2000),
    "C": rent_for("household", 1500),
    "D": rent_for("household", 1900),
}


OWN_SLOT = "slots: {{members: [A, B, C, D], most: {most}, per: all}}, reach: own"

ROWS: dict[str, Row] = {
    "city or district, not both": Row(
        clause="Hangzhou: home money of the city and of a district exclude each other",
        world=World(
            policies={
                "CITY": Given(benefits=benefit("b", 100_000, "home_purchase"), issuer=CITY),
                "ONE": Given(benefits=benefit("b", 70_000, "home_purchase")),
                "TWO": Given(benefits=benefit("b", 20_000, "home_purchase"), issuer=MIN_HANG),
            },
            says=[
                "one_level: {members: [{cost_item: home_purchase}], levels: [municipal, district]}"
            ],
        ),
        pays={"CITY#b": 100_000},
        costs={"ONE#b": 10_000, "TWO#b": 10_000},
    ),
    "one of three in a year": Row(
        clause="Suzhou: contribution, high-end award or tax award, one a year",
        world=World(
            policies={**two(30_000, 50_000, "award"), "C": benefit("b", 20_000, "award")},
            says=["choose_one: {members: [A, B, C], per: year}"],
        ),
        pays={"B#b": 50_000},
        costs={"A#b": 20_000, "C#b": 30_000},
    ),
    "one of three in a year, and one was received this year": Row(
        clause="the same, after the award of C in February",
        world=World(
            policies=two(30_000, 50_000, "award"),
            says=["choose_one: {members: [A, B, C], per: year}"],
            facts=received(receipt("C", "award", 20_000, on="2026-02-01")),
        ),
        pays={},
        costs={"A#b": None, "B#b": None},
    ),
    "one of three in a year, and one was received last year": Row(
        clause="the same, after the award of C in the year before",
        world=World(
            policies=two(30_000, 50_000, "award"),
            says=["choose_one: {members: [A, B, C], per: year}"],
            facts=received(receipt("C", "award", 20_000, on="2025-12-31")),
        ),
        pays={"B#b": 50_000},
        costs={"A#b": 20_000},
    ),
    "the higher of city and county": Row(
        clause="Zhangjiagang: pay subsidies are not repeated, the higher applies",
        world=World(
            policies=two(40_000, 30_000, "pay"), says=["highest: {members: [{cost_item: pay}]}"]
        ),
        pays={"A#b": 40_000},
        costs={"B#b": 10_000},
    ),
    "the higher for one cost item leaves other items alone": Row(
        clause="not repeated for the same cost item",
        world=World(
            policies={
                "A": f"{benefit('rent', 3000, 'rent')}, {benefit('pay', 500, 'pay')}",
                "B": f"{benefit('rent', 2000, 'rent')}, {benefit('living', 700)}",
            },
            says=["highest: {members: [{issuers: [putuo]}], same: [cost_item]}"],
        ),
        pays={"A#rent": 3000, "A#pay": 500, "B#living": 700},
        costs={"B#rent": 1000},
    ),
    "the same cost item in periods that do not meet": Row(
        clause="not repeated for the same cost item and period",
        world=World(
            policies={
                "A": benefit("b", 3000, "rent", "{from: 2026-04-01, to: 2026-06-30}"),
                "B": benefit("b", 2000, "rent", "{from: 2026-07-01, to: 2026-12-31}"),
                "C": benefit("b", 1000, "rent", "{from: 2026-06-01, to: 2026-07-31}"),
            },
            says=["highest: {members: [{cost_item: rent}], same: [cost_item, period]}"],
        ),
        pays={"A#b": 9000, "B#b": 12_000},
        costs={"C#b": 19_000},
    ),
    "the higher for one subject leaves other subjects alone": Row(
        clause="rent money is not repeated for the same person, household or contract",
        world=World(
            policies={**RENTS, "E": rent_for("contract", 500)},
            says=[HIGHER_FOR_ONE_SUBJECT],
        ),
        pays={"A#b": 3000, "D#b": 1900, "E#b": 500},
        costs={"B#b": 1000, "C#b": 400},
    ),
    "the higher for one subject, where a couple is one household but two persons": Row(
        clause="the same, for husband and wife",
        world=World(
            policies=RENTS,
            says=[HIGHER_FOR_ONE_SUBJECT],
            spouse=BORN,
        ),
        pays={"one:A#b": 3000, "other:A#b": 3000, "one:D#b": 1900},
        costs={
            "one:B#b": 1000,
            "other:B#b": 1000,
            "one:C#b": 400,
            "other:C#b": 400,
            "other:D#b": 0,
        },
    ),
    "rent money or a public flat": Row(
        clause="Shenzhen: rent money and public rental cannot be held together",
        world=World(
            policies={
                "A": benefit("rent", 2000, "rent", MONTHS_24),
                "B": "{id: flat, kind: in_kind, cost_item: rent, thing: talent-apartment, cite: a}",
            },
            says=["choose_one: {members: [{cost_item: rent}]}"],
        ),
        pays={"A#rent": 48_000},
        costs={"B#flat": 48_000},
    ),
    "an award that bars whoever has zone money": Row(
        clause="Shenzhen 2021: not for those who hold the Qianhai subsidy",
        world=World(
            policies=two(50_000, 10_000, "award"),
            says=["exclusive: {target: A, excludes: [QIANHAI]}"],
            facts={**BORN, "policies_held": "QIANHAI"},
        ),
        pays={"B#b": 10_000},
        costs={"A#b": None},
    ),
    "one slot for each level": Row(
        clause="at most one subsidy of each level of government",
        world=World(
            policies={
                "CITY": Given(benefits=benefit("b", 5000), issuer=CITY),
                "ONE": Given(benefits=benefit("b", 3000)),
                "TWO": Given(benefits=benefit("b", 2000), issuer=MIN_HANG),
            },
            says=["slots: {members: [{cost_item: living}], most: 1, per: level}"],
        ),
        pays={"CITY#b": 5000, "ONE#b": 3000},
        costs={"TWO#b": 1000},
    ),
    "slots that are the body's own, one or two": Row(
        clause="at most one subsidy of this body; and of this body two",
        world=World(
            policies={
                "A": Given(benefits=benefit("b", 5000), says=[OWN_SLOT.format(most=1)]),
                "B": Given(benefits=benefit("b", 3000), issuer=MIN_HANG),
                "C": Given(benefits=benefit("b", 2000), says=[OWN_SLOT.format(most=2)]),
                "D": Given(benefits=benefit("b", 1000), issuer=MIN_HANG),
            },
        ),
        pays={"A#b": 5000, "B#b": 3000, "D#b": 1000},
        costs={"C#b": 3000},
    ),
    "two slots in all": Row(
        clause="at most two subsidies",
        world=World(
            policies={**two(5000, 3000), "C": benefit("b", 2000)},
            says=["slots: {members: [{cost_item: living}], most: 2, per: all}"],
        ),
        pays={"A#b": 5000, "B#b": 3000},
        costs={"C#b": 1000},
    ),
}
