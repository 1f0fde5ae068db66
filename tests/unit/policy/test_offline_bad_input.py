"""What the offline tool is given and cannot use is refused with file, line, column and remedy."""

import operator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WELL, WRONG, run
from services.policy.rules.bulk import comparing
from services.policy.rules.tree import Op
from tests.unit.policy.offline_samples import GOOD, folder
from tests.unit.policy.rules.rule_samples import NOW

TABLE = """\
    pay:
      amount:
        table:
          by: highest_degree
          rows:
            - {is: bachelor, amount: 600 元, cite: a}
            - {is: bachelor, amount: 1000 元, cite: a}
      per: month
      term: open
"""
HOLE = TABLE.replace("is: bachelor, amount: 1000 元", "is: doctor, amount: 1000 元")
TOP_UP = """\
interactions:
  - {{id: on-it, top_up: {{target: "#rent", bases: ["{base}"]}}, cite: a}}
"""
PAY = "    pay: {amount: 3000 元, per: month, term: open}\n"


@dataclass(frozen=True, slots=True)
class Bad:
    """What is changed in the good file, and what the tool must say of it."""

    before: str
    after: str
    line: int
    column: int
    problem: str
    remedy: str


BAD = {
    "an unknown key": Bad("scope:", "colour: red\nscope:", 10, 9, "unknown key", "Use one of"),
    "a wrong type": Bad("version: 1", "version: first", 3, 10, "whole number", "Write digits"),
    "a missing unit": Bad("30 万元", "30", 13, 51, "with its unit", "`30 万元`"),
    "a sum in the wrong unit": Bad("30 万元", "30 万", 13, 51, "with its unit", "`3000 元`"),
    "ten thousands glued to yuan": Bad("3000 元", "0.3万 元", 18, 19, "with its unit", "万元"),
    "a fact outside the vocabulary": Bad(
        "income_tax_paid", "shoe_size", 13, 17, "unknown fact", "facts.yaml"
    ),
    "a code outside the vocabulary": Bad(
        "region: putuo", "region: atlantis", 6, 9, "unknown code", "vocabulary"
    ),
    "an end before its start": Bad("2026-12-31", "2024-12-31", 9, 34, "before it starts", "Check"),
    "a date that does not exist": Bad("2026-12-31", "2026-02-30", 9, 34, "not a date", "YYYY"),
    "a second row for one code": Bad(PAY, TABLE, 24, 20, "second row", "Keep one row"),
    "a table with a hole": Bad(PAY, HOLE, 23, 13, "hole", "row"),
    "an alias that explodes": Bad(
        "title: {zh: 一", "title: {zh: &a 一", 5, 13, "anchors and aliases", "Write the value out"
    ),
    "a key that stands twice": Bad(
        "scope: whole", "id: XX-TWO\nscope: whole", 10, 1, "twice", "Keep"
    ),
    "brackets that do not close": Bad("[{title", "[[{title", 12, 1, "", "quotes"),
    "another name than its policy's": Bad("XX-ONE", "XX-TWO", 2, 5, "another name", "XX-TWO.yaml"),
    "a sum that rests on itself": Bad(
        "    cite: Article 2\n",
        "    cite: Article 2\n" + TOP_UP.format(base="#rent"),
        21,
        3,
        "XX-ONE#rent on XX-ONE#rent",
        "without the other",
    ),
}


def test_a_good_file_is_not_refused(tmp_path: Path, answered: Any) -> None:
    code, answer, _ = answered("check", "--policies", folder(tmp_path, XX_ONE=GOOD))
    assert (code, answer["problems"], answer["notes"]) == (WELL, [], [])
    assert [each["policy_id"] for each in answer["policies"]] == ["XX-ONE"]


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_its_place_and_remedy(
    tmp_path: Path, answered: Any, case: str
) -> None:
    bad = BAD[case]
    assert bad.before in GOOD
    at = folder(tmp_path, XX_ONE=GOOD.replace(bad.before, bad.after, 1))
    code, answer, _ = answered("check", "--policies", at)
    (problem,) = answer["problems"]
    assert code == WRONG
    assert (problem["file"], problem["line"], problem["column"]) == (
        "XX-ONE.yaml",
        bad.line,
        bad.column,
    )
    assert bad.problem in problem["problem"]
    assert bad.remedy in problem["remedy"]


def test_text_in_gb18030_is_refused_at_its_first_strange_byte(
    tmp_path: Path, answered: Any
) -> None:
    at = folder(tmp_path, XX_ONE=GOOD.replace("zh: 一", "zh: 人才").encode("gb18030"))
    _, answer, _ = answered("check", "--policies", at)
    (problem,) = answer["problems"]
    assert (problem["line"], problem["column"]) == (5, 13)
    assert "UTF-8" in problem["remedy"]


def test_a_file_of_ten_megabytes_is_refused(tmp_path: Path, answered: Any) -> None:
    at = folder(tmp_path, XX_ONE=GOOD + "# long\n" * 1_500_000)
    _, answer, _ = answered("check", "--policies", at)
    (problem,) = answer["problems"]
    assert "too large" in problem["problem"]
    assert "bytes" in problem["remedy"]


def test_aliases_of_aliases_are_refused_before_they_are_built(
    tmp_path: Path, answered: Any
) -> None:
    bomb = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    _, answer, _ = answered("check", "--policies", folder(tmp_path, XX_ONE="\n".join(bomb)))
    (problem,) = answer["problems"]
    assert (problem["line"], problem["column"]) == (1, 5)


def test_versions_that_overlap_are_refused(tmp_path: Path, answered: Any) -> None:
    newer = GOOD.replace("version: 1", "version: 2").replace("from: 2025", "from: 2026")
    at = folder(tmp_path, XX_ONE=GOOD, newer__XX_ONE=newer)
    _, answer, _ = answered("check", "--policies", at)
    (problem,) = answer["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("newer/XX-ONE.yaml", 9, 18)
    assert "edition 1 is in force until" in problem["problem"]


def test_versions_that_follow_each_other_are_not_refused(tmp_path: Path, answered: Any) -> None:
    newer = GOOD.replace("version: 1", "version: 2")
    newer = newer.replace("from: 2025-01-01, to: 2026", "from: 2027-01-01, to: 2028")
    at = folder(tmp_path, XX_ONE=GOOD, newer__XX_ONE=newer)
    assert answered("check", "--policies", at)[0] == WELL


def test_one_version_in_two_files_is_refused(tmp_path: Path, answered: Any) -> None:
    at = folder(tmp_path, XX_ONE=GOOD, copy__XX_ONE=GOOD)
    _, answer, _ = answered("check", "--policies", at)
    (problem,) = answer["problems"]
    assert (problem["line"], "version 1 as well" in problem["problem"]) == (3, True)


def test_sums_of_two_files_that_rest_on_each_other_are_refused(
    tmp_path: Path, answered: Any
) -> None:
    one = GOOD + TOP_UP.format(base="XX-TWO")
    two = GOOD.replace("XX-ONE", "XX-TWO") + TOP_UP.format(base="XX-ONE#rent")
    _, answer, _ = answered("check", "--policies", folder(tmp_path, XX_ONE=one, XX_TWO=two))
    (problem,) = answer["problems"]
    assert "XX-ONE#rent on XX-TWO#rent on XX-ONE#rent" in problem["problem"]
    straight = GOOD.replace("XX-ONE", "XX-TWO") + TOP_UP.format(base="XX-THREE")
    at = folder(tmp_path, XX_ONE=one, XX_TWO=straight)
    assert answered("check", "--policies", at)[0] == WELL


def test_what_would_be_judged_in_two_ways_is_refused(
    tmp_path: Path, answered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = folder(tmp_path, XX_ONE=GOOD)
    assert answered("check", "--policies", at)[0] == WELL
    monkeypatch.setitem(comparing.COMPARE, Op.AT_LEAST, operator.gt)
    code, answer, _ = answered("check", "--policies", at)
    (problem,) = answer["problems"]
    assert (code, "among others" in problem["problem"]) == (WRONG, True)


def test_what_nobody_can_satisfy_is_noted_with_the_clauses_and_not_refused(
    tmp_path: Path, answered: Any
) -> None:
    taxed = '{fact: income_tax_paid, op: ">=", value: 30 万元, cite: Article 1}'
    never = taxed.replace(">=", "<").replace("Article 1", "Article 8")
    assert taxed in GOOD
    at = folder(tmp_path, XX_ONE=GOOD.replace(taxed, f"{{all: [{taxed}, {never}]}}"))
    code, answer, _ = answered("check", "--policies", at)
    (note,) = answer["notes"]
    assert (code, answer["problems"]) == (WELL, [])
    assert (note["file"], note["line"], note["path"]) == ("XX-ONE.yaml", 13, "eligibility")
    assert note["problem"].startswith("nobody can satisfy this: ")
    assert all(clause in note["problem"] for clause in ("[Article 1]", "[Article 8]"))


def test_a_benefit_that_nobody_eligible_can_have_is_noted(tmp_path: Path, answered: Any) -> None:
    poor = '{fact: income_tax_paid, op: "<", value: 10 万元, cite: Article 9}'
    at = folder(
        tmp_path, XX_ONE=GOOD.replace("  - id: rent\n", f"  - id: rent\n    when: {poor}\n")
    )
    _, answer, _ = answered("check", "--policies", at)
    (note,) = answer["notes"]
    assert (note["line"], note["path"]) == (15, "benefits[0]")
    assert "who is eligible can have this benefit" in note["problem"]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, answered: Any) -> None:
    broken = GOOD.replace("putuo", "atlantis")
    at = folder(tmp_path, XX_ONE=broken, XX_TWO=broken.replace("ONE", "TWO"), XX_THREE=GOOD)
    _, answer, _ = answered("check", "--policies", at)
    assert [each["file"] for each in answer["problems"]] == [
        "XX-ONE.yaml",
        "XX-THREE.yaml",
        "XX-TWO.yaml",
    ]


@pytest.mark.parametrize("command", ["explain", "evaluate", "package", "bulk"])
def test_nothing_is_answered_from_a_folder_with_a_bad_file(
    tmp_path: Path, answered: Any, command: str
) -> None:
    at = folder(tmp_path, XX_ONE=GOOD, XX_TWO=GOOD)
    people = tmp_path / "people.json"
    people.write_text("[]")
    code, answer, said = answered(command, "--policies", at, "--people", people)
    assert (code, list(answer)) == (WRONG, ["problems"])
    assert said.startswith("XX-TWO.yaml:2:5: id: the file has another name\n  → Name it")


PEOPLE = {
    "a comma too many": ('[\n{"talent_id": "t",,}]', 2, 19, ""),
    "a person without facts": ('[\n {"talent_id": "t"}]', 2, 2, "facts"),
    "an unknown key": ('[{"talent_id": "t", "facts": [], "shoe": 1}]', 1, 2, "shoe"),
    "an unknown fact": (
        '[{"talent_id": "t", "facts": [\n  {"name": "shoe", "value": 1}]}]',
        2,
        12,
        "unknown fact 'shoe'",
    ),
    "a date that is none": (
        '[{"talent_id": "t", "facts": [\n  {"name": "birth_date", "value": "in spring"}]}]',
        2,
        35,
        "",
    ),
    "a number in words": (
        '[{"talent_id": "t", "facts": [\n  {"name": "contract_years", "value": "two"}]}]',
        2,
        39,
        "int",
    ),
    "more than there can be": (
        '[{"talent_id": "t", "facts": [\n  {"name": "firm_shareholding_percent", "value": 101}]}]',
        2,
        50,
        "at most 100",
    ),
    "a moment without its zone": (
        '[{"talent_id": "t", "facts": [\n{"name": "a", "value": 1, "recorded_at": "2026-01-01"}]}]',
        2,
        42,
        "",
    ),
}


@pytest.mark.parametrize("case", PEOPLE)
def test_people_who_cannot_be_read_are_refused(tmp_path: Path, answered: Any, case: str) -> None:
    text, line, column, said = PEOPLE[case]
    people = tmp_path / "people.json"
    people.write_text(text)
    at = folder(tmp_path, XX_ONE=GOOD)
    code, answer, _ = answered("evaluate", "--policies", at, "--people", people)
    (problem,) = answer["problems"]
    assert code == WRONG
    assert (problem["line"], problem["column"]) == (line, column)
    assert said in problem["problem"]
    assert problem["remedy"]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"name": ["t"]}), "no column 'talent_id'"),
        (pl.DataFrame({"talent_id": ["t"], "shoe_size": [42]}), "unknown fact 'shoe_size'"),
        (pl.DataFrame({"talent_id": ["t"], "birth_date": ["1990-01-01"]}), "birth_date"),
        (pl.DataFrame({"talent_id": ["t"], "monthly_rent": [3000.5]}), "monthly_rent"),
        (
            pl.DataFrame({"talent_id": ["t", "u"], "firm_shareholding_percent": [100, 101]}),
            "row 2 states a number below 0, or above 100",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_column(
    tmp_path: Path, answered: Any, frame: pl.DataFrame, said: str
) -> None:
    people = tmp_path / "people.parquet"
    frame.write_parquet(people)
    at = folder(tmp_path, XX_ONE=GOOD)
    code, answer, _ = answered("bulk", "--policies", at, "--people", people)
    assert code == WRONG
    assert any(said in each["problem"] for each in answer["problems"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--policies", ".", "--valid-at", "tomorrow"],
        ["check", "--policies", ".", "--known-at", "2026-01-01T00:00"],
        ["check", "--policies", ".", "--known-at", "2999-01-01T00:00+08:00"],
        ["dance", "--policies", "."],
    ],
)
def test_a_question_asked_wrongly_ends_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments, SimulatedClock(NOW))
    assert ended.value.code == 2


@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_a_folder_without_policies_is_refused(tmp_path: Path, answered: Any, place: str) -> None:
    (tmp_path / "empty").mkdir()
    assert answered("explain", "--policies", tmp_path / place)[0] == WRONG
