"""Packages worked by hand: once only, after other money, and for couples."""

from tests.unit.policy.rules.package_row import MONTHS_24, Row, two
from tests.unit.policy.rules.package_samples import BORN, Given, World, benefit, receipt, received

COUPLE_HOME = benefit("home", 100_000, "home_purchase")
CLASS_HOME = benefit(
    "home",
    "{table: {by: highest_degree, rows: [{is: master, amount: 8 万元, cite: a}, "
    "{is: doctor, amount: 10 万元, cite: a}]}}",
    "home_purchase",
)
DOCTOR, MASTER = {**BORN, "highest_degree": "doctor"}, {**BORN, "highest_degree": "master"}


def spent(contract: str, yuan: int) -> dict[str, str | int]:
    return {"contract": contract, "cost_item": "rent", "fen": yuan * 100}


ROWS: dict[str, Row] = {
    "what one of the two holds is not given up by what the other is offered": Row(
        clause="A excludes B; the one holds B, which is offered to the other",
        world=World(
            policies=two(5000, 3000),
            says=["exclusive: {target: A, excludes: [B]}"],
            facts={**BORN, "policies_held": "B"},
            spouse=BORN,
        ),
        pays={"other:A#b": 5000},
        costs={"one:A#b": None, "other:B#b": 2000},
    ),
    "the home ends the rent that is being paid": Row(
        clause="whoever takes the home gives up the rest of the rent",
        world=World(
            policies={
                "HOME": benefit("b", 100_000, "home_purchase"),
                "RENT": benefit("b", 1000, "rent", MONTHS_24),
            },
            says=["terminates: {target: HOME, ends: [{cost_item: rent}]}"],
        ),
        pays={"HOME#b": 100_000},
        costs={"RENT#b": 76_000},
    ),
    "only with what it requires": Row(
        clause="only for those who are given A as well, and A excludes the larger C",
        world=World(
            policies={**two(1000, 5000), "C": benefit("b", 5500)},
            says=["requires: {target: B, needs: [A]}", "exclusive: {target: A, excludes: [C]}"],
        ),
        pays={"A#b": 1000, "B#b": 5000},
        costs={"C#b": 500},
    ),
    "once, and it was received": Row(
        clause="may be enjoyed once only",
        world=World(
            policies={
                "A": Given(
                    benefits=benefit("b", 5000), says=["once: {members: ['#b'], per: lifetime}"]
                )
            },
            facts=received(receipt("A", "living", 5000)),
        ),
        pays={},
        costs={"A#b": None},
    ),
    "once in five years, and they are over": Row(
        clause="once in five years, received in March 2021",
        world=World(
            policies={
                "A": Given(
                    benefits=benefit("b", 5000), says=["once: {members: ['#b'], per: {years: 5}}"]
                )
            },
            facts=received(receipt("A", "living", 5000, on="2021-03-31")),
        ),
        pays={"A#b": 5000},
    ),
    "first money only": Row(
        clause="Pujiang: not for those who received any research money before",
        world=World(
            policies=two(300_000, 1000),
            says=["first_money_only: {target: A, earlier: [{cost_item: research}]}"],
            facts=received(receipt("EARLIER", "research", 10_000)),
        ),
        pays={"B#b": 1000},
        costs={"A#b": None},
    ),
    "the second of a couple gets half": Row(
        clause="Ningbo: the one 100%, the other 50%",
        world=World(
            policies={"HOME": COUPLE_HOME},
            says=["couple: {members: [HOME], rule: share, second_percent: 50}"],
            spouse=BORN,
        ),
        pays={"one:HOME#home": 100_000, "other:HOME#home": 50_000},
    ),
    "the higher whole, the lower half": Row(
        clause="Nanling: the higher, and half of the lower",
        world=World(
            policies={"HOME": CLASS_HOME},
            says=["couple: {members: [HOME], rule: share, second_percent: 50}"],
            facts=MASTER,
            spouse=DOCTOR,
        ),
        pays={"one:HOME#home": 40_000, "other:HOME#home": 100_000},
    ),
    "a couple adds up to the price": Row(
        clause="Fenghua: both, together at most the price",
        world=World(
            policies={"HOME": COUPLE_HOME},
            says=["couple: {members: [HOME], rule: add_up, most: {by: home_price, percent: 100}}"],
            facts={**BORN, "home_price": 15_000_000},
            spouse=BORN,
        ),
        pays={"one:HOME#home": 100_000, "other:HOME#home": 50_000},
    ),
    "one of a couple only": Row(
        clause="Qingpu: rent by points for one of the two",
        world=World(
            policies={"RENT": benefit("rent", 1000, "rent", MONTHS_24)},
            says=["couple: {members: [RENT], rule: one_only}"],
            spouse=BORN,
        ),
        pays={"one:RENT#rent": 24_000},
        costs={"other:RENT#rent": 0},
    ),
    "of a couple the higher class": Row(
        clause="Zhuhai: the higher class applies, the other cannot apply",
        world=World(
            policies={"HOME": CLASS_HOME},
            says=["couple: {members: [HOME], rule: higher}"],
            facts=MASTER,
            spouse=DOCTOR,
        ),
        pays={"other:HOME#home": 100_000},
        costs={"one:HOME#home": 20_000},
    ),
    "what excludes one of a couple says nothing of the other": Row(
        clause="A and B exclude each other, for each person",
        world=World(
            policies=two(3000, 2000),
            says=["choose_one: {members: [A, B]}"],
            spouse=BORN,
        ),
        pays={"one:A#b": 3000, "other:A#b": 3000},
        costs={"one:B#b": 1000, "other:B#b": 1000},
    ),
    "a household's benefit is given once": Row(
        clause="per household",
        world=World(
            policies={
                "A": "{id: b, kind: money, cost_item: settling, subject: household, "
                "pay: {amount: 9000 元, per: once}, cite: a}"
            },
            spouse=BORN,
        ),
        pays={"one:A#b": 9000},
        costs={"other:A#b": 0},
    ),
    "a household's cap holds for both together": Row(
        clause="at most 15k for the family",
        world=World(
            policies={"A": benefit("b", 10_000)},
            says=["cap: {members: [A], most: 15000 元, per: household}"],
            spouse=BORN,
        ),
        pays={"one:A#b": 10_000, "other:A#b": 5000},
    ),
    "what one of a couple received keeps the other from it": Row(
        clause="one of a couple only, and once",
        world=World(
            policies={
                "A": Given(
                    benefits=benefit("b", 5000),
                    says=[
                        "couple: {members: ['#b'], rule: one_only}",
                        "once: {members: ['#b'], per: lifetime}",
                    ],
                )
            },
            spouse=received(receipt("A", "living", 5000)),
        ),
        pays={},
        costs={"one:A#b": None, "other:A#b": None},
    ),
    "a household's cap counts what either had before": Row(
        clause="at most 15k for the family, 4k and 3k of it had already",
        world=World(
            policies={"A": benefit("b", 10_000)},
            says=["cap: {members: [A], most: 15000 元, per: household}"],
            facts=received(receipt("A", "living", 4000)),
            spouse=received(receipt("A", "living", 3000)),
        ),
        pays={"one:A#b": 8000},
        costs={"other:A#b": 0},
    ),
    "each contract of a household has a cap of its own": Row(
        clause="half of the rent, at most 10k for a contract",
        world=World(
            policies={
                "A": "{id: rent, kind: money, cost_item: rent, subject: contract, "
                "pay: {amount: {percent: 50, of: {spent_on: rent}}, per: once}, cite: a}"
            },
            says=["cap: {members: [A], most: 10000 元, per: contract}"],
            facts={**BORN, "expenses": [spent("flat", 30_000)]},
            spouse={**BORN, "expenses": [spent("room", 12_000)]},
        ),
        pays={"one:A#rent@flat": 10_000, "other:A#rent@room": 6000},
    ),
}
