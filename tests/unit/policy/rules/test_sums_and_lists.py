"""Facts added up, and entries of a list counted: true, false and unknown, at the boundary."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules import FormatError, Source, default_vocabulary, read_facts
from services.policy.rules.comparing import OPERATIONS, between
from services.policy.rules.kleene import Truth, truth_of
from services.policy.rules.tree import Op
from tests.unit.policy.rules.rule_samples import outcome_of, policy_of, state_of, written

MONEY = (
    "{sum: [{fact: venture_total}, {fact: new_investment_since_2023, times: -1}], "
    'op: ">=", value: 100 万元, cite: a}'
)
DAYS = (
    "{sum: [{fact: return_date}, {fact: graduation_date, times: -1}], "
    'op: "<=", value: 730 days, cite: a}'
)
POINTS = (
    "{sum: [{fact: years_with_employer, times: 2}, {fact: contract_years}, "
    '{fact: work_experience_years, times: -1}], op: ">", value: -3, cite: a}'
)
ANY_RENT = "{exists: receipts, where: {fact: cost_item, in: [rent], cite: a}, cite: a}"
OF_PUJIANG = "{exists: receipts, where: {fact: policy_id, in: [SH-PUJIANG], cite: a}, cite: a}"
ONE_HOME_AT_MOST = (
    "{count: homes_owned, where: {fact: region, in: [shanghai], cite: a}, "
    'op: "<=", value: 1, cite: a}'
)
NONE_IN_FIVE_YEARS = (
    '{count: homes_owned, where: {since: bought_on, op: "<", years: 5, cite: a}, '
    'op: "==", value: 0, cite: a}'
)
HOME, FLAT = {"region": "putuo"}, {"region": "changzheng"}
AWAY, SOMEWHERE = {"region": "hangzhou"}, {"price": 100}
RENT = {"policy_id": "SH-PUJIANG", "cost_item": "rent", "fen": 100}
LIVING = {**RENT, "cost_item": "living"}


@pytest.mark.parametrize(
    ("entry", "facts", "state"),
    [
        (
            MONEY,
            {"venture_total": 200_000_000, "new_investment_since_2023": 100_000_000},
            "eligible",
        ),
        (
            MONEY,
            {"venture_total": 200_000_000, "new_investment_since_2023": 100_000_001},
            "not_eligible",
        ),
        (MONEY, {"venture_total": 900_000_000}, "undetermined"),
        (MONEY, {}, "undetermined"),
        (DAYS, {"return_date": "2025-12-31", "graduation_date": "2024-01-01"}, "eligible"),
        (DAYS, {"return_date": "2026-01-01", "graduation_date": "2024-01-01"}, "not_eligible"),
        (DAYS, {"return_date": "2026-01-01"}, "undetermined"),
        (
            POINTS,
            {"years_with_employer": 1, "contract_years": 2, "work_experience_years": 6},
            "eligible",
        ),
        (
            POINTS,
            {"years_with_employer": 1, "contract_years": 2, "work_experience_years": 7},
            "not_eligible",
        ),
        (ANY_RENT, {}, "not_eligible"),
        (ANY_RENT, {"receipts": [LIVING]}, "not_eligible"),
        (ANY_RENT, {"receipts": [LIVING, RENT]}, "eligible"),
        (f"{{not: {ANY_RENT}}}", {}, "eligible"),
        (OF_PUJIANG, {"receipts": [LIVING]}, "eligible"),
        ("{exists: receipts, cite: a}", {"receipts": [LIVING]}, "eligible"),
        (ONE_HOME_AT_MOST, {}, "undetermined"),
        (ONE_HOME_AT_MOST, {"homes_owned": []}, "eligible"),
        (ONE_HOME_AT_MOST, {"homes_owned": [HOME, AWAY]}, "eligible"),
        (ONE_HOME_AT_MOST, {"homes_owned": [HOME, FLAT, AWAY]}, "not_eligible"),
        (ONE_HOME_AT_MOST, {"homes_owned": [HOME, SOMEWHERE]}, "undetermined"),
        (ONE_HOME_AT_MOST, {"homes_owned": [HOME, FLAT, SOMEWHERE]}, "not_eligible"),
        (NONE_IN_FIVE_YEARS, {"homes_owned": [{"bought_on": "2021-04-01"}]}, "eligible"),
        (NONE_IN_FIVE_YEARS, {"homes_owned": [{"bought_on": "2021-04-02"}]}, "not_eligible"),
    ],
)
def test_a_sum_or_a_count_is_met_up_to_its_boundary(
    entry: str, facts: dict[str, Any], state: str
) -> None:
    assert state_of(entry, facts) == state


def test_a_sum_with_a_part_that_does_not_apply_is_not_met() -> None:
    none = written("new_investment_since_2023", None, state="not_applicable")
    assert state_of(MONEY, {}, none) == "not_eligible"


def test_the_sum_and_what_was_added_up_are_shown() -> None:
    outcome = outcome_of(DAYS, {"return_date": "2026-01-01", "graduation_date": "2024-01-01"})
    (leaf,) = outcome.failed
    assert leaf.counted == 731
    assert [each.fact for each in leaf.readings] == ["return_date", "graduation_date"]


def test_of_a_list_the_best_statement_is_the_whole() -> None:
    checked = written("homes_owned", [HOME], source=Source.VERIFIED)
    assert state_of(ONE_HOME_AT_MOST, {"homes_owned": [HOME, FLAT]}, checked) == "eligible"


def test_a_ledgers_statements_add_up() -> None:
    two = '{count: receipts, op: "==", value: 2, cite: a}'
    assert state_of(two, {"receipts": [RENT]}, written("receipts", [LIVING])) == "eligible"


def test_a_field_that_the_vocabulary_does_not_have_is_passed_over() -> None:
    (fact,) = read_facts([written("homes_owned", [{"colour": "red"}])], default_vocabulary())
    assert fact.value[0].fields == ()  # type: ignore[index,union-attr]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([Truth.TRUE, Truth.FALSE, Truth.UNKNOWN]), max_size=6),
    st.sampled_from(Op),
    st.integers(0, 6),
)
def test_a_count_is_certain_exactly_if_every_completion_says_the_same(
    truths: Sequence[Truth], op: Op, value: int
) -> None:
    surely, unknown = truths.count(Truth.TRUE), truths.count(Truth.UNKNOWN)
    completions = {OPERATIONS[op](surely + more, value) for more in range(unknown + 1)}
    expected = truth_of(completions.pop()) if len(completions) == 1 else Truth.UNKNOWN
    assert between(op, surely, surely + unknown, value) is expected


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{sum: [], op: '>=', value: 1 元, cite: a}", "empty"),
        (
            "{sum: [{fact: venture_total}, {fact: contract_years}], op: '>=', value: 1, cite: a}",
            "different units",
        ),
        (
            (
                "{sum: [{fact: contract_years}, {fact: study_days_abroad}], "
                "op: '>=', value: 1, cite: a}"
            ),
            "different units",
        ),
        (
            "{sum: [{fact: venture_total}], op: '>=', value: 100, cite: a}",
            "with its unit",
        ),
        (
            (
                "{sum: [{fact: return_date}, {fact: graduation_date}], "
                "op: '>=', value: 1 days, cite: a}"
            ),
            "dates cannot be added",
        ),
        (
            (
                "{sum: [{fact: return_date}, {fact: graduation_date, times: -1}], "
                "op: '>=', value: 30, cite: a}"
            ),
            "days with its unit",
        ),
        (
            "{sum: [{fact: contract_years}, {fact: contract_years}], op: '>=', value: 1, cite: a}",
            "stands twice",
        ),
        (
            "{sum: [{fact: contract_years, times: 0}], op: '>=', value: 1, cite: a}",
            "nothing is counted",
        ),
        ("{sum: [{fact: work_region}], op: '>=', value: 1, cite: a}", "does not fit"),
        (
            (
                "{sum: [{fact: contract_years}, {fact: years_with_employer}, "
                "{fact: years_in_work_region}, {fact: work_experience_years}], "
                "op: '>=', value: 1, cite: a}"
            ),
            "more than 3",
        ),
        ("{exists: monthly_rent, cite: a}", "does not fit"),
        (
            (
                "{exists: receipts, where: {fact: birth_date, op: '>=', value: 2000-01-01, "
                "cite: a}, cite: a}"
            ),
            "unknown fact",
        ),
        (
            "{exists: receipts, where: {not_seen: true, cite: a}, cite: a}",
            "not a condition",
        ),
        (
            "{exists: receipts, where: {fact: cost_item, in: [sweets], cite: a}, cite: a}",
            "unknown code",
        ),
        ("{count: receipts, op: '>=', value: -1, cite: a}", "below 0"),
    ],
)
def test_a_sum_or_a_count_that_means_nothing_is_refused_with_its_remedy(
    entry: str, problem: str
) -> None:
    with pytest.raises(FormatError, match=problem) as caught:
        policy_of(entry)
    assert caught.value.remedy
    assert caught.value.mark.line > 1
