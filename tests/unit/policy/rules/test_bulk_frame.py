"""A row of a table says of its person what the same facts say one by one."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from services.policy.rules import default_vocabulary
from services.policy.rules.bulk.bits import unpacked
from services.policy.rules.bulk.frame import codes_in, facts_of_row, people_of_frame
from services.policy.rules.bulk.trees import rules_of, truths
from services.policy.rules.facts import select
from services.policy.rules.kleene import Truth
from services.policy.rules.prove import prove
from services.policy.rules.tree import Unseen
from tests.unit.policy.rules.rule_samples import NOW, TODAY, policy_of

ROWS: list[dict[str, Any]] = [
    {"birth_date": date(1990, 5, 17), "highest_degree": "master", "school_class": ["world-top-50"]},
    {"birth_date": date(1991, 4, 1), "school_class": ["world-top-100", "world-top-50"]},
    {"birth_date": date(1991, 4, 2), "school_class": []},
    {"highest_degree": "doctor", "not_applicable": ["birth_date", "school_class"]},
    {"labour_contract": True, "monthly_rent": 300_000, "check:XX-ONE/good": True},
    {"labour_contract": False, "monthly_rent": 299_999, "check:XX-ONE/good": False},
    {"titles_held": ["cn.tenk.leading"], "policies_held": ["XX-OTHER"]},
    {"titles_held": ["hz.tier.A"], "policies_held": []},
    {"titles_held": []},
    {"not_applicable": ["titles_held", "policies_held", "monthly_rent"]},
    {"social_insurance": [{"month": f"2025-{m:02}", "base_percent": 200} for m in range(4, 13)]},
    {"social_insurance": [{"month": f"2025-{m:02}", "base_percent": None} for m in range(4, 13)]},
    {"social_insurance": []},
]
COLUMNS: dict[str, Any] = {
    "birth_date": pl.Date,
    "highest_degree": pl.String,
    "school_class": pl.List(pl.String),
    "labour_contract": pl.Boolean,
    "monthly_rent": pl.Int64,
    "check:XX-ONE/good": pl.Boolean,
    "titles_held": pl.List(pl.String),
    "policies_held": pl.List(pl.String),
    "social_insurance": pl.List(pl.Struct({"month": pl.String, "base_percent": pl.Int64})),
    "not_applicable": pl.List(pl.String),
}
CONDITIONS = [
    '{since: birth_date, op: ">=", years: 35, cite: a}',
    '{fact: birth_date, op: "<", value: 1991-04-02, cite: a}',
    '{fact: highest_degree, op: ">=", value: doctor, cite: a}',
    "{fact: school_class, in: [world-top-50], cite: a}",
    '{fact: labour_contract, op: "==", value: true, cite: a}',
    '{fact: monthly_rent, op: ">=", value: 3000 元, cite: a}',
    "{manual_check: {zh: 好, en: good}, id: good, cite: a}",
    "{holds: {titles: [cn.programme], tenure: in_term}, cite: a}",
    "{holds: {titles: [cn.programme], tenure: ever}, cite: a}",
    "{holds: {policies: [XX-OTHER], tenure: in_term}, cite: a}",
    "{insured: {months: 3, window_months: 4, in_a_row: true, base_percent: 200}, cite: a}",
    '{fact: work_experience_years, op: ">=", value: 3, cite: a}',
    "{fact: work_region, in: [putuo], cite: a}",
    "{holds: {titles: [pt.high-level], tenure: ever}, cite: a}",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_table_says_what_its_rows_say_one_by_one(condition: str) -> None:
    tree = policy_of(condition).entry
    assert not isinstance(tree, Unseen)
    rules = rules_of([tree], TODAY)
    frame = pl.DataFrame(ROWS, schema=COLUMNS)
    (found,) = truths(rules, people_of_frame(frame, rules.needs, default_vocabulary()))
    alone = [
        prove(tree, select(facts_of_row(row, default_vocabulary()), TODAY, NOW)).truth
        for row in frame.iter_rows(named=True)
    ]
    together = [
        Truth.TRUE if true else Truth.FALSE if false else Truth.UNKNOWN
        for true, false in zip(
            unpacked(found.true, len(ROWS)), unpacked(found.false, len(ROWS)), strict=True
        )
    ]
    assert together == alone


LISTS = [["a"], [], None, ["b", "a"], ["a"], [], [""], ["a", None], None]


@pytest.mark.parametrize("lists", [LISTS, LISTS[:1], LISTS[2:3], LISTS[1:2], LISTS[:0]])
def test_equal_lists_have_equal_numbers_and_an_empty_one_is_not_an_unknown_one(
    lists: list[list[str | None] | None],
) -> None:
    frame = pl.DataFrame({"titles_held": pl.Series(lists, dtype=pl.List(pl.String))})
    found = codes_in(frame, "titles_held").tolist()
    said = [None if each is None else "/".join(code for code in each if code) for each in lists]
    first = [found[said.index(each)] for each in said]
    assert found == first
    assert len(set(found)) == len(set(said))


def test_what_does_not_apply_is_neither_an_empty_list_nor_unknown() -> None:
    columns = {"titles_held": [["a"], [], None], "not_applicable": [["titles_held"], None, []]}
    frame = pl.DataFrame(columns, schema_overrides={"not_applicable": pl.List(pl.String)})
    assert len(set(codes_in(frame, "titles_held").tolist())) == len(frame)
