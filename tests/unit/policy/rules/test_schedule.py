"""A package month by month, as worked out by hand."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from services.policy.rules import Package, Published, build_view
from services.policy.rules.schedule import (
    Because,
    Schedule,
    best_each_month,
    days_of_months,
    schedule_of,
)
from services.policy.rules.view import View
from tests.unit.policy.rules.package_samples import (
    BORN,
    Given,
    World,
    benefit,
    receipt,
    received,
    yuan,
)
from tests.unit.policy.rules.package_worlds import Case, worlds
from tests.unit.policy.rules.rows_issue import JUNE_AND_JULY
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, facts_of

MAY = date(2026, 5, 20)
NOT_BOTH = "choose_one: {members: [DISTRICT, TOWN]}"
DISTRICT_AND_TOWN = World(policies=JUNE_AND_JULY, says=[NOT_BOTH], day=MAY)
TWO_YEARS = "{months: 24}"
BY_MONTH = "instalments: {first: 1000 元, then: 100 元, months: 50}"
CAPPED = "steps: [{cap_total: 5000 元, cite: a}]"
TO_1500 = "total_cap: {amount: 1500 元, per: month}"
LATER = "{from: 2026-07-01, to: 2026-09-30}"


def by_month(schedule: Schedule) -> dict[str, int]:
    return {f"{each.month:%Y-%m}": yuan(each.fen) for each in schedule.months}


def because(schedule: Schedule) -> dict[str, tuple[int, Because]]:
    return {each.key: (yuan(each.fen), each.because) for each in schedule.undated}


def views_of(world: World, months: int) -> list[View]:
    rows = [Published(row_id=e.policy_id, policy=e, recorded_at=RECORDED) for e in world.parsed()]
    return [build_view(rows, day, NOW) for day in days_of_months(world.day, months)]


def best_of(world: World, months: int) -> dict[str, dict[str, int]]:
    found = best_each_month(views_of(world, months), facts_of(BORN))
    return {f"{e.month:%Y-%m}": {due.key: yuan(due.fen) for due in e.due} for e in found}


def whole(schedule: Schedule) -> int:
    dated = sum(each.fen for each in schedule.months)
    return dated + sum(each.fen for each in schedule.undated)


def test_the_district_ends_in_june_and_from_july_the_town_pays() -> None:
    """The district's 3000 and the bureau's 1000, then the town's 2000 and the bureau's."""
    assert best_of(DISTRICT_AND_TOWN, 4) == {
        "2026-05": {"DISTRICT#rent": 3000, "BUREAU#living": 1000},
        "2026-06": {"DISTRICT#rent": 3000, "BUREAU#living": 1000},
        "2026-07": {"TOWN#rent": 2000, "BUREAU#living": 1000},
        "2026-08": {"TOWN#rent": 2000, "BUREAU#living": 1000},
    }


def test_the_package_chooses_once_for_all_months() -> None:
    """Twelve months of the town are more than two of the district."""
    found = by_month(schedule_of(DISTRICT_AND_TOWN.best()))
    assert list(found)[0::11] == ["2026-05", "2027-04"]
    assert set(found.values()) == {3000}


def test_where_both_may_be_had_the_district_leaves_a_step_in_july() -> None:
    both = replace(DISTRICT_AND_TOWN, says=[])
    found = by_month(schedule_of(both.best()))
    assert (found["2026-05"], found["2026-06"], found["2026-07"]) == (6000, 6000, 3000)


def test_a_best_month_that_overlooks_what_excludes_what_is_found_out() -> None:
    """The control: without the statement June would come to 6000."""
    june = best_of(replace(DISTRICT_AND_TOWN, says=[]), 2)["2026-06"]
    assert sum(june.values()) == 6000


def test_what_begins_later_is_not_paid_before() -> None:
    world = World(policies={"A": benefit("b", 1000, "rent", LATER)}, day=MAY)
    assert by_month(schedule_of(world.best())) == dict.fromkeys(
        ["2026-07", "2026-08", "2026-09"], 1000
    )
    assert best_of(world, 3) == {"2026-05": {}, "2026-06": {}, "2026-07": {"A#b": 1000}}


def test_a_month_of_a_stated_term_is_one_of_its_months() -> None:
    world = World(policies={"A": benefit("b", 1000, "rent", TWO_YEARS)}, day=MAY)
    assert len(by_month(schedule_of(world.best()))) == 24
    assert best_of(world, 1) == {"2026-05": {"A#b": 1000}}


def test_a_first_sum_and_then_monthly_ones_have_their_months() -> None:
    parts = "instalments: {first: 400 元, then: 200 元, months: 3}"
    world = World(policies={"A": benefit("b", "1001 元", more=parts)}, day=MAY)
    schedule = schedule_of(world.best())
    assert [(str(each.month), each.fen) for each in schedule.months] == [
        ("2026-05-01", 40_000),
        ("2026-06-01", 20_000),
        ("2026-07-01", 20_000),
        ("2026-08-01", 20_100),
    ]
    assert schedule.undated == ()


def paid(name: str, pay: str) -> str:
    return f"{{id: {name}, kind: money, cost_item: living, pay: {{{pay}}}, cite: a}}"


@pytest.mark.parametrize(
    ("pay", "expected"),
    [
        ("amount: 5000 元, per: once", (5000, Because.ONCE)),
        (
            "amount: 5000 元, per: once, instalments: [50, 30, 20]",
            (5000, Because.INSTALMENTS),
        ),
        ("amount: 5000 元, per: once, instalments: {equal: 3}", (5000, Because.INSTALMENTS)),
        (f"amount: 6000 元, per: once, {CAPPED}, {BY_MONTH}", (5000, Because.LESSENED)),
        ("amount: 5000 元, per: year, term: {months: 24}", (10_000, Because.BY_YEAR)),
        ("amount: 5000 元, per: not_seen", (5000, Because.RHYTHM_NOT_SEEN)),
        (
            f"amount: 1000 元, per: month, term: {TWO_YEARS}, {CAPPED}",
            (5000, Because.LESSENED),
        ),
    ],
)
def test_what_no_text_gives_a_month_has_none(pay: str, expected: tuple[int, Because]) -> None:
    found = schedule_of(World(policies={"A": paid("b", pay)}).best())
    assert (found.months, because(found)) == ((), {"A#b": expected})


def test_what_was_paid_before_leaves_open_which_months_are_left() -> None:
    world = World(
        policies={"A": benefit("b", 1000, "rent", TWO_YEARS)},
        facts=received(receipt("A", "rent", 3000)),
    )
    assert because(schedule_of(world.best())) == {"A#b": (21_000, Because.LESSENED)}


def test_what_is_topped_up_by_less_than_its_sum_has_no_months() -> None:
    world = World(
        policies={
            "BASE": benefit("b", 1000, "rent", TWO_YEARS),
            "TOP": Given(
                benefits=benefit("t", 1000, "rent", TWO_YEARS),
                says=[f"top_up: {{target: '#t', bases: [BASE], {TO_1500}}}"],
            ),
        }
    )
    found = schedule_of(world.best())
    assert set(by_month(found).values()) == {1000}
    assert because(found) == {"TOP#t": (12_000, Because.LESSENED)}


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_months_and_what_has_none_come_to_what_the_package_pays(case: Case) -> None:
    package: Package = case.best()
    assert whole(schedule_of(package)) == package.most_fen


def test_a_schedule_that_forgets_an_offer_does_not_add_up() -> None:
    """The control."""
    package = DISTRICT_AND_TOWN.best()
    forgetful = replace(package, included=package.included[1:])
    assert whole(schedule_of(package)) == package.most_fen != whole(schedule_of(forgetful))


def test_the_months_are_counted_from_the_day_and_over_the_end_of_the_year() -> None:
    assert days_of_months(date(2026, 11, 30), 3) == [
        date(2026, 11, 30),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
