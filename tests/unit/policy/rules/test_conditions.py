"""Every kind of condition: true, false and unknown, at its boundary."""

from datetime import date
from typing import Any

import pytest

from tests.unit.policy.rules.rule_samples import TODAY, outcome_of, state_of, written

UNDER_45 = '{since: birth_date, op: "<", years: 45, cite: "Article 2"}'
MASTER = '{fact: highest_degree, op: ">=", value: master, cite: "Article 3"}'
RETURNED_FOR_GOOD = "{fact: identity, in: [naturalised-returnee], cite: a}"
TOP_50 = "{fact: school_class, in: [world-top-50], cite: a}"
IN_PUTUO = "{fact: work_region, in: [putuo], cite: a}"
WITHIN_TWO = "{since: return_date, op: within, years: 2, cite: a}"
TITLE = "{holds: {titles: [cn.programme], tenure: in_term}, cite: a}"
EVER = "{holds: {titles: [cn.programme], tenure: ever}, cite: a}"
ENJOYED = "{holds: {policies: [SH-PUJIANG], tenure: ever}, cite: a}"
CHECK = "{manual_check: {zh: 查, en: check}, id: look, cite: a}"
SIX_OF_TWELVE = (
    "{insured: {months: 6, window_months: 12, in_a_row: false, base_percent: 200}, cite: a}"
)
SIX_IN_A_ROW = "{insured: {months: 6, in_a_row: true}, cite: a}"


NONE_HELD = written("titles_held", None, state="not_applicable")


def months(*names: str, base: int | None = 250) -> list[dict[str, Any]]:
    return [{"month": name, "base_percent": base} for name in names]


LAST_SIX = ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03")
WITH_A_GAP = ("2025-09", "2025-10", "2025-11", "2026-01", "2026-02", "2026-03")


@pytest.mark.parametrize(
    ("entry", "facts", "state"),
    [
        (UNDER_45, {"birth_date": "1981-04-02"}, "eligible"),
        (UNDER_45, {"birth_date": "1981-04-01"}, "not_eligible"),
        (UNDER_45, {}, "undetermined"),
        (MASTER, {"highest_degree": "doctor"}, "eligible"),
        (MASTER, {"highest_degree": "master"}, "eligible"),
        (MASTER, {"highest_degree": "bachelor"}, "not_eligible"),
        (IN_PUTUO, {"work_region": "changzheng"}, "eligible"),
        (IN_PUTUO, {"work_region": "shanghai"}, "undetermined"),
        (f"{{not: {IN_PUTUO}}}", {"work_region": "shanghai"}, "undetermined"),
        (IN_PUTUO, {"work_region": "suzhou"}, "not_eligible"),
        (RETURNED_FOR_GOOD, {"identity": ["returnee"]}, "not_eligible"),
        (TOP_50, {"school_class": ["world-top-100"]}, "undetermined"),
        (TOP_50, {"school_class": ["world-top-100", "world-top-50"]}, "eligible"),
        (IN_PUTUO, {"work_region": "minhang"}, "not_eligible"),
        (f"{{not: {IN_PUTUO}}}", {}, "undetermined"),
        (WITHIN_TWO, {"return_date": "2024-04-01"}, "eligible"),
        (WITHIN_TWO, {"return_date": "2024-03-31"}, "not_eligible"),
        (WITHIN_TWO, {"return_date": "2026-04-02"}, "not_eligible"),
        (TITLE, {"titles_held": "cn.tenk.young"}, "eligible"),
        (TITLE, {"titles_held": "sh.pujiang"}, "undetermined"),
        (TITLE, {"titles_held": []}, "not_eligible"),
        (TITLE, {}, "undetermined"),
        (ENJOYED, {}, "not_eligible"),
        (ENJOYED, {"policies_held": "SH-PUJIANG"}, "eligible"),
        (CHECK, {}, "eligible_subject_to_manual_check"),
        (CHECK, {"check:XX-ONE/look": True}, "eligible"),
        (CHECK, {"check:XX-ONE/look": False}, "not_eligible"),
        ("{not_seen: true, cite: a}", {}, "criteria_not_seen"),
        (SIX_OF_TWELVE, {"social_insurance": months(*LAST_SIX)}, "eligible"),
        (SIX_OF_TWELVE, {"social_insurance": months(*LAST_SIX[1:])}, "not_eligible"),
        (SIX_OF_TWELVE, {"social_insurance": months(*LAST_SIX, base=199)}, "not_eligible"),
        (SIX_OF_TWELVE, {"social_insurance": months(*LAST_SIX, base=None)}, "undetermined"),
        (SIX_OF_TWELVE, {"social_insurance": months(*WITH_A_GAP)}, "eligible"),
        (SIX_IN_A_ROW, {"social_insurance": months(*WITH_A_GAP)}, "not_eligible"),
        (SIX_IN_A_ROW, {"social_insurance": months(*LAST_SIX)}, "eligible"),
    ],
)
def test_a_condition_is_met_exactly_inside_its_boundary(
    entry: str, facts: dict[str, Any], state: str
) -> None:
    assert state_of(entry, facts) == state


def test_insurance_paid_in_the_current_month_is_outside_the_window() -> None:
    paid = months(*LAST_SIX[1:], "2026-04")
    assert state_of(SIX_OF_TWELVE, {"social_insurance": paid}) == "not_eligible"


def test_a_title_past_its_term_counts_only_where_ever_is_asked() -> None:
    ended = written("titles_held", "cn.tenk.young", valid_from="2020-01-01", valid_to="2025-01-01")
    assert state_of(TITLE, None, ended, NONE_HELD) == "not_eligible"
    assert state_of(EVER, None, ended) == "eligible"


def test_a_title_that_ran_out_is_not_held_though_others_are_unknown() -> None:
    magnolia = "{holds: {titles: [sh.magnolia], tenure: in_term}, cite: a}"
    ended = written("titles_held", "sh.magnolia", valid_from="2020-01-01", valid_to="2025-01-01")
    assert state_of(magnolia, None, ended) == "not_eligible"
    assert state_of(TITLE, None, ended) == "undetermined"


def test_one_title_says_nothing_of_another() -> None:
    bar = f"{{not: {EVER}}}"
    title = written("titles_held", "sh.pujiang")
    assert outcome_of(bar, None, title).missing == ("titles_held",)
    assert state_of(bar, None, title, NONE_HELD) == "eligible"


def test_that_none_is_held_goes_on_where_a_title_began_the_day_it_ended() -> None:
    bar = f"{{not: {EVER}}}"
    none = written("titles_held", None, state="not_applicable", valid_to="2026-01-01")
    title = written("titles_held", "sh.pujiang", valid_from="2026-01-01", valid_to="2029-01-01")
    later = written("titles_held", "sh.pujiang", valid_from="2026-02-01")
    assert state_of(bar, None, none, title) == "eligible"
    assert state_of(bar, None, none, later) == "undetermined"
    assert state_of(bar, None, none) == "undetermined"


def test_that_none_is_held_since_a_day_leaves_open_what_was_ever_held() -> None:
    none = written("titles_held", None, state="not_applicable", valid_from="2024-01-01")
    assert state_of(f"{{not: {TITLE}}}", None, none) == "eligible"
    assert state_of(f"{{not: {EVER}}}", None, none) == "undetermined"


def test_the_last_day_of_a_term_still_counts() -> None:
    term = written("titles_held", "cn.tenk.young", valid_from="2020-01-01", valid_to="2026-04-02")
    assert state_of(TITLE, None, term) == "eligible"
    assert state_of(TITLE, None, term, NONE_HELD, on=date(2026, 4, 2)) == "not_eligible"


def test_what_does_not_apply_meets_no_condition() -> None:
    never_left = written("return_date", None, state="not_applicable")
    assert state_of(WITHIN_TWO, None, never_left) == "not_eligible"


def test_a_length_of_time_may_end_at_another_fact() -> None:
    entry = "{since: return_date, op: within, years: 2, at: {fact: shanghai_work_since}, cite: a}"
    facts = {"return_date": "2020-05-01", "shanghai_work_since": "2022-05-01"}
    assert state_of(entry, facts) == "eligible"
    assert state_of(entry, {**facts, "shanghai_work_since": "2022-05-02"}) == "not_eligible"


def test_under_36_in_the_year_looks_at_the_end_of_the_year() -> None:
    entry = '{since: birth_date, op: "<", years: 36, at: year_end, cite: a}'
    assert state_of(entry, {"birth_date": "1991-01-01"}) == "eligible"
    assert state_of(entry, {"birth_date": "1990-12-31"}) == "not_eligible"


def test_a_value_may_be_asked_for_as_of_an_earlier_day() -> None:
    entry = '{fact: overseas_post_months_in_a_row, op: ">=", value: 36, as_of: 2025-04-15, cite: a}'
    then = written("overseas_post_months_in_a_row", 30, valid_to="2025-06-01")
    now = written("overseas_post_months_in_a_row", 40, valid_from="2025-06-01")
    assert state_of(entry, None, then, now) == "not_eligible"


def test_missing_facts_are_named_and_only_the_fewest() -> None:
    entry = f"{{all: [{UNDER_45}, {{any: [{MASTER}, {{all: [{IN_PUTUO}, {TITLE}]}}]}}]}}"
    outcome = outcome_of(entry, {"birth_date": "1990-01-01"})
    assert outcome.missing == ("highest_degree",)
    assert outcome.could_matter == ("highest_degree", "titles_held", "work_region")


def test_a_failed_condition_is_named_with_its_clause_and_what_was_read() -> None:
    outcome = outcome_of(UNDER_45, {"birth_date": "1976-04-01"})
    (leaf,) = outcome.failed
    assert leaf.leaf.cite.where == "Article 2"
    assert leaf.counted == 50
    assert leaf.readings[0].value == date(1976, 4, 1)


def test_a_false_condition_decides_whatever_is_missing() -> None:
    entry = f"{{all: [{UNDER_45}, {MASTER}]}}"
    assert state_of(entry, {"highest_degree": "bachelor"}) == "not_eligible"


def test_a_closed_call_is_a_closed_window() -> None:
    entry = (
        "{tracks: [{name: old, title: {zh: 旧, en: old}, open: {from: 2024, to: 2024}, "
        f"when: {UNDER_45}}}]}}"
    )
    facts = {"birth_date": "1990-01-01"}
    assert outcome_of(entry, facts, on=TODAY).reason == "no-track-open"
    policy_day = date(2025, 1, 1)
    assert state_of(entry, facts, on=policy_day) == "window_closed"


def test_no_facts_at_all_make_nobody_eligible() -> None:
    for entry in (UNDER_45, MASTER, IN_PUTUO, TITLE, SIX_OF_TWELVE, f"{{not: {MASTER}}}"):
        assert state_of(entry) == "undetermined"
