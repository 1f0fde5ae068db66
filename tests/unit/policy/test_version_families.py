"""Of several versions of one policy each day has the one to judge by."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.policy.rules import (
    Outcome,
    Policy,
    Published,
    View,
    build_view,
    default_vocabulary,
    evaluate_all,
)
from services.policy.rules.standing import out_of_force
from tests.support.encoded import encoded
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, facts_of

DATA = Path(__file__).parents[3] / "data" / "policies"

MINHANG = ("SH-MH-6RULES-2011", "SH-MH-21-2016", "SH-MH-22-2022", "SH-MH-CHUNSHEN5-2025")
PERMIT = ("SH-OTRP-2015", "SH-OTRP-2020", "SH-OTRP-2025")
DELTA_TAX = ("CN-IIT-GBA-2019", "CN-IIT-GBA-2023")
GRADUATES = ("HZ-GRAD-2016", "HZ-GRAD-2019")
LINGANG_HOMES = ("SH-LG-HOMEBUY-2022", "SH-LG-HOMEBUY-2023")
SHENZHEN_NEWCOMERS = ("SZ-NEWRENT-2015", "SZ-NEWTALENT-2016")
SHENZHEN_TALENTS = ("SZ-2008", "SZ-HIGHLEVEL")


@cache
def view_on(day: date, told: tuple[Policy, ...] | None = None) -> View:
    rows = [
        Published(row_id=policy.policy_id, policy=policy, recorded_at=RECORDED)
        for policy in told or encoded()
    ]
    return build_view(rows, day, NOW, superiors=default_vocabulary().superiors())


def judged_by(
    family: tuple[str, ...], day: date, told: tuple[Policy, ...] | None = None
) -> list[str]:
    """Those of the family that stand on the day."""
    return [
        entry.policy.policy_id
        for entry in view_on(day, told).entries
        if entry.policy.policy_id in family and out_of_force(entry.policy, day, entry.ended) is None
    ]


@pytest.mark.parametrize(
    ("family", "day", "version"),
    [
        (MINHANG, date(2011, 8, 31), []),
        (MINHANG, date(2011, 9, 1), ["SH-MH-6RULES-2011"]),
        (MINHANG, date(2015, 11, 29), ["SH-MH-6RULES-2011"]),
        (MINHANG, date(2015, 11, 30), ["SH-MH-21-2016"]),
        (MINHANG, date(2022, 1, 17), ["SH-MH-21-2016"]),
        (MINHANG, date(2022, 1, 18), ["SH-MH-22-2022"]),
        (MINHANG, date(2025, 7, 16), ["SH-MH-22-2022"]),
        (MINHANG, date(2025, 7, 17), ["SH-MH-CHUNSHEN5-2025"]),
        (PERMIT, date(2015, 6, 30), []),
        (PERMIT, date(2015, 7, 1), ["SH-OTRP-2015"]),
        (PERMIT, date(2020, 7, 8), ["SH-OTRP-2015"]),
        (PERMIT, date(2020, 7, 9), ["SH-OTRP-2020"]),
        (PERMIT, date(2025, 6, 30), ["SH-OTRP-2020"]),
        (PERMIT, date(2025, 7, 1), ["SH-OTRP-2025"]),
        (PERMIT, date(2030, 6, 30), ["SH-OTRP-2025"]),
        (PERMIT, date(2030, 7, 1), []),
        (DELTA_TAX, date(2018, 12, 31), []),
        (DELTA_TAX, date(2019, 1, 1), ["CN-IIT-GBA-2019"]),
        (DELTA_TAX, date(2023, 8, 17), ["CN-IIT-GBA-2019"]),
        (DELTA_TAX, date(2023, 8, 18), ["CN-IIT-GBA-2023"]),
        (DELTA_TAX, date(2027, 12, 31), ["CN-IIT-GBA-2023"]),
        (DELTA_TAX, date(2028, 1, 1), []),
        (GRADUATES, date(2016, 11, 1), []),
        (GRADUATES, date(2016, 11, 2), ["HZ-GRAD-2016"]),
        (GRADUATES, date(2019, 7, 31), ["HZ-GRAD-2016"]),
        (GRADUATES, date(2019, 8, 1), ["HZ-GRAD-2019"]),
        (LINGANG_HOMES, date(2021, 12, 31), []),
        (LINGANG_HOMES, date(2022, 1, 1), ["SH-LG-HOMEBUY-2022"]),
        (LINGANG_HOMES, date(2023, 8, 31), ["SH-LG-HOMEBUY-2022"]),
        (LINGANG_HOMES, date(2023, 9, 1), ["SH-LG-HOMEBUY-2023"]),
        (SHENZHEN_NEWCOMERS, date(2014, 12, 31), []),
        (SHENZHEN_NEWCOMERS, date(2015, 1, 1), ["SZ-NEWRENT-2015"]),
        (SHENZHEN_NEWCOMERS, date(2016, 3, 23), ["SZ-NEWTALENT-2016"]),
        (SHENZHEN_NEWCOMERS, date(2021, 8, 31), ["SZ-NEWTALENT-2016"]),
        (SHENZHEN_NEWCOMERS, date(2021, 9, 1), []),
        (SHENZHEN_TALENTS, date(2008, 12, 1), ["SZ-2008"]),
        (SHENZHEN_TALENTS, date(2016, 3, 31), ["SZ-2008"]),
        (SHENZHEN_TALENTS, date(2016, 4, 1), ["SZ-HIGHLEVEL"]),
    ],
)
def test_each_day_has_the_version_to_judge_by(
    family: tuple[str, ...], day: date, version: list[str]
) -> None:
    assert judged_by(family, day) == version


@pytest.mark.parametrize(
    ("family", "day"),
    [
        (MINHANG, date(2025, 7, 17)),
        (PERMIT, date(2025, 7, 1)),
        (DELTA_TAX, date(2023, 8, 18)),
        (GRADUATES, date(2019, 8, 1)),
        (LINGANG_HOMES, date(2023, 9, 1)),
        (SHENZHEN_NEWCOMERS, date(2016, 3, 23)),
        (SHENZHEN_TALENTS, date(2016, 4, 1)),
    ],
)
def test_were_the_newest_not_published_its_predecessor_would_go_on(
    family: tuple[str, ...], day: date
) -> None:
    assert judged_by(family, day) == [family[-1]]
    without = tuple(each for each in encoded() if each.policy_id != family[-1])
    assert judged_by(family, day, without) == [family[-2]]


@pytest.mark.parametrize("newer", ["SH-YP-RENT", "HZ-HOMEBUY", "SH-HUKOU-JZH-2019"])
def test_a_newer_version_of_no_known_day_ends_nothing_and_nobody_is_told_the_older_for_sure(
    newer: str,
) -> None:
    entries = {each.policy.policy_id: each for each in view_on(date(2026, 4, 1)).entries}
    (older,) = entries[newer].policy.supersedes
    assert entries[older.policy_id].ended is None
    assert found({}, date(2026, 4, 1))[older.policy_id].state != "eligible"


NEWCOMER = {
    "work_region": "hangzhou",
    "hangzhou_work_since": "2018-09-01",
    "graduation_date": "2018-06-30",
    "highest_degree": "master",
    "full_time_degree": True,
    "insured_in_work_region": True,
    "fresh_graduate": True,
}


def test_a_master_of_2018_gets_the_sum_of_the_version_of_the_day() -> None:
    before, after = (found(NEWCOMER, day) for day in (date(2018, 10, 1), date(2019, 8, 1)))
    old, new = (each["HZ-GRAD-2016"].offers for each in (before, after))
    assert [offer.worth.most_fen for offer in old] == [2_000_000]
    assert (after["HZ-GRAD-2016"].reason, list(new)) == ("replaced", [])
    living = [o for o in after["HZ-GRAD-2019"].offers if o.benefit_id == "living"]
    assert [offer.worth.most_fen for offer in living] == [3_000_000]


BORN_IN_1984 = {
    "birth_date": "1984-03-01",
    "highest_degree": "doctor",
    "field": ["engineering"],
    "overseas_post_months_in_a_row": 40,
    "returned_full_time": False,
    "titles_held": [],
}


@pytest.mark.parametrize(
    ("year", "state"),
    [(2022, "window_closed"), (2023, "eligible"), (2024, "eligible"), (2025, "not_eligible")],
)
def test_each_yearly_call_has_its_own_day_of_birth(year: int, state: str) -> None:
    assert found(BORN_IN_1984, date(year, 6, 1))["CN-NSFC-OVERSEAS-YOUTH"].state == state


PERMIT_SEEKER = {
    "highest_degree": "bachelor",
    "work_region": "shanghai",
    "identity": ["foreign-talent"],
    "employment": "full-time",
}


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2016, 1, 1), "SH-OTRP-2015"),
        (date(2021, 1, 1), "SH-OTRP-2020"),
        (date(2026, 1, 1), "SH-OTRP-2025"),
    ],
)
def test_the_same_person_is_judged_for_the_permit_by_one_version_only(
    day: date, version: str
) -> None:
    states = found(PERMIT_SEEKER, day)
    assert [each for each in PERMIT if states[each].offers] == [version]


def found(facts: Mapping[str, Any], day: date) -> Mapping[str, Outcome]:
    return {each.policy_id: each for each in evaluate_all(view_on(day), facts_of(facts))}
