"""Packages worked by hand: what is preferred, what texts leave open or contradict."""

from datetime import date

from services.policy.rules.doubts import DoubtKind
from services.policy.rules.rulings import Prevails, Ruling, Rulings
from tests.unit.policy.rules.package_row import MIN_HANG, MONTHS_24, Row, two
from tests.unit.policy.rules.package_samples import Given, World, benefit, receipt, received


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

OLDER = Given(benefits=benefit("b", 3000), published="2021-01-01")
OLDEST = Given(benefits=benefit("b", 1000), published="2020-01-01")
A_RECEIVED = received(receipt("A", "living", 1000, benefit_id="b"))

ROWS: dict[str, Row] = {
    "one place for two, and another text allows both": Row(
        clause="A: may be had beside B; another text: of A and B one at most",
        world=World(
            policies=A_ALLOWS_B,
            says=["slots: {members: [A, B], most: 1, per: all}"],
        ),
        pays={"A#b": 5000},
        costs={"B#b": 2000},
        doubts=[DoubtKind.CONTRADICTION],
    ),
    "a ruling that both may have a place": Row(
        clause="the same, after the limit was set aside for the two",
        world=World(
            policies=A_ALLOWS_B,
            says=["slots: {members: [A, B], most: 1, per: all}"],
            rulings=ruled(Prevails.ALLOWS),
        ),
        pays={"A#b": 5000, "B#b": 3000},
    ),
    "a text's own exception from its one place": Row(
        clause="one of A, B and C at most, except that A and B may stand together",
        world=World(
            policies={**two(5000, 3000), "C": benefit("b", 1000)},
            says=[
                "slots: {members: [A, B, C], most: 1, per: all}",
                "together: {target: A, with: [B]}",
            ],
        ),
        pays={"A#b": 5000, "B#b": 3000},
        costs={"C#b": 7000},
    ),
    "two places for three leave each pair as it is": Row(
        clause="A: may be had beside B; another text: of A, B and C two at most",
        world=World(
            policies={**A_ALLOWS_B, "C": benefit("b", 1000)},
            says=["slots: {members: [A, B, C], most: 2, per: all}"],
        ),
        pays={"A#b": 5000, "B#b": 3000},
        costs={"C#b": 2000},
    ),
    "the newer goes first, and another text allows both": Row(
        clause="A: may be had beside B; another text: of A and B the newest applies",
        world=World(
            policies={**A_ALLOWS_B, "B": OLDER},
            says=["prefer: {members: [A, B], by: [newest]}"],
        ),
        pays={"A#b": 5000},
        costs={"B#b": None},
        doubts=[DoubtKind.CONTRADICTION],
    ),
    "a ruling that the older may be had beside the newer": Row(
        clause="the same, after the preference was set aside",
        world=World(
            policies={**A_ALLOWS_B, "B": OLDER},
            says=["prefer: {members: [A, B], by: [newest]}"],
            rulings=ruled(Prevails.ALLOWS),
        ),
        pays={"A#b": 5000, "B#b": 3000},
    ),
    "the newest goes first but for what its own text excepts": Row(
        clause="of A, B and C the newest applies, except that A and B may stand together",
        world=World(
            policies={"A": benefit("b", 5000), "B": OLDER, "C": OLDEST},
            says=["prefer: {members: [A, B, C], by: [newest]}", "together: {target: A, with: [B]}"],
        ),
        pays={"A#b": 5000, "B#b": 3000},
        costs={"C#b": None},
    ),
    "once for all, and another text allows the two": Row(
        clause="A: may be had beside B; another text: A or B once in a life; A was received",
        world=World(
            policies=A_ALLOWS_B,
            says=["once: {members: [A, B], per: lifetime}"],
            facts=A_RECEIVED,
        ),
        pays={},
        costs={"A#b": None, "B#b": None},
        doubts=[DoubtKind.CONTRADICTION],
    ),
    "a ruling that B may be had after A": Row(
        clause="the same, after the prohibition was set aside for the two",
        world=World(
            policies=A_ALLOWS_B,
            says=["once: {members: [A, B], per: lifetime}"],
            facts=A_RECEIVED,
            rulings=ruled(Prevails.ALLOWS),
        ),
        pays={"B#b": 3000},
        costs={"A#b": None},
    ),
    "a ruling on one benefit says nothing of money that may be of another": Row(
        clause="the same; ruled that B may be had after A's benefit; which paid is not stated",
        world=World(
            policies=A_ALLOWS_B,
            says=["once: {members: [A, B], per: lifetime}"],
            facts=received(receipt("A", "living", 1000)),
            rulings=ruled(Prevails.ALLOWS),
        ),
        pays={},
        costs={"A#b": None, "B#b": None},
        doubts=[DoubtKind.CONTRADICTION],
    ),
    "first money only, and another text allows it beside what was received": Row(
        clause="A: may be had beside B; another text: B only without earlier money from A or C",
        world=World(
            policies=A_ALLOWS_B,
            says=["first_money_only: {target: B, earlier: [A, C]}"],
            facts=A_RECEIVED,
        ),
        pays={"A#b": 5000},
        costs={"B#b": None},
        doubts=[DoubtKind.CONTRADICTION],
    ),
    "a ruling on money of A says nothing of money of C": Row(
        clause="the same; ruled that money of A does no harm; money of C was received too",
        world=World(
            policies=A_ALLOWS_B,
            says=["first_money_only: {target: B, earlier: [A, C]}"],
            facts=received(
                receipt("A", "living", 1000, benefit_id="b"), receipt("C", "other", 1000)
            ),
            rulings=ruled(Prevails.ALLOWS),
        ),
        pays={"A#b": 5000},
        costs={"B#b": None},
    ),
    "once a year, and another text allows what was received this year": Row(
        clause="A: may be had beside B; another text: of A and B one each year; A was received",
        world=World(
            policies=A_ALLOWS_B,
            says=["choose_one: {members: [A, B], per: year}"],
            facts=received(receipt("A", "living", 1000, on="2026-02-01", benefit_id="b")),
        ),
        pays={"A#b": 5000},
        costs={"B#b": None},
        doubts=[DoubtKind.CONTRADICTION],
    ),
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
