"""Rulings in files: what they must say, what is refused with its place, and what they change."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from events.sourcing.clock import SimulatedClock
from infra.local.places import ROOT
from services.policy.offline.command import WELL, WRONG, run
from services.policy.rules.yaml_file import read_yaml
from tests.support.policy import NOON
from tests.support.tool_answers import must_fit
from tests.unit.policy.ruling_samples import ALLOWS, CITY_TEXT, DISTRICT_TEXT

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "contracts/ruling-format.schema.json").read_text(encoding="utf-8"))
)
RULING = """\
format: 1
id: CITY-7
by: demo-city
given: 2026-03-01
rulings:
  - forbids: {statement: DEMO-CITY/not-both, version: 1}
    allows: {statement: DEMO-DISTRICT/both, version: 1}
    prevails: allows
    from: 2026-03-02
    cite: "Ruling 7, point 2"
"""
WITHDRAWAL = """\
format: 1
id: CITY-8
by: demo-city
given: 2026-03-02
withdrawn:
  - forbids: {statement: DEMO-CITY/not-both, version: 1}
    allows: {statement: DEMO-DISTRICT/both, version: 1}
    from: 2026-03-02
    cite: "Notice 8"
"""
PERSON = {
    "talent_id": "t-1",
    "facts": [
        {"name": "birth_date", "value": "1990-05-17"},
        {"name": "highest_degree", "value": "master"},
    ],
}


class Folder:
    """Two texts of a city and its district that disagree, and the rulings beside them."""

    def __init__(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._place, self._capsys = place, capsys
        for name in ("policies", "rulings"):
            (place / name).mkdir()
        self.write("policies/DEMO-CITY.yaml", CITY_TEXT)
        self.write("policies/DEMO-DISTRICT.yaml", DISTRICT_TEXT)
        self.write("people.json", json.dumps([PERSON]))

    def write(self, name: str, text: str) -> None:
        (self._place / name).write_text(text, encoding="utf-8")

    def run(self, command: str, *more: str, rulings: str = "rulings") -> tuple[int, dict[str, Any]]:
        said = ["--policies", str(self._place / "policies"), "--json", *more]
        if command != "check":
            said += ["--people", str(self._place / "people.json")]
        self._capsys.readouterr()
        status = run(
            [command, *said, "--rulings", str(self._place / rulings)], SimulatedClock(NOON)
        )
        answer: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        name = command if status == WELL or command == "check" else "refusal"
        must_fit(name, answer)
        return status, answer

    def package(self, *more: str) -> dict[str, Any]:
        status, answer = self.run("package", *more)
        assert status == WELL
        found: dict[str, Any] = answer["people"][0]["package"]
        return found

    def problems(self) -> list[str]:
        status, answer = self.run("package")
        # Nothing is answered from half of the files.
        assert status == WRONG
        return [
            f"{each['file']}:{each['line']}:{each['column']} {each['problem']} → {each['remedy']}"
            for each in answer["problems"]
        ]


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    return Folder(tmp_path, capsys)


def test_a_ruling_in_a_file_ends_the_doubt_and_is_named_in_the_package(folder: Folder) -> None:
    before = folder.package()
    assert (before["provisional"], before["most_fen"]) == (True, 5_000_000)
    folder.write("rulings/CITY-7.yaml", RULING)
    ruled = folder.package()
    assert (ruled["provisional"], ruled["most_fen"]) == (False, 8_000_000)
    assert ruled["rulings"] == [
        {
            "forbids": "DEMO-CITY/not-both",
            "allows": "DEMO-DISTRICT/both",
            "prevails": "allows",
            "by": "demo-city",
            "clause": "Ruling 7, point 2",
            "effective_on": "2026-03-02",
            "row": "rulings/CITY-7.yaml#rulings.0",
        }
    ]


def test_every_command_follows_it(folder: Folder) -> None:
    folder.write("rulings/CITY-7.yaml", RULING)
    _, evaluated = folder.run("evaluate")
    assert evaluated["people"][0]["package"] == folder.package()
    _, counted = folder.run("bulk", "--packages")
    assert counted["packages"]["package"]["most_fen"] == 8_000_000
    _, told = folder.run("explain")
    assert any("Ruling 7, point 2" in line["en"] for line in told["people"][0]["lines"])


def test_a_ruling_counts_from_its_day_and_from_the_day_it_was_given(folder: Folder) -> None:
    folder.write("rulings/CITY-7.yaml", RULING)
    assert folder.package("--valid-at", "2026-03-01")["provisional"]
    assert folder.package("--known-at", "2026-02-28T23:59+08:00")["provisional"]
    assert not folder.package("--known-at", "2026-03-01T00:00+08:00")["provisional"]


def test_the_later_of_two_rulings_counts_and_a_withdrawal_opens_the_question(
    folder: Folder,
) -> None:
    folder.write("rulings/CITY-7.yaml", RULING)
    folder.write("rulings/CITY-8.yaml", WITHDRAWAL)
    assert (folder.package()["provisional"], folder.package()["rulings"]) == (True, [])
    later = RULING.replace("CITY-7", "CITY-9").replace("prevails: allows", "prevails: forbids")
    folder.write("rulings/CITY-9.yaml", later.replace("given: 2026-03-01", "given: 2026-02-20"))
    folder.write(
        "rulings/CITY-8.yaml", WITHDRAWAL.replace("given: 2026-03-02", "given: 2026-02-25")
    )
    assert folder.package()["rulings"][0]["prevails"] == "allows"


def test_a_folder_of_rulings_may_lie_in_the_folder_of_policies(folder: Folder) -> None:
    (folder._place / "policies/rulings").mkdir()
    folder.write("policies/rulings/CITY-7.yaml", RULING)
    status, answer = folder.run("check", rulings="policies/rulings")
    assert (status, [each["policy_id"] for each in answer["policies"]]) == (
        WELL,
        ["DEMO-CITY", "DEMO-DISTRICT"],
    )
    assert [each["ruling_id"] for each in answer["rulings"]] == ["CITY-7"]


def test_a_check_notes_what_waits_for_a_ruling_and_who_may_give_it(folder: Folder) -> None:
    _, answer = folder.run("check")
    [note] = answer["notes"]
    assert (note["file"], note["line"], note["path"]) == ("DEMO-CITY.yaml", 27, "interactions[0]")
    assert "it forbids what DEMO-DISTRICT/both allows (up to CNY 30,000)" in note["problem"]
    assert "A ruling of demo-city settles it" in note["remedy"]
    folder.write("rulings/CITY-7.yaml", RULING)
    assert folder.run("check")[1]["notes"] == []


def test_a_ruling_on_older_words_is_noted_and_bears_no_more(folder: Folder) -> None:
    folder.write("rulings/CITY-7.yaml", RULING)
    newer = DISTRICT_TEXT.replace("version: 1", "version: 2").replace("2026-01-15", "2026-02-15")
    folder.write("policies/DEMO-DISTRICT.v2.yaml", newer)
    older = DISTRICT_TEXT.replace("to: open", "to: 2026-02-14")
    folder.write("policies/DEMO-DISTRICT.yaml", older)
    assert folder.package()["provisional"]
    _, answer = folder.run("check")
    assert "it is about version 1; from version 2 on it is open again" in [
        each["problem"] for each in answer["notes"]
    ]


@pytest.mark.parametrize(
    ("good", "bad", "place", "said", "remedy"),
    [
        ("by: demo-city", "by: demo-town", "3:5", "unknown body 'demo-town'", "bodies.yaml"),
        ("given: 2026-03-01", "given: 2026-03", "4:8", "a whole date is needed", "YYYY-MM-DD"),
        ("from: 2026-03-02", "from: 2026-02-30", "9:11", "not a date that exists", "YYYY-MM-DD"),
        ("prevails: allows", "prevails: both", "8:15", "not one of the choices", "forbids, allows"),
        ("    prevails: allows\n", "", "6:5", "'prevails' is missing", "Add `prevails:`"),
        ("rulings:\n", "verdicts:\n", "6:3", "unknown key 'verdicts'", "rulings, withdrawn"),
        ("format: 1", "format: 2", "1:9", "another format", "Write `format: 1`"),
        ("id: CITY-7", "id: CITY-9", "2:5", "the file has another name", "CITY-9.yaml"),
        ("DEMO-CITY/not-both", "DEMO-CITY", "6:26", "not a statement", "SH-PUJIANG/not-both"),
        (
            "DEMO-CITY/not-both",
            "DEMO-ZITY/not-both",
            "6:14",
            "no file of DEMO-ZITY",
            "Put it there",
        ),
        ("DEMO-CITY/not-both", "DEMO-CITY/other", "6:14", "has no such statement", "interactions"),
        ("not-both, version: 1", "not-both, version: 2", "6:14", "the newest version of", "judged"),
        ("DEMO-DISTRICT/both", "DEMO-CITY/not-both", "7:13", "one text", "another policy"),
        ("by: demo-city", "by: demo-district", "6:5", "has no say over demo-city", "Name a body"),
        ('"Ruling 7, point 2"', f'"{"x" * 301}"', "10:11", "it is too long", "300 characters"),
        ('"Ruling 7, point 2"', '" "', "10:11", "text is needed here", "Write words"),
    ],
)
def test_a_file_that_cannot_be_followed_is_refused_with_its_place_and_a_remedy(
    folder: Folder, good: str, bad: str, place: str, said: str, remedy: str
) -> None:
    assert good in RULING
    folder.write("rulings/CITY-7.yaml", RULING.replace(good, bad, 1))
    first = folder.problems()[0]
    assert first.startswith(f"rulings/CITY-7.yaml:{place} "), first
    assert said in first
    assert remedy in first.partition("→")[2]


def test_what_forbids_and_what_allows_must_not_be_named_the_wrong_way_round(
    folder: Folder,
) -> None:
    swapped = (
        RULING.replace("DEMO-CITY/not-both", "?")
        .replace("DEMO-DISTRICT/both", "DEMO-CITY/not-both")
        .replace("?", "DEMO-DISTRICT/both")
    )
    folder.write("rulings/CITY-7.yaml", swapped)
    assert ["that statement" in each for each in folder.problems()] == [True, True]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (RULING.replace("CITY-7", "CITY-9"), "says something of the same two on the same day"),
        (
            WITHDRAWAL.replace("CITY-8", "CITY-9").replace(
                "given: 2026-03-02", "given: 2026-02-01"
            ),
            "there is no ruling to withdraw",
        ),
    ],
)
def test_rulings_of_which_nobody_could_say_what_counts_are_refused(
    folder: Folder, second: str, said: str
) -> None:
    folder.write("rulings/CITY-7.yaml", RULING)
    folder.write("rulings/CITY-9.yaml", second)
    [found] = folder.problems()
    assert found.startswith("rulings/CITY-9.yaml:6:5 ")
    assert said in found


def test_what_a_body_above_ruled_a_lower_one_does_not_change(folder: Folder) -> None:
    for name in ("DEMO-CITY", "DEMO-DISTRICT"):
        text = CITY_TEXT if name == "DEMO-CITY" else DISTRICT_TEXT
        issuers = text.replace("issuer: demo-city", "issuer: putuo")
        folder.write(
            f"policies/{name}.yaml", issuers.replace("issuer: demo-district", "issuer: putuo")
        )
    folder.write("rulings/CITY-7.yaml", RULING.replace("by: demo-city", "by: shanghai"))
    lower = RULING.replace("CITY-7", "CITY-9").replace("by: demo-city", "by: putuo")
    folder.write("rulings/CITY-9.yaml", lower.replace("given: 2026-03-01", "given: 2026-03-02"))
    [found] = folder.problems()
    assert "shanghai, which is not below putuo, has ruled in rulings/CITY-7.yaml" in found


def test_a_folder_of_rulings_that_is_not_there_is_refused(folder: Folder) -> None:
    status, answer = folder.run("package", rulings="nowhere")
    assert (status, answer["problems"][0]["problem"]) == (WRONG, "there is no such folder")


@pytest.mark.parametrize("text", [RULING, WITHDRAWAL])
def test_the_published_schema_takes_what_the_reader_takes(text: str) -> None:
    assert SCHEMA.is_valid(read_yaml(text, "ruling.yaml").root)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("given: 2026-03-01", "given: 2026-03"),
        ("prevails: allows", "prevails: both"),
        ("    prevails: allows\n", ""),
        ("rulings:\n", "verdicts:\n"),
        ("format: 1", "format: 2"),
        ("DEMO-CITY/not-both", "DEMO-CITY"),
        ("version: 1}", "version: 0}"),
        ('"Ruling 7, point 2"', '" "'),
    ],
)
def test_what_the_reader_refuses_by_its_shape_the_schema_refuses_too(good: str, bad: str) -> None:
    assert good in RULING
    assert not SCHEMA.is_valid(read_yaml(RULING.replace(good, bad, 1), "ruling.yaml").root)


def test_without_what_allows_there_is_nothing_to_rule_on(folder: Folder) -> None:
    folder.write("policies/DEMO-DISTRICT.yaml", DISTRICT_TEXT.replace(ALLOWS, ""))
    folder.write("rulings/CITY-7.yaml", RULING)
    assert "has no such statement" in folder.problems()[0]
