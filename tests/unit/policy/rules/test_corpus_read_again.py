"""What ten talents' answers, read against the records, showed to be wrong, and is not any more."""

from datetime import date
from typing import Any

import pytest

from services.policy.rules import Outcome
from tests.unit.policy.rules.test_corpus import outcomes

YUAN = 100
INSURED = [{"month": f"2025-{month:02}", "base_percent": 150} for month in range(4, 13)]
MASTER = {
    "graduation_date": "2024-06-30",
    "shanghai_work_since": "2024-08-01",
    "work_region": "pudong",
    "degree_verified": True,
    "highest_degree": "master",
    "study_days_abroad": 200,
    "school_class": ["high-level-university"],
    "social_insurance": INSURED,
}
QIANHAI = {
    "identity": ["hong-kong-permanent"],
    "work_days_in_city_in_tax_year": 240,
    "employment": "full-time",
    "work_region": "qianhai",
    "dishonesty_list": False,
}
RENTER = {
    "school_class": ["world-top-50"],
    "highest_degree": "master",
    "return_date": "2025-09-01",
    "home_owned_in_shanghai": False,
    "housing_support_used": False,
}
TECHNICIAN = {"work_region": "songjiang", "highest_degree": "college", "titles_held": []}


def most_yuan(outcome: Outcome) -> int:
    return sum(each.worth.most_fen for each in outcome.offers) // YUAN


def given_by(facts: dict[str, Any], policy: str) -> set[str]:
    """What the policy surely gives, by the name of the benefit."""
    return {each.benefit_id for each in outcomes(facts)[policy].offers if each.certain}


def test_half_a_year_abroad_while_studying_at_home_makes_no_returned_student() -> None:
    returned = {**MASTER, "identity": ["returnee"]}
    assert outcomes(returned)["SH-HUKOU-RETURNEE-2020"].state == "eligible"
    exchange = {**MASTER, "identity": []}
    assert outcomes(exchange)["SH-HUKOU-RETURNEE-2020"].state == "not_eligible"


@pytest.mark.parametrize(
    ("place", "state"),
    [("xuhui", "eligible_subject_to_manual_check"), ("shenzhen", "criteria_not_seen")],
)
def test_a_school_in_shanghai_pays_no_postdoc_of_a_university_elsewhere(
    place: str, state: str
) -> None:
    facts = {"employer_kind": ["university"], "employer_region": place}
    assert outcomes(facts)["SH-SJTUMED-POSTDOC-2018"].state == state


@pytest.mark.parametrize("field", ["biomedicine", "health", "agriculture", "finance"])
def test_a_field_that_no_source_names_is_a_question_and_not_a_no(field: str) -> None:
    found = outcomes({"birth_date": "1996-01-01", "field": [field]})["CN-TENK"]
    assert found.state == "eligible_subject_to_manual_check"
    assert "CN-TENK/field" in found.manual_checks


def test_sport_is_none_of_the_fields_of_the_national_programme() -> None:
    facts = {"birth_date": "1996-01-01", "field": ["sport"]}
    assert outcomes(facts)["CN-TENK"].state == "not_eligible"


def test_no_more_income_tax_is_paid_back_than_was_paid_above_fifteen_percent() -> None:
    paid = {**QIANHAI, "income_tax_above_fifteen_percent": 12_000 * YUAN}
    assert most_yuan(outcomes(paid)["SZ-IIT-GBA"]) == 12_000
    much = {**QIANHAI, "income_tax_above_fifteen_percent": 9_000_000 * YUAN}
    assert most_yuan(outcomes(much)["SZ-IIT-GBA"]) == 5_000_000


def test_songjiang_adds_to_pay_above_the_average_only() -> None:
    above, at_most = (
        outcomes({**TECHNICIAN, "income_percent_of_average": percent})["SH-SJ-13-2015"]
        for percent in (160, 100)
    )
    assert "pay-incentive" in {each.benefit_id for each in above.offers}
    assert "pay-incentive" not in {each.benefit_id for each in at_most.offers}


def test_songjiang_promises_nobody_the_money_of_key_units_or_of_incubators() -> None:
    sure = given_by({**TECHNICIAN, "income_percent_of_average": 160}, "SH-SJ-13-2015")
    assert sure.isdisjoint({"pay-incentive", "incubator"})


def test_a_home_for_returned_students_is_not_for_who_studied_at_home() -> None:
    abroad = {**RENTER, "degree_obtained_abroad": True}
    assert outcomes(abroad)["SH-CN-RETURNEE-2022"].state == "eligible_subject_to_manual_check"
    at_home = {**RENTER, "degree_obtained_abroad": False}
    assert outcomes(at_home)["SH-CN-RETURNEE-2022"].state == "not_eligible"


def test_nobody_is_asked_for_the_income_of_a_round_that_is_over() -> None:
    facts = {"work_region": "shenzhen", "employer_kind": ["university"]}
    assert outcomes(facts)["SZ-INDUSTRY-2021"].state == "window_closed"
    assert outcomes(facts, date(2021, 6, 1))["SZ-INDUSTRY-2021"].state == "undetermined"


def test_nobody_of_the_mainland_is_asked_for_a_foreigners_work_permit() -> None:
    facts = {"work_region": "minhang", "nationality": "mainland", "identity": []}
    assert outcomes(facts)["SH-OTRP-2025"].state == "not_eligible"
    foreign = outcomes({**facts, "nationality": "foreign"})["SH-OTRP-2025"]
    assert (foreign.state, foreign.missing) == ("undetermined", ("work_permit_category",))


def test_a_returned_student_may_reside_abroad_unless_registered_at_home() -> None:
    facts = {
        "highest_degree": "doctor",
        "identity": ["returnee"],
        "nationality": "mainland",
        "work_region": "minhang",
        "employment": "full-time",
    }
    assert outcomes(facts)["SH-OTRP-2025"].missing == ("hukou_region",)
    abroad = outcomes({**facts, "hukou_region": "abroad"})["SH-OTRP-2025"]
    assert abroad.manual_checks == ("SH-OTRP-2025/foreign-residence",)
    at_home = outcomes({**facts, "hukou_region": "zhejiang"})["SH-OTRP-2025"]
    assert at_home.state == "not_eligible"


def test_an_age_that_is_one_in_general_keeps_nobody_out_unasked() -> None:
    facts = {
        "birth_date": "1960-01-01",
        "nationality": "foreign",
        "highest_degree": "bachelor",
        "work_experience_years": 9,
        "work_permit_points": 50,
        "income_percent_of_average": 200,
        "check:CN-WORKPERMIT/listed": False,
    }
    found = outcomes(facts)["CN-WORKPERMIT"]
    assert found.state == "eligible_subject_to_manual_check"
    assert "CN-WORKPERMIT/age-relaxed" in found.manual_checks


@pytest.mark.parametrize(("tier", "benefit"), [("hz.tier.E", "rent-e"), ("cn.youth", "settling")])
def test_what_hangzhou_gives_a_tier_is_open_to_who_graduated_long_ago(
    tier: str, benefit: str
) -> None:
    facts = {
        "work_region": "hangzhou",
        "highest_degree": "doctor",
        "fresh_graduate": False,
        "student": False,
        "identity": [],
        "titles_held": [],
    }
    found = outcomes(facts, holds=tier)["HZ-GRAD-2019"]
    assert found.manual_checks == ("HZ-GRAD-2019/tier-alone",)
    given = {each.benefit_id for each in found.offers}
    assert benefit in given
    assert not given & {"living", "living-again"}
    assert outcomes(facts)["HZ-GRAD-2019"].state == "not_eligible"


YOUNG_POSTDOC = {
    "nationality": "mainland",
    "birth_date": "1988-05-01",
    "employment": "full-time",
    "titles_held": [],
}


@pytest.mark.parametrize(
    ("planned", "state"),
    [("2018-01-01", "undetermined"), ("2018-12-31", "eligible"), ("2019-01-01", "undetermined")],
)
def test_who_enters_the_station_within_the_year_of_the_call_may_apply(
    planned: str, state: str
) -> None:
    facts = {**YOUNG_POSTDOC, "postdoc_station_entry_planned": planned}
    assert outcomes(facts, date(2018, 6, 1))["SH-SUPERPOSTDOC-2018"].state == state


@pytest.mark.parametrize(("before", "asked"), [(1, False), (2, True)])
def test_new_results_are_asked_of_who_applied_twice_in_a_row(before: int, asked: bool) -> None:
    facts = {"leading_talent_attempts_in_a_row": before, "sex": "male", "titles_held": []}
    found = outcomes(facts, date(2022, 6, 1))["SH-ORIENTAL-LEAD-2022"]
    assert ("SH-ORIENTAL-LEAD-2022/results-shown" in found.manual_checks) is asked


FOREIGNER = {
    "nationality": "foreign",
    "work_region": "lingang",
    "years_in_work_region": 3,
    "months_in_china_per_year": 6,
    "income_percent_of_average": 400,
    "check:SH-GREENCARD-2023/core-team": False,
}


@pytest.mark.parametrize(
    ("percents", "state"),
    [
        ([400, 400, 400], "eligible_subject_to_manual_check"),
        ([400, 400, 399], "criteria_not_seen"),
    ],
)
def test_the_income_counts_year_by_year_for_permanent_residence(
    percents: list[int], state: str
) -> None:
    incomes = [
        {"year_ended": f"{2023 + at}-12-31", "percent_of_average": percent}
        for at, percent in enumerate(percents)
    ]
    assert outcomes({**FOREIGNER, "incomes": incomes})["SH-GREENCARD-2023"].state == state


@pytest.mark.parametrize("first", [2021, 2022])
def test_suzhou_asks_for_the_twelve_months_before_the_call_and_no_others(first: int) -> None:
    months = [(first, 11), (first, 12), *((first + 1, month) for month in range(1, 11))]
    insured = [{"month": f"{year}-{month:02}", "base_percent": 150} for year, month in months]
    found = outcomes({"social_insurance": insured}, date(2023, 11, 20))["SU-CONTRIB-2023"]
    assert (found.state == "not_eligible") is (first == 2021)
