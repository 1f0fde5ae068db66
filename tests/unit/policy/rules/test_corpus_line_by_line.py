"""What a second reading of ten talents' answers, record by record, showed to be wrong or poor."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.policy.rules import best_package, default_vocabulary, interactions_of
from services.policy.rules.explain import near_misses
from services.policy.rules.facts import select
from services.policy.rules.interactions import Together
from services.policy.rules.picks import picks
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of
from tests.unit.policy.rules.test_corpus import outcomes, view_on
from tests.unit.policy.rules.test_corpus_read_again import QIANHAI, YUAN, given_by

TAXED = {
    **QIANHAI,
    "nationality": "hong-kong",
    "employer_region": "qianhai",
    "work_days_in_a_row_in_previous_year": 120,
    "income_tax_above_fifteen_percent": 12_000 * YUAN,
}
RETURNED = {
    "birth_date": "1992-03-14",
    "identity": ["returnee"],
    "return_date": "2025-09-10",
    "study_months_abroad_in_a_row": 52,
    "months_in_shanghai_per_year": 12,
    "work_region": "minhang",
    "employment": "full-time",
    "hukou_region": "shanghai",
    "government_funding_after_return": False,
    "pujiang_attempts": 0,
    "titles_held": [],
}
VENTURE = {
    "years_to_retirement": 20,
    "labour_contract": True,
    "shanghai_insured": True,
    "work_region": "minhang",
    "employment": "full-time",
    "venture_total": 60_000_000 * YUAN,
    "firm_shareholding_percent": 35,
    "years_with_employer": 3,
}


def offered(facts: dict[str, Any], policy: str, day: date = TODAY) -> set[str]:
    return {each.benefit_id for each in outcomes(facts, day)[policy].offers}


def test_one_income_tax_is_paid_back_once_and_the_zone_has_to_be_asked() -> None:
    found = list(outcomes(TAXED).values())
    package = best_package(found, interactions_of(view_on()))
    paid = [e.offer.key for e in package.included if e.offer.cost_item == "tax_difference"]
    assert paid == ["SZ-IIT-GBA#tax-difference"]
    doubt = package.doubts[0]
    assert (doubt.kind, doubt.interactions) == ("reach", ("SZ-QH-IIT/overlaps-the-city",))
    unsaid = best_package(found, ())
    assert len([e for e in unsaid.included if e.offer.cost_item == "tax_difference"]) == 3


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "eligible_subject_to_manual_check"),
        ({"pujiang_attempts": 1}, "eligible_subject_to_manual_check"),
        ({"pujiang_attempts": 2}, "not_eligible"),
        ({"work_region": "hangzhou"}, "not_eligible"),
        ({"identity": []}, "not_eligible"),
    ],
)
def test_pujiang_takes_returned_students_at_work_in_shanghai_twice_at_most(
    change: dict[str, Any], state: str
) -> None:
    assert outcomes({**RETURNED, **change})["SH-PUJIANG"].state == state


def test_an_intern_in_hangzhou_need_not_have_graduated() -> None:
    facts = {
        "work_region": "hangzhou",
        "fresh_graduate": False,
        "student": True,
        "identity": [],
        "titles_held": [],
    }
    found = outcomes(facts)["HZ-GRAD-2019"]
    assert found.manual_checks == ("HZ-GRAD-2019/internship-alone",)
    assert "internship" in {each.benefit_id for each in found.offers}
    assert outcomes({**facts, "student": False})["HZ-GRAD-2019"].state == "not_eligible"


@pytest.mark.parametrize(
    ("nationality", "given"), [("mainland", "hukou"), ("foreign", "residence")]
)
def test_the_state_gives_its_own_a_registration_and_others_a_residence(
    nationality: str, given: str
) -> None:
    facts = {"birth_date": "1970-01-01", "highest_degree": "doctor", "full_time_in_china": False}
    assert offered({**facts, "nationality": nationality}, "CN-TTP-FOREIGN") == {"award", given}


def test_minhang_s_class_is_what_being_recognised_gives() -> None:
    facts = {"work_region": "minhang", "titles_held": []}
    assert offered(facts, "SH-MH-CHUNSHEN5-2025") == {"tier"}
    classed = outcomes(facts, holds="mh.chunshen.A")["SH-MH-CHUNSHEN5-2025"]
    assert "tier" not in {each.benefit_id for each in classed.offers}


def test_nobody_of_hong_kong_is_asked_for_a_foreigners_work_permit() -> None:
    facts = {"nationality": "hong-kong", "identity": ["hong-kong-talent"]}
    assert outcomes({**facts, "work_region": "qianhai"})["SH-OTRP-2025"].state == "not_eligible"


@pytest.mark.parametrize(("direct", "given"), [(True, True), (False, False)])
def test_who_may_apply_directly_in_qingpu_needs_no_points_for_the_rent(
    direct: bool, given: bool
) -> None:
    facts = {
        "qingpu_points": 10,
        "check:SH-QP-QINGFENG2-2024/direct": direct,
        "taxed_and_insured_region": "qingpu",
        "employer_region": "qingpu",
        "home_owned_in_work_district": False,
    }
    assert ("rent-points" in given_by(facts, "SH-QP-QINGFENG2-2024")) is given


@pytest.mark.parametrize(("full_time", "given"), [(True, True), (False, False)])
def test_songjiang_s_rent_is_for_bachelors_of_full_time_study(full_time: bool, given: bool) -> None:
    facts = {
        "work_region": "songjiang",
        "highest_degree": "bachelor",
        "employment": "part-time",
        "full_time_degree": full_time,
    }
    assert ("rent-bachelor" in offered(facts, "SH-SJ-13-2015")) is given


@pytest.mark.parametrize(("first", "given"), [(True, True), (False, False)])
def test_the_town_pays_interest_on_a_first_home_only(first: bool, given: bool) -> None:
    facts = {
        "employer_region": "changzheng",
        "highest_degree": "doctor",
        "first_home_purchase": first,
    }
    assert ("mortgage-interest" in offered(facts, "SH-PT-CHANGZHENG-2025")) is given


def test_one_award_of_shenzhen_in_parts_is_no_sum_that_may_be_more() -> None:
    facts = {"work_region": "shenzhen", "titles_held": []}
    found = outcomes(facts, holds="sz.talent.outstanding")["SZ-HIGHLEVEL"]
    assert best_package([found], ()).most_fen == 6_000_000 * YUAN
    assert best_package([found], ()).counted_once == ()


@pytest.mark.parametrize(
    ("since", "state"),
    [("2025-03-31", "eligible"), ("2026-01-01", "eligible_subject_to_manual_check")],
)
def test_venture_money_counts_for_a_registration_after_a_year(since: str, state: str) -> None:
    facts = {**VENTURE, "venture_money_since": since}
    assert outcomes(facts)["SH-HUKOU-TALENT-2020"].state == state


@pytest.mark.parametrize(("field", "left"), [("finance", 1), ("culture", 1), ("sport", 2)])
def test_a_field_that_beijing_names_is_no_question_for_a_person(field: str, left: int) -> None:
    facts = {"birth_date": "1990-01-01", "work_region": "beijing", "field": [field]}
    found = outcomes({**facts, "titles_held": []})["BJ-38-2017"]
    assert len(found.manual_checks) == left


def test_a_home_in_lingang_asks_for_three_years_of_insurance_or_tax() -> None:
    facts = {"work_region": "lingang", "residence_region": "lingang"}
    months = [
        {"month": f"{2023 + n // 12}-{n % 12 + 1:02}", "base_percent": 100} for n in range(36)
    ]
    assert "home-right" in given_by({**facts, "social_insurance": months}, "SH-LG-48-2019")
    assert "home-right" not in given_by({**facts, "social_insurance": months[1:]}, "SH-LG-48-2019")


def test_who_manages_a_large_chip_firm_may_be_classed_by_income_in_hangzhou() -> None:
    facts = {
        "work_region": "hangzhou",
        "field": ["integrated-circuits"],
        "firm_roles": ["executive"],
        "employer_sales": 6_000_000_000 * YUAN,
        "annual_income": 1_200_000 * YUAN,
        "titles_held": [],
        "check:HZ-CATALOGUE-2019/catalogue": False,
    }
    found = outcomes(facts)["HZ-CATALOGUE-2019"]
    assert found.manual_checks == ("HZ-CATALOGUE-2019/income", "HZ-CATALOGUE-2019/tie")
    poorer = outcomes({**facts, "annual_income": 900_000 * YUAN})["HZ-CATALOGUE-2019"]
    assert poorer.state == "not_eligible"


@pytest.mark.parametrize(("months", "still_open"), [(36, True), (35, False)])
def test_pearl_asks_no_more_of_who_was_too_short_in_a_post(months: int, still_open: bool) -> None:
    facts = {
        "highest_degree": "master",
        "birth_date": "1990-01-01",
        "formal_post_months": months,
        "check:SH-PD-PEARL-ELITE-2025/exceptional": False,
    }
    found = outcomes(facts, date(2025, 9, 1))["SH-PD-PEARL-ELITE-2025"]
    assert ("firm_founded" in found.could_matter) is still_open


def test_the_school_of_medicine_pays_under_what_city_and_state_pay() -> None:
    living = next(e for e in outcomes({"highest_degree": "doctor"})["CN-POSTDOC-INNOV"].offers)
    said = [each for each in interactions_of(view_on()) if isinstance(each, Together)]
    school = [each for each in said if each.stated.policy_id == "SH-SJTUMED-POSTDOC-2018"]
    assert any(picks(pick, living) for each in school for pick in each.others)


@pytest.mark.parametrize("policy", ["CN-WORKPERMIT", "SZ-IIT-GBA", "SH-OTRP-2025", "SZ-QH-HKMO"])
def test_nobody_is_told_to_become_somebody_else_for_a_benefit(policy: str) -> None:
    facts = {"nationality": "mainland", "identity": [], "work_region": "minhang"}
    words = default_vocabulary()
    assert outcomes(facts)[policy].state == "not_eligible"
    person = select(facts_of(facts), TODAY, NOW)
    assert policy not in near_misses(view_on(), person, words)
    facts_free = {
        name: replace(spec, immutable=False, beyond_reach=None)
        for name, spec in words.facts.items()
    }
    free = replace(words, facts=facts_free, digest="free")
    assert policy in near_misses(view_on(), person, free)
