"""Two people of one household are judged together by the offline tool, beside each alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WELL, WRONG, run
from tests.support.tool_answers import must_fit
from tests.unit.policy.rules.rule_samples import NOW, TEMPLATE

SETTLING = """
  - {id: settling, kind: money, cost_item: settling, pay: {amount: 10000 元, per: once}, cite: a}
"""
HOME = """
  - {id: home, kind: money, cost_item: home_purchase, subject: household,
     pay: {amount: 30000 元, per: once}, cite: a}
"""
CAP = """
interactions:
  - {id: cap, cap: {members: ["#settling"], most: 15000 元, per: household}, cite: c}
"""
DOCTORS = "{entry: {fact: highest_degree, op: '>=', value: doctor, cite: a}}"
ANYONE = '{entry: {since: birth_date, op: ">=", years: 0, cite: a}}'
YUAN = 100

Asked = Callable[..., tuple[int, dict[str, Any]]]


def written(name: str, *, benefits: str, eligibility: str = ANYONE, more: str = "") -> str:
    return TEMPLATE.format(
        policy_id=name,
        version=1,
        issuer="putuo",
        in_force="{from: 2025-01-01, to: open}",
        eligibility=eligibility,
        benefits=benefits,
        more=more,
    )


def somebody(name: str, *, household: str | None = None, **facts: Any) -> dict[str, Any]:
    said = {"birth_date": "1990-05-17", **facts}
    stated = [{"name": fact, "value": value} for fact, value in said.items()]
    return {"talent_id": name, "facts": stated, **({"household": household} if household else {})}


@pytest.fixture
def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asked:
    (tmp_path / "policies").mkdir()
    texts = {
        "XX-SETTLING": written("XX-SETTLING", benefits=SETTLING, more=CAP),
        "XX-HOME": written("XX-HOME", benefits=HOME, eligibility=DOCTORS),
    }
    for name, text in texts.items():
        (tmp_path / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")

    def ask(command: str, people: Path | list[dict[str, Any]], *more: str) -> Any:
        file = people if isinstance(people, Path) else tmp_path / "people.json"
        if not isinstance(people, Path):
            file.write_text(json.dumps(people), encoding="utf-8")
        places = ["--policies", str(tmp_path / "policies"), "--people", str(file)]
        ended = run([command, *places, *more, "--json"], SimulatedClock(NOW))
        answer = json.loads(capsys.readouterr().out)
        must_fit("refusal" if "problems" in answer else command, answer)
        return ended, answer

    return ask


def paid(package: dict[str, Any]) -> dict[str, int]:
    return {each["offer"]["key"]: each["most_fen"] // YUAN for each in package["included"]}


COUPLE = [
    somebody("ann", household="h-1", highest_degree="doctor"),
    somebody("ben", household="h-1", highest_degree="master"),
    somebody("cai", highest_degree="doctor"),
]


def test_a_couple_has_what_the_household_allows_and_each_alone_what_they_had(asked: Asked) -> None:
    """By hand: 10k + 10k settling, at most 15k for the family; the home once, for the doctor."""
    ended, answer = asked("package", COUPLE)
    assert ended == WELL
    [found] = answer["households"]
    assert (found["household"], found["talent_ids"]) == ("h-1", ["ann", "ben"])
    assert paid(found["package"]) == {
        "ann:XX-HOME#home": 30_000,
        "ann:XX-SETTLING#settling": 10_000,
        "ben:XX-SETTLING#settling": 5_000,
    }
    alone = {each["talent_id"]: each["package"]["most_fen"] // YUAN for each in answer["people"]}
    assert alone == {"ann": 40_000, "ben": 10_000, "cai": 40_000}


def test_two_who_name_no_household_are_nobodys_couple(asked: Asked) -> None:
    """The control: it is the household they name that brings the cap of the family down on them."""
    strangers = [{k: v for k, v in each.items() if k != "household"} for each in COUPLE]
    _, answer = asked("package", strangers)
    assert answer["households"] == []


def test_a_household_is_given_its_benefit_once_where_both_could_have_it(asked: Asked) -> None:
    two = [somebody(name, household="h", highest_degree="doctor") for name in ("ann", "ben")]
    _, answer = asked("package", two)
    [found] = answer["households"]
    assert paid(found["package"])["ann:XX-HOME#home"] == 30_000
    [left] = found["package"]["left_out"]
    assert (left["offer"]["key"], left["costs_fen"]) == ("ben:XX-HOME#home", 0)


def test_what_one_of_them_received_counts_for_the_household(asked: Asked) -> None:
    had = {"policy_id": "XX-SETTLING", "cost_item": "settling", "fen": 12_000 * YUAN}
    two = [somebody("ann", household="h", receipts=[had]), somebody("ben", household="h")]
    _, answer = asked("package", two)
    assert answer["households"][0]["package"]["most_fen"] == 3_000 * YUAN


def test_what_is_missing_of_one_of_them_leaves_the_household_a_possible_package(
    asked: Asked,
) -> None:
    two = [somebody("ann", household="h"), somebody("ben", household="h", highest_degree="master")]
    _, answer = asked("package", two)
    [found] = answer["households"]
    assert found["package"]["most_fen"] == 15_000 * YUAN
    assert found["possible_package"]["most_fen"] == 45_000 * YUAN


@pytest.mark.parametrize("count", [1, 3])
def test_a_household_is_two_people(asked: Asked, count: int) -> None:
    ended, answer = asked("package", [somebody(f"t-{n}", household="h") for n in range(count)])
    assert ended == WRONG
    assert "household 'h' is not two people" in answer["problems"][0]["problem"]


def test_a_table_names_households_in_a_column(asked: Asked, tmp_path: Path) -> None:
    file = tmp_path / "people.parquet"
    pl.DataFrame(
        {
            "talent_id": ["ann", "ben", "cai"],
            "household": ["h", "h", None],
            "highest_degree": ["doctor", "master", "doctor"],
            "birth_date": pl.Series(["1990-05-17"] * 3).str.to_date(),
        }
    ).write_parquet(file)
    _, answer = asked("package", file)
    [found] = answer["households"]
    assert (found["talent_ids"], found["package"]["most_fen"]) == (["ann", "ben"], 45_000 * YUAN)


def test_a_households_package_is_confirmed_and_a_forged_one_refused(
    asked: Asked, tmp_path: Path
) -> None:
    _, said = asked("package", COUPLE)
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    ended, found = asked("confirm", COUPLE, "--answer", str(file))
    assert (ended, found["households"][0]["holds"]) == (WELL, True)
    [first, *_] = said["households"][0]["package"]["included"]
    first["most_fen"] += YUAN
    file.write_text(json.dumps(said), encoding="utf-8")
    ended, found = asked("confirm", COUPLE, "--answer", str(file))
    assert ended == WRONG
    flaws = {(each["about"], each["flaw"]) for each in found["households"][0]["disputes"]}
    assert flaws == {("", "pays-otherwise"), ("ann:XX-HOME#home", "pays-otherwise")}
