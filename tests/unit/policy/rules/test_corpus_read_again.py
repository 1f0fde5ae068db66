"""What ten talents' answers, read against the records, showed to be wrong, and is not any more."""

from typing import Any

from services.policy.rules import Outcome
from tests.unit.policy.rules.test_corpus import outcomes

YUAN = 100
QIANHAI = {
    "identity": ["hong-kong-permanent"],
    "work_days_in_city_in_tax_year": 240,
    "employment": "full-time",
    "work_region": "qianhai",
    "dishonesty_list": False,
}
TECHNICIAN = {"work_region": "songjiang", "highest_degree": "college", "titles_held": []}


def most_yuan(outcome: Outcome) -> int:
    return sum(each.worth.most_fen for each in outcome.offers) // YUAN


def given_by(facts: dict[str, Any], policy: str) -> set[str]:
    """What the policy surely gives, by the name of the benefit."""
    return {each.benefit_id for each in outcomes(facts)[policy].offers if each.certain}


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
