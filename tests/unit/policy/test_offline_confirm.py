"""A clerk holds a package that was answered before against every set there is, from files alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WELL, WRONG, run
from tests.support.tool_answers import must_fit
from tests.unit.policy.rules.rule_samples import NOW

POLICY = """\
format: 1
id: {name}
version: 1
issuer: putuo
title: {{zh: 样例 {name}, en: Sample {name}}}
region: putuo
doc_no: not_seen
published: 2025-01-01
in_force: {{from: 2025-01-01, to: open}}
scope: whole
sources: [{{title: Sample, quality: invented}}]
eligibility: {{entry: {{since: birth_date, op: ">=", years: 0, cite: a}}}}
benefits:
  - {{id: b, kind: money, cost_item: living, pay: {{amount: {yuan} 元, per: once}}, cite: a}}
{more}
"""
ONE_OF_TWO = "interactions: [{id: one, choose_one: {members: [XX-A, XX-B]}, cite: c}]"
PEOPLE = [
    {"talent_id": "t-1", "facts": [{"name": "birth_date", "value": "1990-05-17"}]},
    {"talent_id": "nobody", "facts": []},
]
Said = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    folder = tmp_path / "policies"
    folder.mkdir()
    for name, yuan, more in (("XX-A", 9000, ONE_OF_TWO), ("XX-B", 4000, "")):
        text = POLICY.format(name=name, yuan=yuan, more=more)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")

    def ask(command: str, *more: str) -> tuple[int, dict[str, Any]]:
        places = ["--policies", str(folder), "--people", str(tmp_path / "people.json")]
        ended = run([command, *places, *more, "--json"], SimulatedClock(NOW))
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        shape = "refusal" if "problems" in answer else command
        must_fit(shape, answer)
        return ended, answer

    return ask


@pytest.fixture
def answer(asked: Said, tmp_path: Path) -> Path:
    _, said = asked("package")
    return written(said, tmp_path)


def written(said: dict[str, Any], folder: Path) -> Path:
    file = folder / "answer.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def test_what_the_tool_answered_is_confirmed(asked: Said, answer: Path) -> None:
    ended, said = asked("confirm", "--answer", str(answer))
    assert ended == WELL
    first, second = said["people"]
    assert (first["talent_id"], first["holds"], first["sets_tried"]) == ("t-1", True, 4)
    assert (second["talent_id"], second["holds"]) == ("nobody", True)


def test_a_forged_cost_is_refused_with_what_it_costs_in_truth(
    asked: Said, answer: Path, tmp_path: Path
) -> None:
    said = json.loads(answer.read_text(encoding="utf-8"))
    [left] = said["people"][0]["package"]["left_out"]
    assert left["costs_fen"] == 500_000
    left["costs_fen"] = 0
    ended, found = asked("confirm", "--answer", str(written(said, tmp_path)))
    assert ended == WRONG
    assert found["people"][0]["disputes"] == [
        {"flaw": "costs-otherwise", "about": "XX-B#b", "found": "500000"}
    ]


@pytest.mark.parametrize(
    ("more", "problem", "remedy"),
    [
        ((), "it is not said what is to be confirmed", "package --json"),
        (("--answer", "nowhere.json"), "it cannot be read", "package --json"),
    ],
)
def test_without_an_answer_nothing_is_confirmed(
    asked: Said, more: tuple[str, ...], problem: str, remedy: str
) -> None:
    ended, said = asked("confirm", *more)
    assert ended == WRONG
    [found] = said["problems"]
    assert problem in found["problem"]
    assert remedy in found["remedy"]


def test_an_answer_of_another_day_is_not_held_against_this_one(asked: Said, answer: Path) -> None:
    ended, said = asked("confirm", "--answer", str(answer), "--valid-at", "2026-05-01")
    assert ended == WRONG
    assert said["problems"][0]["remedy"] == "Ask about that day: --valid-at 2026-04-01."


@pytest.mark.parametrize("text", ["{}", "no JSON", '{"people": [{"talent_id": "t-1"}]}'])
def test_what_is_no_answer_is_refused(asked: Said, tmp_path: Path, text: str) -> None:
    file = tmp_path / "answer.json"
    file.write_text(text, encoding="utf-8")
    ended, said = asked("confirm", "--answer", str(file))
    assert (ended, said["problems"][0]["problem"][:15]) == (WRONG, "it is no answer")


def test_an_answer_about_other_people_is_refused(asked: Said, answer: Path, tmp_path: Path) -> None:
    said = json.loads(answer.read_text(encoding="utf-8"))
    del said["people"][1]
    ended, found = asked("confirm", "--answer", str(written(said, tmp_path)))
    assert ended == WRONG
    assert "not about the people" in found["problems"][0]["problem"]
