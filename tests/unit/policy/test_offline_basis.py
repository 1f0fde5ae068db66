"""Whatever the offline tool answers names what it rests on, and can be read in both languages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline import progress
from services.policy.offline.command import WELL, WRONG, run
from services.policy.rules.bulk import trees
from tests.support.tool_answers import must_fit
from tests.unit.policy.rules.rule_samples import ANYONE, NOW, TEMPLATE

MONTHLY = """
  - {id: living, kind: money, cost_item: living,
     pay: {amount: 1000 元, per: month, term: open}, cite: a}
"""
ANN = {"talent_id": "ann", "household": "h", "facts": [{"name": "sex", "value": "female"}]}
BEN = {
    "talent_id": "ben",
    "household": "h",
    "facts": [{"name": "birth_date", "value": "1990-05-17"}],
}
COMMANDS = ("explain", "evaluate", "package", "bulk")
RESTS_ON = {
    "valid_at": "2026-04-01",
    "known_at": "2026-04-01T00:00:00+00:00",
    "horizon": 12,
    "confirmed_only": False,
}

Told = Callable[..., str]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    (tmp_path / "policies").mkdir()
    publish(tmp_path, MONTHLY)
    (tmp_path / "people.json").write_text(json.dumps([ANN, BEN]), encoding="utf-8")

    def ask(command: str, *more: str, ends: int = WELL) -> str:
        places = ["--policies", str(tmp_path / "policies")]
        places += ["--people", str(tmp_path / "people.json")]
        assert run([command, *places, *more], SimulatedClock(NOW)) == ends
        return capsys.readouterr().out

    return ask


def publish(folder: Path, benefits: str, *, name: str = "XX-ONE", issuer: str = "putuo") -> None:
    text = TEMPLATE.format(
        policy_id=name,
        version=1,
        issuer=issuer,
        in_force="{from: 2025-01-01, to: open}",
        eligibility=f"{{entry: {ANYONE}}}",
        benefits=benefits,
        more="",
    )
    (folder / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")


def answer_to(told: Told, command: str, *more: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(told(command, "--json", *more))
    must_fit(command, answer)
    return answer


@pytest.mark.parametrize("command", COMMANDS)
def test_an_answer_names_the_day_the_view_the_engine_and_what_was_asked_for(
    told: Told, command: str, tmp_path: Path
) -> None:
    first = answer_to(told, command)
    assert {name: first[name] for name in RESTS_ON} == RESTS_ON
    assert first["engine_version"].startswith("rules-")
    longer = answer_to(told, command, "--horizon", "24", "--confirmed-only")
    assert (longer["horizon"], longer["confirmed_only"]) == (24, True)
    # The control: by another text it is another view.
    publish(tmp_path, MONTHLY.replace("1000", "1001"))
    assert answer_to(told, command)["view_version"] != first["view_version"]


def test_a_package_names_the_facts_it_rests_on(told: Told) -> None:
    digests = [each["facts_digest"] for each in answer_to(told, "package")["people"]]
    judged = [each["facts_digest"] for each in answer_to(told, "evaluate")["people"]]
    assert digests == judged
    assert len(set(digests)) == 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", COMMANDS)
def test_an_answer_about_a_couple_can_be_read_in_a_terminal(
    told: Told, command: str, language: str
) -> None:
    assert told(command, "--lang", language)


@pytest.mark.parametrize(
    ("command", "told_of"),
    [("evaluate", "1 people judged"), ("package", "1 people judged"), ("check", "judged in two")],
)
def test_a_long_run_says_how_far_it_is_beside_the_answer(
    told: Told, monkeypatch: pytest.MonkeyPatch, command: str, told_of: str
) -> None:
    said: list[str] = []
    monkeypatch.setattr(progress, "say", said.append)
    told(command)
    assert said == []
    monkeypatch.setattr(progress, "EVERY", 0.0)
    answer = told(command, "--json")
    assert any(told_of in line for line in said)
    assert told_of not in answer


@pytest.mark.parametrize("ending", ["json", "parquet"])
def test_everybody_at_once_says_how_many_are_judged(
    tmp_path: Path, answered: Any, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(trees, "AT_ONCE", 16)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    names = [f"t-{number}" for number in range(40)]
    (tmp_path / "policies").mkdir()
    publish(tmp_path, MONTHLY)
    people = tmp_path / f"people.{ending}"
    if ending == "json":
        people.write_text(json.dumps([{"talent_id": name, "facts": []} for name in names]))
    else:
        pl.DataFrame({"talent_id": names}).write_parquet(people)
    at = tmp_path / "policies"
    code, answer, said = answered("bulk", "--policies", at, "--people", people)
    read = ["40 people read"] if ending == "parquet" else []
    judged = [f"{done} of 40 people judged" for done in (16, 32, 40)]
    assert (code, answer["people"]) == (WELL, 40)
    assert said.splitlines() == [*read, *judged, "40 people judged"]


def test_the_lines_of_a_package_end_with_what_the_household_has(told: Told) -> None:
    *_, name, package, offer, possible = told("package", "--lang", "en").splitlines()
    assert name == "■ h: ann + ben (2026-04-01)"
    assert package.strip() == "best lawful package: CNY 12,000"
    assert offer.strip() == "+ ben:XX-ONE#living: CNY 12,000"
    assert possible.strip().endswith("CNY 12,000 – CNY 24,000")


@pytest.mark.parametrize(
    ("asked", "held_against", "remedy"),
    [
        (("--horizon", "24"), (), "Add --horizon 24."),
        ((), ("--horizon", "24"), "Add --horizon 12."),
        (("--confirmed-only",), (), "Add --confirmed-only."),
        ((), ("--confirmed-only",), "Leave out --confirmed-only."),
    ],
)
def test_a_package_is_held_against_the_question_it_answers_and_no_other(
    told: Told,
    tmp_path: Path,
    asked: tuple[str, ...],
    held_against: tuple[str, ...],
    remedy: str,
) -> None:
    answer = tmp_path / "answer.json"
    answer.write_text(told("package", "--json", *asked), encoding="utf-8")
    told("confirm", "--answer", str(answer), *asked)
    refused = told("confirm", "--json", "--answer", str(answer), *held_against, ends=WRONG)
    assert json.loads(refused)["problems"][0]["remedy"] == remedy


def test_a_package_of_other_policies_is_not_called_wrong(told: Told, tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    answer.write_text(told("package", "--json"), encoding="utf-8")
    publish(tmp_path, MONTHLY.replace("1000", "1001"))
    refused = told("confirm", "--json", "--answer", str(answer), ends=WRONG)
    assert json.loads(refused)["problems"][0]["problem"] == "it rests on other policies"


def test_the_lines_of_a_package_name_a_right_and_no_sum_for_it(told: Told, tmp_path: Path) -> None:
    flat = "\n  - {id: flat, kind: right, cost_item: rent, thing: talent-apartment, cite: a}\n"
    publish(tmp_path, flat)
    lines = [line.strip() for line in told("package", "--lang", "en").splitlines()]
    assert "+ XX-ONE#flat: talent apartment" in lines


NOT_BESIDE_TWO = """
interactions:
  - {id: alone, exclusive: {target: "#living", excludes: [XX-TWO]}, reach: not_seen, cite: a}
"""


def test_the_lines_of_a_package_say_why_something_is_left_out_and_what_is_provisional(
    told: Told, tmp_path: Path
) -> None:
    publish(tmp_path, MONTHLY + NOT_BESIDE_TWO)
    publish(tmp_path, MONTHLY.replace("1000", "500"), name="XX-TWO", issuer="minhang")
    lines = [line.strip() for line in told("package", "--lang", "en").splitlines()]
    assert "- XX-TWO#living: not beside XX-ONE#living, which is chosen (XX-ONE/alone)" in lines
    open_, *_ = [line for line in lines if line.startswith("! provisional")]
    assert "whether a text binds benefits of other bodies was not seen" in open_
    assert open_.endswith("the looser reading would add CNY 6,000")
    # The control: where the text says that others are meant nothing is provisional.
    publish(tmp_path, MONTHLY + NOT_BESIDE_TWO.replace("not_seen", "all"))
    assert "! provisional" not in told("package", "--lang", "en")
