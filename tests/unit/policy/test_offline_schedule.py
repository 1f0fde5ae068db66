"""The offline tool says in which month what is paid, where it is asked to."""

import json
from pathlib import Path
from typing import Any

import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WELL, run
from tests.support.tool_answers import must_fit
from tests.unit.policy.rules.rule_samples import ANYONE, NOW, TEMPLATE

PAYS = {
    "XX-DISTRICT": "{amount: 3000 元, per: month, term: {from: 2026-01-01, to: 2026-06-30}}",
    "XX-TOWN": "{amount: 2000 元, per: month, term: open}",
    "XX-AWARD": "{amount: 9000 元, per: once}",
}
NOT_BOTH = "interactions: [{id: one, choose_one: {members: [XX-DISTRICT, XX-TOWN]}, cite: a}]"
PEOPLE = [{"talent_id": "t-1", "facts": [{"name": "birth_date", "value": "1990-05-17"}]}]


@pytest.fixture
def places(tmp_path: Path) -> list[str]:
    folder = tmp_path / "policies"
    folder.mkdir()
    for name, pay in PAYS.items():
        text = TEMPLATE.format(
            policy_id=name,
            version=1,
            issuer="putuo",
            in_force="{from: 2025-01-01, to: open}",
            eligibility=f"{{entry: {ANYONE}}}",
            benefits=f"[{{id: b, kind: money, cost_item: rent, pay: {pay}, cite: a}}]",
            more=NOT_BOTH if name == "XX-TOWN" else "",
        )
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    return ["--policies", str(folder), "--people", str(tmp_path / "people.json")]


def asked(places: list[str], capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    assert run(["package", *places, *more, "--json"], SimulatedClock(NOW)) == WELL
    answer = json.loads(capsys.readouterr().out)
    must_fit("package", answer)
    return answer["people"][0].get("schedule")


def test_each_month_is_told_with_what_the_package_pays_and_what_would_be_best(
    places: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand, from April over four months: the district's 9000 are more than the town's 8000."""
    found = asked(places, capsys, "--schedule", "--horizon", "4")
    months = {each["month"]: each["fen"] // 100 for each in found["months"]}
    assert months == {"2026-04": 3000, "2026-05": 3000, "2026-06": 3000}
    best = {each["month"]: each["fen"] // 100 for each in found["best_each_month"]}
    assert best == {"2026-04": 3000, "2026-05": 3000, "2026-06": 3000, "2026-07": 2000}
    assert found["undated"] == [{"key": "XX-AWARD#b", "fen": 900_000, "because": "once"}]


def test_who_does_not_ask_for_a_schedule_is_given_none(
    places: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(places, capsys) is None


def test_a_schedule_is_printed_a_line_for_each_month(
    places: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--schedule", "--horizon", "4", "--lang", "en"]
    assert run(["package", *places, *more], SimulatedClock(NOW)) == WELL
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line.startswith("2026-0")] == [
        "2026-04: CNY 3,000 | CNY 3,000",
        "2026-05: CNY 3,000 | CNY 3,000",
        "2026-06: CNY 3,000 | CNY 3,000",
        "2026-07: CNY 0 | CNY 2,000",
    ]
    assert "XX-AWARD#b: CNY 9,000, once" in lines
