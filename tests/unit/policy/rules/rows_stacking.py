"""Packages worked by hand: what is paid on top of other benefits, or matches them."""

from tests.unit.policy.rules.package_row import MONTHS_24, Row, two
from tests.unit.policy.rules.package_samples import World, benefit, receipt, received

ROWS: dict[str, Row] = {
    "the town adds to the district's rent up to 5000 a month": Row(
        clause="Changzheng: 3000 for doctors, with the district's at most 5000",
        world=World(
            policies={
                "PUTUO": benefit("rent", 3000, "rent", MONTHS_24),
                "TOWN": benefit("rent", 3000, "rent", MONTHS_24),
            },
            says=[
                (
                    "top_up: {target: TOWN#rent, bases: [PUTUO], "
                    "total_cap: {amount: 5000 元, per: month}}"
                )
            ],
        ),
        pays={"PUTUO#rent": 72_000, "TOWN#rent": 48_000},
    ),
    "two maxima, each true at its own layer": Row(
        clause="Putuo: at most 5000; the town's rule reaches 7000 with it",
        world=World(
            policies={
                "PUTUO": benefit("rent", 5000, "rent", MONTHS_24),
                "TOWN": benefit("rent", 4000, "rent", MONTHS_24),
            },
            says=[
                (
                    "top_up: {target: TOWN#rent, bases: [PUTUO], "
                    "total_cap: {amount: 7000 元, per: month}}"
                )
            ],
        ),
        pays={"PUTUO#rent": 120_000, "TOWN#rent": 48_000},
    ),
    "a top-up without its base": Row(
        clause="paid on top of the district's rent",
        world=World(
            policies={"TOWN": benefit("rent", 3000, "rent", MONTHS_24)},
            says=["top_up: {target: TOWN#rent, bases: [PUTUO]}"],
        ),
        pays={},
        costs={"TOWN#rent": None},
    ),
    "a top-up that may stand alone": Row(
        clause="made up to 80k, whatever else is received",
        world=World(
            policies={"DISTRICT": benefit("t", 80_000)},
            says=[
                (
                    "top_up: {target: DISTRICT#t, bases: [CITY], alone: true, "
                    "total_cap: {amount: 8 万元, per: once}}"
                )
            ],
        ),
        pays={"DISTRICT#t": 80_000},
    ),
    "a base received before counts against the total": Row(
        clause="made up to 80k; the city's 60k were received last year",
        world=World(
            policies={"DISTRICT": benefit("t", 80_000)},
            says=[
                (
                    "top_up: {target: DISTRICT#t, bases: [CITY], "
                    "total_cap: {amount: 8 万元, per: once}}"
                )
            ],
            facts=received(receipt("CITY", "living", 60_000)),
        ),
        pays={"DISTRICT#t": 20_000},
    ),
    "net of another benefit that is no base": Row(
        clause="up to 100k together with the city's grant and the bureau's",
        world=World(
            policies={**two(60_000, 45_000), "T": benefit("t", 50_000)},
            says=[
                (
                    "top_up: {target: T#t, bases: [A], net_of: [B], "
                    "total_cap: {amount: 10 万元, per: once}}"
                )
            ],
        ),
        pays={"A#b": 60_000, "B#b": 45_000},
        costs={"T#t": 0},
    ),
    "two bureaus, one graduate": Row(
        clause="Hangzhou: living money and rent add up; nothing is said against it",
        world=World(
            policies={
                "HR": benefit("b", 30_000),
                "HOUSING": benefit("rent", 800, "rent", MONTHS_24),
            }
        ),
        pays={"HR#b": 30_000, "HOUSING#rent": 19_200},
    ),
    "one to one on a national grant": Row(
        clause="Minhang: matches the national grant 1:1, at most 5m",
        world=World(
            policies={
                "NATION": benefit("b", 1_000_000, "research"),
                "MATCH": benefit("m", "{at_most: 500 万元}", "research"),
            },
            says=["match: {target: MATCH#m, bases: [NATION], percent: 100}"],
        ),
        pays={"NATION#b": 1_000_000, "MATCH#m": 1_000_000},
    ),
    "half as much again, at most 30万": Row(
        clause="Zhoushan 1:0.5, at most 300k",
        world=World(
            policies={
                "NATION": benefit("b", 1_000_000, "research"),
                "MATCH": benefit("m", "{at_most: 500 万元}", "research"),
            },
            says=["match: {target: MATCH#m, bases: [NATION], percent: 50, most: 30 万元}"],
        ),
        pays={"NATION#b": 1_000_000, "MATCH#m": 300_000},
    ),
    "a match of what was received before": Row(
        clause="half of the city's money, which was received in March",
        world=World(
            policies={"MATCH": benefit("m", "{at_most: 500 万元}", "research")},
            says=["match: {target: MATCH#m, bases: [CITY], percent: 50}"],
            facts=received(receipt("CITY", "research", 200_000)),
        ),
        pays={"MATCH#m": 100_000},
    ),
    "a match with nothing to match": Row(
        clause="matches the national grant",
        world=World(
            policies={"MATCH": benefit("m", "{at_most: 500 万元}", "research")},
            says=["match: {target: MATCH#m, bases: [NATION], percent: 100}"],
        ),
        pays={},
        costs={"MATCH#m": None},
    ),
}
