"""Packages worked by hand: what is deducted, capped, or paid on what was spent."""

from tests.unit.policy.rules.package_row import CITY, MONTHS_24, Row, two
from tests.unit.policy.rules.package_samples import BORN, Given, World, benefit, receipt, received

SPENT = [
    {"contract": "north", "cost_item": "exchange", "fen": 10_000_00},
    {"contract": "south", "cost_item": "exchange", "fen": 4_000_00},
]
HALF_SPENT = benefit("b", "{percent: 50, of: {spent_on: exchange}}", "exchange")
FULL_SPENT = benefit("b", "{percent: 80, of: {spent_on: exchange}}", "exchange")

ROWS: dict[str, Row] = {
    "settling money of the same package comes off the home": Row(
        clause="Hangzhou: settling money is deducted; one application is enough for the same sum",
        world=World(
            policies={
                "HOME": benefit("b", 100_000, "home_purchase"),
                "SETTLE": benefit("b", 30_000, "settling"),
            },
            says=["deduct_prior: {target: HOME#b, members: [{cost_item: settling}]}"],
        ),
        pays={"HOME#b": 100_000},
        costs={"SETTLE#b": 0},
    ),
    "five earlier allowances are deducted, each once": Row(
        clause="Zhuhai: other allowances already enjoyed are deducted",
        world=World(
            policies={
                "HOME": Given(
                    benefits=benefit("b", 300_000, "home_purchase"),
                    says=[
                        "deduct_prior: {target: '#b', members: [{cost_item: settling}, P1, P2]}",
                        "deduct_prior: {target: '#b', members: [{cost_item: living}, P1]}",
                    ],
                )
            },
            facts=received(
                receipt("P1", "settling", 10_000),
                receipt("P2", "rent", 20_000),
                receipt("P3", "living", 30_000),
                receipt("P4", "settling", 40_000),
                receipt("P5", "award", 50_000),
            ),
        ),
        pays={"HOME#b": 200_000},
    ),
    "half the price up to 100万, rent is taken off and ends": Row(
        clause="50% up to 1.0m in three parts; rent received is deducted, its remainder ends",
        world=World(
            policies={
                "HOME": Given(
                    benefits=benefit(
                        "b",
                        "{percent: 50, of: {fact: home_price}}",
                        "home_purchase",
                        more="instalments: [40, 30, 30], steps: [{cap_total: 100 万元, cite: a}]",
                    ),
                    says=[
                        "deduct_prior: {target: '#b', members: [RENT]}",
                        "terminates: {target: '#b', ends: [RENT]}",
                    ],
                ),
                "RENT": benefit("b", 1000, "rent", MONTHS_24),
            },
            facts=received(receipt("RENT", "rent", 6000), home_price=300_000_000),
        ),
        pays={"HOME#b": 994_000},
        costs={"RENT#b": 976_000},
    ),
    "together at most a sum": Row(
        clause="Changning: at most 45k in all",
        world=World(policies=two(30_000, 30_000), says=["cap: {members: [A, B], most: 45000 元}"]),
        pays={"A#b": 30_000, "B#b": 15_000},
    ),
    "two caps that share a member": Row(
        clause="all caps hold at once and the most is paid: A may take from C or from B, not twice",
        world=World(
            policies={**two(30_000, 30_000), "C": benefit("b", 30_000)},
            says=["cap: {members: [A, B], most: 5 万元}", "cap: {members: [A, C], most: 5 万元}"],
        ),
        pays={"A#b": 20_000, "B#b": 30_000, "C#b": 30_000},
    ),
    "a cap within a cap that is named before it": Row(
        clause="what A may not have is left for B",
        world=World(
            policies=two(40_000, 30_000),
            says=["cap: {members: [A, B], most: 4 万元}", "cap: {members: [A], most: 1.5 万元}"],
        ),
        pays={"A#b": 15_000, "B#b": 25_000},
    ),
    "three caps in a circle": Row(
        clause="each two together at most 40k: half of that for each",
        world=World(
            policies={**two(40_000, 40_000), "C": benefit("b", 40_000)},
            says=[
                "cap: {members: [A, B], most: 4 万元}",
                "cap: {members: [B, C], most: 4 万元}",
                "cap: {members: [A, C], most: 4 万元}",
            ],
        ),
        pays={"A#b": 20_000, "B#b": 20_000, "C#b": 20_000},
    ),
    "a cap for each year beside a cap in all": Row(
        clause="25k in a year and 40k in all: both hold, and no month is counted twice",
        world=World(
            policies={"A": benefit("b", 5000, "rent", "{months: 24}")},
            says=[
                "cap: {members: [A], most: 4 万元}",
                "cap: {members: [A], most: 25000 元, per: year}",
            ],
        ),
        pays={"A#b": 40_000},
    ),
    "together at most the price": Row(
        clause="in sum not above the price of the home",
        world=World(
            policies=two(300_000, 300_000, "home_purchase"),
            says=["cap: {members: [A, B], most: {by: home_price, percent: 100}}"],
            facts={**BORN, "home_price": 50_000_000},
        ),
        pays={"A#b": 300_000, "B#b": 200_000},
    ),
    "at most a sum over the lifetime": Row(
        clause="at most 50k in a lifetime, 20k of it received",
        world=World(
            policies=two(40_000, 30_000),
            says=["cap: {members: [A, B, C], most: 5 万元, per: lifetime}"],
            facts=received(receipt("C", "living", 20_000)),
        ),
        pays={"A#b": 30_000},
        costs={"B#b": 0},
    ),
    "at most a sum in a year": Row(
        clause="at most 20k in a calendar year; from April there are nine months of this one",
        world=World(
            policies={"A": benefit("b", 3000, "rent", MONTHS_24)},
            says=["cap: {members: [A], most: 2 万元, per: year}"],
        ),
        pays={"A#b": 20_000 + 20_000 + 9000},
    ),
    "the lifetime cap of one benefit": Row(
        clause="at most 30k ever, 10k of it received",
        world=World(
            policies={
                "A": benefit("b", 3000, "rent", "open", "steps: [{cap_lifetime: 3 万元, cite: a}]")
            },
            facts=received(receipt("A", "rent", 10_000)),
        ),
        pays={"A#b": 20_000},
    ),
    "at most what the person spent": Row(
        clause="SU-CONTRIB: at most what was spent on exchange",
        world=World(
            policies={
                "A": benefit(
                    "b",
                    50_000,
                    "exchange",
                    more="steps: [{cap_spent: exchange, percent: 100, cite: a}]",
                )
            },
            facts={**BORN, "expenses": SPENT},
        ),
        pays={"A#b": 14_000},
    ),
    "at most what is left of the employer's budget": Row(
        clause="within the employer's budget",
        world=World(
            policies={
                "A": benefit(
                    "b",
                    50_000,
                    more="steps: [{cap_by: employer_budget_left, percent: 100, cite: a}]",
                )
            },
            facts={**BORN, "employer_budget_left": 3_000_000},
        ),
        pays={"A#b": 30_000},
    ),
    "one contract cannot be claimed twice": Row(
        clause="same expenditure, same contract: city or district; other contracts elsewhere",
        world=World(
            policies={
                "CITY": Given(
                    benefits=FULL_SPENT,
                    issuer=CITY,
                    says=["cap: {members: ['#b'], most: 5000 元}"],
                ),
                "ONE": HALF_SPENT,
            },
            says=["highest: {members: [{cost_item: exchange}], same: [contract]}"],
            facts={**BORN, "expenses": SPENT},
        ),
        pays={"CITY#b@south": 3200, "ONE#b@north": 5000},
        costs={"CITY#b@north": 1200, "ONE#b@south": 1200},
    ),
}
