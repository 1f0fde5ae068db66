"""`bulk --packages`: what everybody's packages come to, from a list of people or from a table."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WELL, run
from tests.support.tool_answers import must_fit
from tests.unit.policy.rules.package_samples import RIGHT, benefit
from tests.unit.policy.rules.rule_samples import NOW, TEMPLATE

DOCTOR = '{fact: highest_degree, op: ">=", value: doctor, cite: a}'
HALF_THE_RENT = "{percent: 50, of: {fact: monthly_rent}}"
SHARED = "payers: [{who: city, percent: 60}, {who: district, percent: 40}]"
NOT_BOTH = (
    "interactions: [{id: one, exclusive: {target: '#rent', excludes: [XX-LIVING#living]}, cite: a}]"
)
ROWS: list[dict[str, Any]] = [
    {"talent_id": "a", "highest_degree": "doctor", "monthly_rent": 400_000},
    {"talent_id": "b", "highest_degree": "doctor", "monthly_rent": 100_000},
    {"talent_id": "c", "highest_degree": "master", "monthly_rent": 400_000},
    {"talent_id": "d", "monthly_rent": 400_000},
    {"talent_id": "e", "highest_degree": "doctor"},
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    rent = benefit("rent", HALF_THE_RENT, "rent", "{months: 12}")
    documents = {
        "XX-RENT": policy_text("XX-RENT", f"[{rent[:-1]}, {SHARED}}}]", NOT_BOTH),
        "XX-LIVING": policy_text("XX-LIVING", f"[{benefit('living', 10_000)}, {RIGHT}]"),
    }
    for name, text in documents.items():
        (tmp_path / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    people = [
        {
            "talent_id": row["talent_id"],
            "facts": [{"name": n, "value": v} for n, v in row.items() if n != "talent_id"],
        }
        for row in ROWS
    ]
    (tmp_path / "people.json").write_text(json.dumps(people), encoding="utf-8")
    pl.DataFrame(ROWS, infer_schema_length=None).write_parquet(tmp_path / "people.parquet")
    return tmp_path


def policy_text(name: str, benefits: str, more: str = "") -> str:
    return TEMPLATE.format(
        policy_id=name,
        version=1,
        issuer="putuo",
        in_force="{from: 2025-01-01, to: open}",
        eligibility=f"{{entry: {DOCTOR}}}",
        benefits=benefits,
        more=more,
    )


def printed(files: Path, capsys: pytest.CaptureFixture[str], command: str, *more: str) -> str:
    people = () if "--people" in more else ("--people", str(files / "people.json"))
    places = ["--policies", str(files / "policies"), *people]
    capsys.readouterr()
    assert run([command, *places, *more], SimulatedClock(NOW)) == WELL
    return capsys.readouterr().out


def answered(files: Path, capsys: pytest.CaptureFixture[str], command: str, *more: str) -> Any:
    answer = json.loads(printed(files, capsys, command, *more, "--json"))
    must_fit(command, answer)
    return answer


def test_the_budget_is_what_the_packages_of_all_come_to(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answered(files, capsys, "bulk", "--packages")["packages"]
    people = answered(files, capsys, "package")["people"]
    surely = [each["package"] for each in people]
    perhaps = [each["possible_package"] or each["package"] for each in people]
    for name, packages in (("package", surely), ("possible_package", perhaps)):
        for sums in ("least_fen", "most_fen"):
            assert found[name][sums] == sum(each[sums] for each in packages)
    assert found["package"]["by_body"] == [
        {
            "body_id": "putuo",
            "least_fen": found["package"]["least_fen"],
            "most_fen": found["package"]["most_fen"],
        }
    ]


def test_who_is_chosen_what_is_paid_by_whom_and_when(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answered(files, capsys, "bulk", "--packages")["packages"]
    rent, living = sorted(found["policies"], key=lambda each: each["policy_id"], reverse=True)
    assert (rent["eligible"], rent["undetermined"]) == (3, 1)
    assert rent["package"]["chosen"] + rent["package"]["not_chosen"] == 3
    assert living["package"]["chosen"] == 3, "the right stands beside the rent"
    assert found["package"]["beside"] == [
        {
            "policy_id": "XX-LIVING",
            "benefit_id": "right",
            "kind": "right",
            "people": 3,
            "for_others_fen": 0,
        }
    ]
    for parts in ("by_payer", "by_year"):
        shares = [each["most_fen"] for each in found["package"][parts]]
        assert sum(shares) == found["package"]["most_fen"]
    assert [each["payer"] for each in found["package"]["by_payer"]] == [
        "city",
        "district",
        "not_seen",
    ]
    assert [each["year"] for each in found["package"]["by_year"]] == [2026, 2027]


def test_a_table_of_people_has_the_budget_of_the_same_people_in_a_list(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = ["--people", str(files / "people.parquet")]
    by_list = answered(files, capsys, "bulk", "--packages")
    assert answered(files, capsys, "bulk", "--packages", *table) == by_list
    # The control: with other people it is another budget.
    pl.DataFrame(ROWS[:3]).write_parquet(files / "people.parquet")
    assert answered(files, capsys, "bulk", "--packages", *table) != by_list


def test_no_budget_is_made_where_none_is_asked_for(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "packages" not in answered(files, capsys, "bulk")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("best lawful packages together", "by payer city", "beside the sum", "eligible 3")),
        ("zh", ("最优合法组合合计", "按出资方 city", "不计入金额", "符合 3")),
    ],
)
def test_the_budget_is_told_in_both_languages(
    files: Path, capsys: pytest.CaptureFixture[str], language: str, words: tuple[str, ...]
) -> None:
    text = printed(files, capsys, "bulk", "--packages", "--lang", language)
    for word in words:
        assert word in text
