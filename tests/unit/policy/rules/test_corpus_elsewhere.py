"""People of other cities, zones and years against the encoded policies, worked out by hand."""

from datetime import date
from typing import Any

import pytest

from services.policy.rules import (
    Outcome,
    best_package,
    evaluate,
    evaluate_all,
    interactions_of,
)
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of, written
from tests.unit.policy.rules.test_corpus import outcomes, view_on

YUAN = 100
HONG_KONG_DOCTOR = {
    "birth_date": "1996-05-02",
    "nationality": "hong-kong",
    "check:SZ-QH-HKMO/chinese-national": True,
    "contract_years": 2,
    "taxed_and_insured_region": "qianhai",
    "first_job_since": "2024-09-01",
    "highest_degree": "doctor",
    "home_owned_in_shenzhen": False,
}


def paid(facts: dict[str, Any], policy: str, day: date) -> dict[str, int]:
    """What each benefit of the policy pays at most over its term, in yuan."""
    found = outcomes(facts, day)[policy]
    return {each.benefit_id: each.worth.most_fen // YUAN for each in found.offers}


def test_a_doctor_from_hong_kong_in_qianhai_gets_three_years_of_three_sums() -> None:
    day = date(2026, 4, 1)
    assert outcomes(HONG_KONG_DOCTOR, day)["SZ-QH-HKMO"].state == "eligible"
    assert paid(HONG_KONG_DOCTOR, "SZ-QH-HKMO", day) == {
        "employment": 8000 * 36,
        "housing": 1000 * 36,
        "living": 2000 * 36,
    }
    owner = {**HONG_KONG_DOCTOR, "home_owned_in_shenzhen": True}
    assert "housing" not in paid(owner, "SZ-QH-HKMO", day)


@pytest.mark.parametrize(
    ("born", "state"), [("1981-04-02", "eligible"), ("1981-04-01", "not_eligible")]
)
def test_support_in_qianhai_is_for_those_under_forty_five(born: str, state: str) -> None:
    facts = {**HONG_KONG_DOCTOR, "birth_date": born}
    assert outcomes(facts, date(2026, 4, 1))["SZ-QH-HKMO"].state == state


NEWCOMER = {
    "highest_degree": "master",
    "full_time_degree": True,
    "identity": [],
    "hukou_region": "shenzhen",
    "introduced_on": "2021-07-01",
}


def test_who_came_to_shenzhen_by_the_last_day_of_august_is_judged_by_the_old_rule() -> None:
    assert paid(NEWCOMER, "SZ-NEWTALENT-2016", date(2021, 8, 31)) == {"subsidy": 25_000}
    after = outcomes(NEWCOMER, date(2021, 9, 1))["SZ-NEWTALENT-2016"]
    assert (after.state, after.reason) == ("not_in_force", "ended")
    later = {**NEWCOMER, "introduced_on": "2021-09-01"}
    assert outcomes(later, date(2021, 8, 31))["SZ-NEWTALENT-2016"].state == "not_eligible"


RETURNEE = {
    "work_region": "hongkou",
    "check:SH-HK-RETURNEE-2021/tie": True,
    "identity": ["returnee"],
    "school_class": ["world-top-50"],
    "degree_obtained_abroad": True,
    "highest_degree": "doctor",
    "graduation_date": "2021-06-30",
    "field": ["finance"],
    "home_owned_in_shanghai": False,
    "housing_support_used": False,
}


def test_a_returned_doctor_in_hongkou_gets_two_quarters_of_two_sums() -> None:
    assert outcomes(RETURNEE, date(2022, 3, 1))["SH-HK-RETURNEE-2021"].state == "eligible"
    assert paid(RETURNEE, "SH-HK-RETURNEE-2021", date(2022, 3, 1)) == {
        "rent-first": 3000 * 3,
        "rent-second": 2000 * 3,
    }
    early = outcomes(RETURNEE, date(2021, 5, 5))["SH-HK-RETURNEE-2021"]
    late = outcomes(RETURNEE, date(2023, 1, 1))["SH-HK-RETURNEE-2021"]
    assert [early.reason, late.reason] == ["not-yet-in-force", "ended"]


CONTRIBUTOR = {
    "check:SU-CONTRIB-2023/same-unit": True,
    "titles_held": ["js.double-innovation"],
    "civil_servant_managed": False,
    "party_managed_leader": False,
    "local_share_of_income_tax": 400_000 * YUAN,
    "spending_in_suzhou": 300_000 * YUAN,
}
INCOME = written("annual_income", 500_000 * YUAN, valid_from="2022-01-01", valid_to="2023-01-01")
INSURED = written(
    "social_insurance",
    [
        {"month": f"{year}-{month:02}", "base_percent": 150}
        for year in (2022, 2023)
        for month in range(1, 13)
    ],
)


def contribution(spent: int) -> tuple[str, list[int]]:
    facts = facts_of({**CONTRIBUTOR, "spending_in_suzhou": spent * YUAN}, INCOME, INSURED)
    found = {o.policy_id: o for o in evaluate_all(view_on(date(2023, 11, 20)), facts)}
    offer = found["SU-CONTRIB-2023"]
    return offer.state.value, [each.worth.most_fen // YUAN for each in offer.offers]


def test_the_award_of_suzhou_is_capped_by_tax_and_by_what_was_spent() -> None:
    assert contribution(300_000) == ("eligible", [300_000])
    assert contribution(900_000) == ("eligible", [400_000])


def test_of_two_awards_of_suzhou_one_is_had_in_a_year() -> None:
    both = [judged("SU-CONTRIB-2023", 1000), judged("SU-HIGHEND-2020", 3000)]
    stated = [
        each
        for each in interactions_of(view_on(date(2023, 11, 20)))
        if each.stated.policy_id in ("SU-CONTRIB-2023", "SU-HIGHEND-2020")
    ]
    assert best_package(both, stated).most_fen == 3000 * YUAN
    assert best_package(both, ()).most_fen == 4000 * YUAN


def judged(award_of: str, yuan: int) -> Outcome:
    """Somebody who may have this award, whatever its conditions."""
    pay = f"{{amount: {yuan} 元, per: once}}"
    benefit = f"{{id: award, kind: money, cost_item: award, pay: {pay}, cite: a}}"
    policy = policy_of(policy_id=award_of, issuer="suzhou", benefits=f"[{benefit}]")
    return evaluate(policy, facts_of({"birth_date": "1990-01-01"}), TODAY, NOW)


RANKED = {
    "employer_region": "zhangjiagang",
    "check:SU-ZJG-PAY/tie": True,
    "check:SU-ZJG-PAY/on-the-list": True,
}


@pytest.mark.parametrize(
    ("place", "benefit", "yuan"),
    [
        (1, "pay-top", 90_000),
        (20, "pay-top", 90_000),
        (21, "pay-middle", 60_000),
        (50, "pay-middle", 60_000),
        (51, "pay-others", 30_000),
    ],
)
def test_the_place_in_zhangjiagang_s_list_decides_the_pay(
    place: int, benefit: str, yuan: int
) -> None:
    facts = {**RANKED, "zhangjiagang_rank_percent": place}
    assert paid(facts, "SU-ZJG-PAY", date(2026, 4, 1)) == {benefit: yuan}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"work_region": "zhuhai", "nationality": "foreign"}, "eligible"),
        ({"work_region": "shenzhen", "identity": ["returnee-long-residence"]}, "eligible"),
        ({"work_region": "guangdong", "nationality": "foreign"}, "undetermined"),
        ({"work_region": "hangzhou", "nationality": "foreign"}, "not_eligible"),
        ({"work_region": "zhuhai", "nationality": "mainland", "identity": []}, "not_eligible"),
    ],
)
def test_the_tax_subsidy_of_2019_is_for_nine_cities_and_five_kinds_of_people(
    facts: dict[str, Any], state: str
) -> None:
    checked = {**facts, "check:CN-IIT-GBA-2019/talent": True}
    assert outcomes(checked, date(2022, 1, 1))["CN-IIT-GBA-2019"].state == state


CARD_HOLDER = {
    "check:SH-OTRP-2020/overseas-talent": True,
    "highest_degree": "bachelor",
    "foreign_permanent_residence_card": True,
    "firm_region": "wujiang",
}


@pytest.mark.parametrize(
    ("region", "state"),
    [("wujiang", "eligible"), ("jiashan", "eligible"), ("zhangjiagang", "not_eligible")],
)
def test_the_permit_of_2020_reached_across_the_border_of_the_province(
    region: str, state: str
) -> None:
    facts = {**CARD_HOLDER, "work_region": region}
    assert outcomes(facts, date(2022, 1, 1))["SH-OTRP-2020"].state == state


@pytest.mark.parametrize(
    ("day", "reason"), [(date(2021, 12, 31), None), (date(2022, 1, 1), "window-closed")]
)
def test_graduates_in_the_new_towns_had_a_month_to_apply(day: date, reason: str | None) -> None:
    facts = {
        "fresh_graduate": True,
        "highest_degree": "master",
        "school_class": ["shanghai-university"],
        "employer_region": "lingang",
        "check:SH-HUKOU-GRAD-NEWTOWN-2021/basic": True,
    }
    assert outcomes(facts, day)["SH-HUKOU-GRAD-NEWTOWN-2021"].reason == reason


def test_a_doctoral_student_on_an_internship_in_lingang_gets_the_sum_of_the_degree() -> None:
    facts = {
        "student": True,
        "studying_for": "doctor",
        "check:SH-LG-2024/internship": True,
        "hukou_region": "shanghai",
        "work_region": "lingang",
    }
    assert paid(facts, "SH-LG-2024", date(2026, 4, 1))["internship"] == 5000 * 12
    assert "travel" not in paid(facts, "SH-LG-2024", date(2026, 4, 1))


THREE_YEARS = [
    {"month": f"{2023 + n // 12}-{n % 12 + 1:02}", "base_percent": 300} for n in range(36)
]


@pytest.mark.parametrize(("months", "state"), [(24, "eligible"), (23, "undetermined")])
def test_two_years_of_a_high_base_are_enough_points_by_themselves(months: int, state: str) -> None:
    insured = {"social_insurance": THREE_YEARS[-months:], "shanghai_residence_card": True}
    assert outcomes(insured, date(2026, 1, 15))["SH-POINTS-2017"].state == state


ELSEWHERE = {
    "work_region": "hangzhou",
    "highest_degree": "master",
    "titles_held": [],
    "employer_kind": ["enterprise"],
    "employer_region": "hangzhou",
}


@pytest.mark.parametrize(
    ("policy", "state"),
    [
        ("SH-SJTUMED-POSTDOC-2018", "criteria_not_seen"),
        ("SH-ZJ-MOST-AWARD-2020", "not_eligible"),
        ("SH-LG-IIT", "not_eligible"),
        ("SH-PD-PEARL-2023", "criteria_not_seen"),
    ],
)
def test_nobody_is_promised_the_money_of_an_employer_or_zone_they_are_not_in(
    policy: str, state: str
) -> None:
    found = outcomes(ELSEWHERE, date(2026, 4, 1))[policy]
    assert (found.state, list(found.offers)) == (state, [])
