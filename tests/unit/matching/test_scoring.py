"""The score of one talent for one demand: every reason, and what must hold for all of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalog.demand import DemandRaised
from events.catalog.match import RankedDemand, Reason
from events.catalog.talent import Fact
from services.matching.scoring.criteria import CRITERION_NAMES
from services.matching.scoring.profile import FACTS_READ, Profile, facts_read, profile_of
from services.matching.scoring.score import (
    MOST,
    demand_of,
    explain,
    quick_score,
    reasons_of,
)
from tests.support.matching import NOON, POST, SCALES, TODAY, chip_designer, fact, raised

NOTHING_ASKED: dict[str, Any] = {
    "region": None,
    "degree_at_least": None,
    "discipline_codes": [],
    "industry_codes": [],
    "years_at_least": None,
    "must": [],
}


def profile(*facts: Fact, day: date = TODAY) -> Profile:
    return profile_of("t-1", facts_read(facts), facts_version=1, valid_at=day)


def match(demand: DemandRaised, *facts: Fact) -> RankedDemand:
    explained = explain(SCALES, demand_of(demand), profile(*facts))
    assert explained is not None
    return explained


def reason(criterion: str, demand: DemandRaised, *facts: Fact) -> Reason:
    reasons = reasons_of(SCALES, demand_of(demand), profile(*facts))
    return next(each for each in reasons if each.criterion == criterion)


def only(**asked: Any) -> DemandRaised:
    return raised(**{**NOTHING_ASKED, **asked})


def test_who_meets_everything_has_all_points() -> None:
    found = match(raised(), *chip_designer())

    assert (found.score, found.standing) == (MOST, "fits")
    assert [each.points for each in found.reasons] == [35, 20, 15, 15, 15]


@pytest.mark.parametrize(
    ("held", "points", "outcome"),
    [
        ("51030", 100, "met"),
        ("5103010", 100, "met"),
        ("510", 50, "partly"),
        ("51010", 50, "partly"),
        ("52040", 0, "not-met"),
    ],
)
def test_a_discipline_counts_by_how_much_of_its_code_is_shared(
    held: str, points: int, outcome: str
) -> None:
    found = reason("discipline", only(discipline_codes=["51030"]), fact("disciplines", (held,)))

    assert (found.points, found.of, found.outcome) == (points, 100, outcome)


def test_another_speciality_of_the_same_branch_is_near() -> None:
    asked = only(discipline_codes=["5103010"])

    assert reason("discipline", asked, fact("disciplines", ("5103020",))).points == 80


@pytest.mark.parametrize(
    ("held", "points"), [("I6520", 100), ("I6521", 80), ("I65", 50), ("I6420", 0), ("C6520", 0)]
)
def test_an_industry_counts_by_division_group_and_class(held: str, points: int) -> None:
    found = reason("industry", only(industry_codes=["I6520"]), fact("industries", (held,)))

    assert found.points == points


def test_the_best_of_several_codes_counts_once() -> None:
    asked = only(discipline_codes=["51030", "52030"])

    assert reason("discipline", asked, fact("disciplines", ("52030", "51030"))).points == 100


@pytest.mark.parametrize(("held", "points"), [("bachelor", 0), ("master", 100), ("doctor", 100)])
def test_a_higher_degree_than_asked_gives_no_more(held: str, points: int) -> None:
    found = reason("degree", only(degree_at_least="master"), fact("highest_degree", held))

    assert found.points == points


@pytest.mark.parametrize(("held", "points"), [(0, 0), (2, 50), (3, 75), (4, 100), (30, 100)])
def test_experience_counts_in_proportion_up_to_what_is_asked(held: int, points: int) -> None:
    found = reason("experience", only(years_at_least=4), fact("work_experience_years", held))

    assert found.points == points


@pytest.mark.parametrize(
    ("lives_in", "points"), [("minhang", 100), ("putuo", 50), ("shanghai", 50), ("hangzhou", 0)]
)
def test_a_region_counts_by_city_and_district(lives_in: str, points: int) -> None:
    assert reason("region", only(region="minhang"), fact("work_region", lives_in)).points == points


def test_a_part_of_the_region_asked_is_in_it() -> None:
    assert reason("region", only(region="shanghai"), fact("work_region", "minhang")).points == 100


def test_where_somebody_works_counts_before_where_they_live() -> None:
    facts = (fact("residence_region", "minhang"), fact("work_region", "putuo"))

    assert reason("region", only(region="minhang"), *facts).read == ("putuo",)


def test_a_fact_that_is_not_known_gives_no_points_and_is_named() -> None:
    found = reason("experience", raised())

    assert (found.outcome, found.points, found.read, found.source) == ("unknown", 0, (), None)


def test_a_fact_that_does_not_apply_is_not_counted_as_met() -> None:
    assert reason("degree", raised(), fact("highest_degree", None)).outcome == "unknown"


def test_whoever_is_known_not_to_meet_a_condition_is_not_proposed() -> None:
    others = chip_designer()[1:]
    below = profile(fact("highest_degree", "bachelor"), *others)

    assert quick_score(SCALES, demand_of(raised(must=["degree"])), below) is None
    assert quick_score(SCALES, demand_of(raised(must=[])), below) is not None


def test_a_condition_not_known_yet_is_to_be_verified() -> None:
    others = chip_designer()[1:]

    assert match(raised(must=["degree"]), *others).standing == "to-verify"


def test_a_condition_gives_no_points_of_its_own() -> None:
    plain, strict = raised(must=[]), raised(must=["degree", "discipline"])

    assert match(plain, *chip_designer()).score == match(strict, *chip_designer()).score


def test_a_demand_that_asks_nothing_fits_nobody() -> None:
    assert quick_score(SCALES, demand_of(only()), profile(*chip_designer())) is None


def test_what_is_not_asked_takes_no_part() -> None:
    asked = only(degree_at_least="master", years_at_least=4)
    found = match(asked, fact("highest_degree", "master"), fact("work_experience_years", 2))

    assert {(each.criterion, each.points, each.of) for each in found.reasons} == {
        ("degree", 50, 50),
        ("experience", 25, 50),
    }


def test_too_low_a_score_is_not_proposed() -> None:
    nearly = profile(fact("work_experience_years", 40))

    assert quick_score(SCALES, demand_of(raised(must=[])), nearly) is None


def test_a_verified_statement_counts_before_a_later_claim() -> None:
    found = reason(
        "degree",
        raised(),
        fact("highest_degree", "master", "verified"),
        fact("highest_degree", "doctor", recorded_at=NOON + timedelta(days=1)),
    )

    assert (found.read, found.source) == (("master",), "verified")


def test_of_two_claims_the_later_counts() -> None:
    later = fact("highest_degree", "doctor", recorded_at=NOON + timedelta(days=1))

    assert reason("degree", raised(), later, fact("highest_degree", "master")).read == ("doctor",)


def test_a_fact_counts_only_on_the_days_it_holds() -> None:
    known = fact("work_region", "minhang", valid_from=TODAY, valid_to=TODAY)

    assert profile(known).region is not None
    assert profile(known, day=TODAY + timedelta(days=1)).region is None
    assert profile(known, day=TODAY - timedelta(days=1)).region is None


def test_a_retracted_statement_does_not_count() -> None:
    assert facts_read([fact("work_region", "minhang", retracted_at=NOON)]) == ()


@pytest.mark.parametrize(
    "name", ["school_class", "sex", "birth_date", "nationality", "titles_held", "annual_income"]
)
def test_nothing_but_what_is_asked_can_count(name: str) -> None:
    assert name not in FACTS_READ
    more = (*chip_designer(), fact(name, "anything"))

    assert match(raised(), *more) == match(raised(), *chip_designer())


CODES = st.sampled_from(["510", "51030", "5103010", "5103020", "52040", "32024"])
INDUSTRIES = st.sampled_from(["I65", "I652", "I6520", "I6521", "C3985", "M7310"])
REGIONS = st.sampled_from(["minhang", "putuo", "shanghai", "hangzhou", "cn"])
DEGREES = st.sampled_from(["bachelor", "master", "doctor"])
ASKED = st.fixed_dictionaries(
    {
        "discipline_codes": st.lists(CODES, max_size=3),
        "industry_codes": st.lists(INDUSTRIES, max_size=2),
        "degree_at_least": st.none() | DEGREES,
        "years_at_least": st.none() | st.integers(1, 30),
        "region": st.none() | REGIONS,
    }
)
HELD = st.fixed_dictionaries(
    {},
    optional={
        "disciplines": st.lists(CODES, min_size=1, max_size=3).map(tuple),
        "industries": st.lists(INDUSTRIES, min_size=1, max_size=2).map(tuple),
        "highest_degree": DEGREES,
        "work_experience_years": st.integers(0, 40),
        "work_region": REGIONS,
    },
)


def total(demand: DemandRaised, held: dict[str, object]) -> int:
    reasons = reasons_of(SCALES, demand_of(demand), stated(held))
    return sum(each.points for each in reasons)


def stated(held: dict[str, object]) -> Profile:
    return profile(*(fact(name, value) for name, value in held.items()))  # type: ignore[arg-type]


@given(ASKED, HELD)
def test_the_points_of_the_reasons_add_up_to_the_score(
    asked: dict[str, object], held: dict[str, object]
) -> None:
    demand = demand_of(only(**asked))
    reasons = reasons_of(SCALES, demand, stated(held))
    quick = quick_score(SCALES, demand, stated(held))

    assert all(0 <= each.points <= each.of for each in reasons)
    assert sum(each.of for each in reasons) == (MOST if reasons else 0)
    if quick is not None:
        assert sum(each.points for each in reasons) == quick[1]


@given(ASKED, HELD, st.sampled_from(sorted(CRITERION_NAMES)))
def test_to_know_more_never_lowers_the_points(
    asked: dict[str, object], held: dict[str, object], criterion: str
) -> None:
    better = {
        "discipline": ("disciplines", tuple(POST["discipline_codes"])),
        "industry": ("industries", tuple(POST["industry_codes"])),
        "degree": ("highest_degree", "doctor"),
        "experience": ("work_experience_years", 40),
        "region": ("work_region", asked["region"] or "minhang"),
    }
    name, value = better[criterion]
    if criterion in {"discipline", "industry"}:
        wanted = asked[f"{criterion}_codes"]
        assert isinstance(wanted, list)
        value = tuple(wanted) or value

    assert total(only(**asked), {**held, name: value}) >= total(only(**asked), held)


@given(ASKED, HELD, st.integers(1, 40), REGIONS)
def test_to_ask_for_what_is_met_never_lowers_the_points(
    asked: dict[str, object], held: dict[str, object], years: int, region: str
) -> None:
    knows = {**held, "work_experience_years": years, "work_region": region}
    less = {**asked, "years_at_least": None, "region": None}
    more = {**asked, "years_at_least": years, "region": region}

    assert total(only(**more), knows) >= total(only(**less), knows)
