"""Packages worked by hand: what is preferred, what texts leave open or contradict."""

from datetime import date

from services.policy.rules.doubts import DoubtKind
from services.policy.rules.rulings import Prevails, Ruling, Rulings
from tests.unit.policy.rules.package_row import MIN_HANG, MONTHS_24, Row, two
from tests.unit.policy.rules.package_samples import Given, World, benefit


def ruled(prevails: Prevails) -> Rulings:
    """What was ruled between the further text, which forbids, and that of A, which allows."""
    dispute = ("XX-TEXT/i0", "A/i0")
    return {
        dispute: Ruling(
            forbids=dispute[0],
            allows=dispute[1],
            prevails=prevails,
            by="shanghai",
            clause="Ruling 1",
            effective_on=date(2026, 1, 1),
            row="policy-XX-TEXT@2",
        )
    }


A_ALLOWS_B: dict[str, Given | str] = {
    "A": Given(benefits=benefit("b", 5000), says=["together: {target: '#b', with: [B]}"]),
    "B": benefit("b", 3000),
}

ROWS: dict[str, Row] = {
    "the newest applies, even where an older one pays more": Row(
        clause="从新: of policies that overlap the newest applies",
        world=World(
            policies={
                "A": Given(benefits=benefit("b", 9000), published="2020-01-01"),
                "B": Given(benefits=benefit("b", 5000), published="2024-01-01"),
            },
            says=["prefer: {members: [A, B], by: [newest, best, highest]}"],
        ),
        pays={"B#b": 5000},
        costs={"A#b": None},
    ),
    "of two of one day the better": Row(
        clause="从新从优从高: the same day decides nothing, so the whole value does",
        world=World(
            policies={
                "A": benefit("b", 900, "rent", MONTHS_24),
                "B": benefit("b", 1000, "rent", "{months: 12}"),
            },
            says=["prefer: {members: [A, B], by: [newest, best, highest]}"],
        ),
        pays={"A#b": 21_600},
        costs={"B#b": None},
    ),
    "the highest payment": Row(
        clause="从高: the higher payment applies, though it is paid for less long",
        world=World(
            policies={
                "A": benefit("b", 900, "rent", MONTHS_24),
                "B": benefit("b", 1000, "rent", "{months: 12}"),
            },
            says=["prefer: {members: [A, B], by: [highest]}"],
        ),
        pays={"B#b": 12_000},
        costs={"A#b": None},
    ),
    "one text allows what another forbids": Row(
        clause="A: may be had beside B; another text: A excludes B",
        world=World(
            policies=A_ALLOWS_B,
            says=["exclusive: {target: A, excludes: [B]}"],
        ),
        pays={"A#b": 5000},
        costs={"B#b": 2000},
        doubts=[DoubtKind.CONTRADICTION],
    ),
    "a ruling that both may be had": Row(
        clause="the same, after the prohibition was set aside",
        world=World(
            policies=A_ALLOWS_B,
            says=["exclusive: {target: A, excludes: [B]}"],
            rulings=ruled(Prevails.ALLOWS),
        ),
        pays={"A#b": 5000, "B#b": 3000},
    ),
    "a ruling that the prohibition stands": Row(
        clause="the same, after the prohibition was upheld",
        world=World(
            policies=A_ALLOWS_B,
            says=["exclusive: {target: A, excludes: [B]}"],
            rulings=ruled(Prevails.FORBIDS),
        ),
        pays={"A#b": 5000},
        costs={"B#b": 2000},
    ),
    "what is ruled of two benefits opens nothing else": Row(
        clause="A: may be had beside B; another text: A excludes B and C; ruled that A may stay",
        world=World(
            policies={**A_ALLOWS_B, "C": benefit("b", 1000)},
            says=["exclusive: {target: A, excludes: [B, C]}"],
            rulings=ruled(Prevails.ALLOWS),
        ),
        pays={"A#b": 5000, "B#b": 3000},
        costs={"C#b": 4000},
    ),
    "a text's own exception is no contradiction": Row(
        clause="one of A, B and C, except that A and B may stand together",
        world=World(
            policies={**two(5000, 3000), "C": benefit("b", 6000)},
            says=[
                "choose_one: {members: [A, B, C]}",
                "together: {target: A, with: [B]}",
            ],
        ),
        pays={"A#b": 5000, "B#b": 3000},
        costs={"C#b": 2000},
    ),
    "not repeated, and nobody says whether other bodies are meant": Row(
        clause="就高不重复, within its own scope for sure",
        world=World(
            policies={
                "A": Given(
                    benefits=benefit("b", 5000, "rent"),
                    says=["highest: {members: [{cost_item: rent}]}, reach: not_seen"],
                ),
                "B": Given(benefits=benefit("b", 3000, "rent"), issuer=MIN_HANG),
                "C": benefit("b", 1000, "rent"),
            },
        ),
        pays={"A#b": 5000},
        costs={"B#b": 2000, "C#b": 4000},
        doubts=[DoubtKind.REACH],
    ),
    "not repeated among the body's own": Row(
        clause="not repeated with other subsidies of this body",
        world=World(
            policies={
                "A": Given(
                    benefits=benefit("b", 5000, "rent"),
                    says=["highest: {members: [{cost_item: rent}]}, reach: own"],
                ),
                "B": Given(benefits=benefit("b", 3000, "rent"), issuer=MIN_HANG),
                "C": benefit("b", 1000, "rent"),
            },
        ),
        pays={"A#b": 5000, "B#b": 3000},
        costs={"C#b": 4000},
    ),
    "each net of the other, in a circle": Row(
        clause="A is less what B pays, and B is less what A pays",
        world=World(
            policies=two(5000, 3000),
            says=[
                "deduct_prior: {target: A#b, members: [B]}",
                "deduct_prior: {target: B#b, members: [A]}",
            ],
        ),
        pays={"A#b": 5000},
        costs={"B#b": 2000},
        doubts=[DoubtKind.CIRCLE],
    ),
    "a rule that is over binds nobody": Row(
        clause="A excluded B until the end of 2025",
        world=World(
            policies=two(5000, 3000),
            says=["exclusive: {target: A, excludes: [B]}, in_force: {to: 2025-12-31}"],
        ),
        pays={"A#b": 5000, "B#b": 3000},
    ),
}
