"""Packages worked by hand: what stands beside the sum, what breaks ties, what is missing."""

from services.policy.rules import POSSIBLE
from tests.unit.policy.rules.package_row import Row, two
from tests.unit.policy.rules.package_samples import RIGHT, Given, World, benefit
from tests.unit.policy.rules.rule_samples import ANYONE

CALL = (
    "{tracks: [{name: call, title: {zh: 一, en: one}, open: {from: 2026-03-01, to: 2026-05-31}, "
    f"when: {ANYONE}}}]}}"
)

ROWS: dict[str, Row] = {
    "rights and money for others stand beside the sum": Row(
        clause="a right, and an award for the employer",
        world=World(
            policies={
                "A": f"{benefit('b', 1000)}, {RIGHT}",
                "B": "{id: e, kind: money, cost_item: award, payee: employer, "
                "pay: {amount: 5 万元, per: once}, cite: a}",
            },
        ),
        pays={"A#b": 1000, "A#right": 0, "B#e": 0},
    ),
    "the same money with fewer applications": Row(
        clause="A and B of one policy each, or both from C",
        world=World(
            policies={
                **two(500, 500),
                "C": f"{benefit('p', 500)}, {benefit('q', 500)}",
            },
            says=["choose_one: {members: [A, C#p]}", "choose_one: {members: [B, C#q]}"],
        ),
        pays={"C#p": 500, "C#q": 500},
        costs={"A#b": 0, "B#b": 0},
    ),
    "the same money and applications, the earlier deadline": Row(
        clause="either, and B closes first",
        world=World(
            policies={
                "A": Given(benefits=benefit("b", 500), window="{from: 2026-01-01, to: 2026-09-30}"),
                "B": Given(benefits=benefit("b", 500), window="{from: 2026-01-01, to: 2026-06-30}"),
            },
            says=["choose_one: {members: [A, B]}"],
        ),
        pays={"B#b": 500},
        costs={"A#b": 0},
    ),
    "a window that is over is nobody's deadline": Row(
        clause="either; of B's two windows the first is over, and A closes before the second",
        world=World(
            policies={
                "A": Given(benefits=benefit("b", 500), window="{from: 2026-01-01, to: 2026-09-30}"),
                "B": Given(
                    benefits=benefit("b", 500),
                    window="[{from: 2026-01-01, to: 2026-01-31},"
                    " {from: 2026-03-01, to: 2026-12-31}]",
                ),
            },
            says=["choose_one: {members: [A, B]}"],
        ),
        pays={"A#b": 500},
        costs={"B#b": 0},
    ),
    "a window of every year has a deadline each year": Row(
        clause="either, and this year's window of B closes first",
        world=World(
            policies={
                "A": Given(benefits=benefit("b", 500), window="{from: 2026-01-01, to: 2026-09-30}"),
                "B": Given(
                    benefits=benefit("b", 500), window="{every_year: {from: 03-01, to: 05-31}}"
                ),
            },
            says=["choose_one: {members: [A, B]}"],
        ),
        pays={"B#b": 500},
        costs={"A#b": 0},
    ),
    "a call that is open has a deadline": Row(
        clause="either, and the call by which one comes into B closes first",
        world=World(
            policies={
                "A": Given(benefits=benefit("b", 500), window="{from: 2026-01-01, to: 2026-09-30}"),
                "B": Given(benefits=benefit("b", 500), entry=CALL),
            },
            says=["choose_one: {members: [A, B]}"],
        ),
        pays={"B#b": 500},
        costs={"A#b": 0},
    ),
    "in everything equal, the first name": Row(
        clause="either",
        world=World(policies=two(500, 500), says=["choose_one: {members: [A, B]}"]),
        pays={"A#b": 500},
        costs={"B#b": 0},
    ),
    "a missing fact leaves it out of the certain package": Row(
        clause="doctors only, and the degree is not known",
        world=World(
            policies={
                "A": benefit("b", 1000),
                "B": Given(
                    benefits=benefit("b", 9000),
                    entry='{fact: highest_degree, op: "==", value: doctor, cite: a}',
                ),
            },
        ),
        pays={"A#b": 1000},
    ),
    "a missing fact counts in the possible package": Row(
        clause="the same",
        world=World(
            policies={
                "A": benefit("b", 1000),
                "B": Given(
                    benefits=benefit("b", 9000),
                    entry='{fact: highest_degree, op: "==", value: doctor, cite: a}',
                ),
            },
            states=POSSIBLE,
        ),
        pays={"A#b": 1000, "B#b": 9000},
    ),
}
