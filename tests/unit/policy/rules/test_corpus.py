"""Talents of different kinds against the encoded policies, read against their records."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from services.policy.rules import (
    POSSIBLE,
    Outcome,
    Published,
    View,
    best_package,
    build_view,
    default_vocabulary,
    evaluate_all,
    interactions_of,
    render,
    render_package,
)
from tests.support.encoded import encoded_and_invented
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, written

DATA = Path(__file__).parents[4] / "data"
DOCTOR = {
    "birth_date": "1993-05-02",
    "highest_degree": "doctor",
    "work_region": "changzheng",
    "employer_region": "changzheng",
    "postdoc_experience": False,
    "home_owned_in_shanghai": False,
    "monthly_rent": 600_000,
    "titles_held": [],
    "nationality": "mainland",
    "degree_obtained_abroad": False,
}


@cache
def view_on(day: date = TODAY) -> View:
    policies = encoded_and_invented()
    rows = [Published(row_id=p.policy_id, policy=p, recorded_at=RECORDED) for p in policies]
    return build_view(rows, day, NOW)


def outcomes(
    facts: Mapping[str, Any], day: date = TODAY, *, holds: str | None = None
) -> dict[str, Outcome]:
    """`holds` is a title beside what the facts say of titles."""
    title = [written("titles_held", holds)] if holds else []
    found = evaluate_all(view_on(day), facts_of(facts, *title))
    return {each.policy_id: each for each in found}


def test_nobody_is_eligible_for_anything_without_facts() -> None:
    states = {each.state.value for each in outcomes({}).values()}
    assert "eligible" not in states


def test_the_newest_minhang_policy_replaces_its_family() -> None:
    found = outcomes(DOCTOR)
    assert found["SH-MH-21-2016"].reason == "replaced"
    assert found["SH-MH-22-2022"].reason == "replaced"
    before = outcomes(DOCTOR, date(2025, 7, 16))
    assert before["SH-MH-22-2022"].reason is None
    assert before["SH-MH-CHUNSHEN5-2025"].reason == "not-yet-in-force"


def test_a_period_bound_that_was_not_seen_is_not_confirmed() -> None:
    found = outcomes(DOCTOR)
    assert found["SH-OTRP-2025"].confirmed
    assert not found["SH-HUKOU-TALENT-2020"].confirmed


def test_putuo_shows_no_criteria_and_is_never_eligible() -> None:
    assert outcomes(DOCTOR)["SH-PT-10-2023"].state == "criteria_not_seen"


def test_the_town_adds_to_the_district_up_to_its_total() -> None:
    found = outcomes(DOCTOR)
    package = best_package(found.values(), interactions_of(view_on()))
    paid = {each.offer.key: each.most_fen // 100 for each in package.included}
    assert paid["DEMO-DISTRICT-RENT-2026#rent"] == 2500 * 24
    assert paid["SH-PT-CHANGZHENG-2025#rent-doctor"] == 2500 * 12


def test_the_city_grant_is_left_out_with_its_price() -> None:
    package = best_package(outcomes(DOCTOR).values(), interactions_of(view_on()))
    (left,) = [e for e in package.left_out if e.offer.policy_id == "DEMO-CITY-SETTLING-2026"]
    # 120k of the district and 30k of the town against 100k of the city.
    assert left.costs_fen == 5_000_000


def test_a_minhang_a_talent_chooses_purchase_over_rent() -> None:
    facts = {**DOCTOR, "work_region": "minhang"}
    found = outcomes(facts, holds="mh.chunshen.A")["SH-MH-CHUNSHEN5-2025"]
    assert found.state == "eligible"
    package = best_package([found], interactions_of(view_on()))
    assert [each.offer.benefit_id for each in package.included] == ["home-purchase-a"]
    assert package.left_out[0].costs_fen == (5_000_000 - 20_000 * 12) * 100


def test_a_shenzhen_letter_says_nothing_in_minhang() -> None:
    facts = {**DOCTOR, "work_region": "minhang"}
    offers = outcomes(facts, holds="hz.tier.A")["SH-MH-CHUNSHEN5-2025"].offers
    assert not [offer for offer in offers if offer.worth.most_fen]


def test_a_fresh_master_in_suzhou_gets_two_years_by_school() -> None:
    facts = {
        "work_region": "suzhou",
        "fresh_graduate": True,
        "highest_degree": "master",
        "school_class": ["double-first-class"],
    }
    (offer,) = outcomes(facts)["SU-YOUTH"].offers
    assert (offer.benefit_id, offer.worth.most_fen) == ("living-top-school", 6_000_000)


def test_a_returnee_within_two_years_needs_no_months_from_a_top_school() -> None:
    facts = {
        "identity": ["returnee"],
        "return_date": "2024-06-01",
        "graduation_date": "2024-05-20",
        "shanghai_work_since": "2025-01-01",
        "work_region": "pudong",
        "degree_verified": True,
        "highest_degree": "master",
        "study_days_abroad": 400,
        "school_class": ["world-top-50"],
    }
    assert outcomes(facts)["SH-HUKOU-RETURNEE-2020"].state == "eligible"
    late = {**facts, "shanghai_work_since": "2026-06-02"}
    assert outcomes(late)["SH-HUKOU-RETURNEE-2020"].state == "not_eligible"


def test_a_hangzhou_tier_meets_criteria_that_were_not_seen() -> None:
    found = outcomes({"titles_held": ["hz.tier.B"], "housing_support_used": False})
    assert found["HZ-HOMEBUY"].state == "criteria_not_seen"
    assert outcomes({"titles_held": []})["HZ-HOMEBUY"].state == "not_eligible"


RENTER = {
    "contract_years": 2,
    "home_owned_in_shanghai": False,
    "housing_support_used": False,
    "highest_degree": "master",
    "monthly_rent": 500_000,
    "titles_held": [],
}


def test_a_tie_to_yangpu_that_was_not_shown_is_never_presumed() -> None:
    there = outcomes({**RENTER, "work_region": "yangpu"})["SH-YP-RENT"]
    assert (there.state, there.manual_checks) == (
        "eligible_subject_to_manual_check",
        ("SH-YP-RENT/tie",),
    )
    (offer,) = there.offers
    assert (offer.benefit_id, offer.certain) == ("rent-graduate", False)
    away = {**RENTER, "work_region": "hangzhou", "residence_region": "hangzhou"}
    assert outcomes(away)["SH-YP-RENT"].state == "criteria_not_seen"


def test_pujiang_asks_for_full_time_work_and_one_application_at_a_time() -> None:
    facts = {
        **DOCTOR,
        "return_date": "2025-01-01",
        "study_months_abroad_in_a_row": 24,
        "months_in_shanghai_per_year": 12,
        "hukou_region": "shanghai",
        "government_funding_after_return": False,
    }
    found = outcomes({**facts, "employment": "full-time"})["SH-PUJIANG"]
    assert "SH-PUJIANG/no-parallel" in found.manual_checks
    assert outcomes({**facts, "employment": "self-employed"})["SH-PUJIANG"].state == "not_eligible"


def test_a_national_title_alone_is_no_tie_to_qingpu() -> None:
    facts = {"work_region": "hangzhou", "residence_region": "hangzhou", "titles_held": []}
    facts["taxed_and_insured_region"] = "hangzhou"
    found = outcomes(facts, holds="cn.tenk.leading")["SH-QP-QINGFENG2-2024"]
    assert found.state == "criteria_not_seen"


def test_the_possible_package_holds_at_least_the_certain_one() -> None:
    found = list(outcomes(DOCTOR).values())
    interactions = interactions_of(view_on())
    certain = best_package(found, interactions)
    assert best_package(found, interactions, POSSIBLE).most_fen >= certain.most_fen


def test_every_answer_is_plain_json_and_every_code_has_words() -> None:
    found = list(outcomes(DOCTOR).values())
    texts = default_vocabulary().texts
    for outcome in found:
        rendered = render(outcome)
        assert msgspec.json.decode(msgspec.json.encode(rendered)) == rendered
        assert rendered["state"] in texts["state"]
        assert rendered["reason"] is None or rendered["reason"] in texts["reason"]
    package = render_package(best_package(found, interactions_of(view_on())))
    assert msgspec.json.decode(msgspec.json.encode(package)) == package
