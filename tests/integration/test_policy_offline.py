"""The offline tool answers from files what the service answers from what was published."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WELL, run
from tests.support.policy import (
    CITY_CLERK,
    NOON,
    SYSTEM,
    Bureau,
    document,
    open_bureau,
    own_settings,
)
from tests.support.tool_answers import must_fit

ONE_OF_TWO = """\
interactions:
  - {id: one, choose_one: {members: [DEMO-NEITHER, DEMO-SETTLING]}, cite: a}
"""
CHECK = "      - {manual_check: {zh: 业绩突出, en: outstanding}, id: results, cite: Article 1}\n"
DOCUMENTS = {
    "DEMO-SETTLING": document(),
    "DEMO-DISTRICT": document("DEMO-DISTRICT", issuer="demo-district", degree="master"),
    "DEMO-NEITHER": document("DEMO-NEITHER", amount=50_000) + ONE_OF_TWO,
    "DEMO-EARLY": document("DEMO-EARLY").replace("to: open", "to: 2026-02-01"),
    "DEMO-CHECKED": document("DEMO-CHECKED", amount=70_000).replace(
        "    all:\n", "    all:\n" + CHECK
    ),
}
PEOPLE: Mapping[str, list[dict[str, Any]]] = {
    "doctor": [
        {"name": "birth_date", "value": "1990-05-17", "source": "verified"},
        {"name": "highest_degree", "value": "doctor"},
    ],
    "master-until-yesterday": [
        {"name": "birth_date", "value": "1985-03-02"},
        {"name": "highest_degree", "value": "master", "valid_to": "2026-03-01"},
    ],
    "too-old": [
        {"name": "birth_date", "value": "1980-01-01"},
        {"name": "highest_degree", "value": "doctor"},
    ],
    "recorded-later": [
        {"name": "birth_date", "value": "1990-05-17", "recorded_at": "2026-03-03T00:00:00Z"},
        {"name": "titles_held", "value": None},
    ],
    "nobody": [],
}
OF_THE_SERVICE = frozenset({"stale", "view_version", "view_position"})
"""What names the service's own record; everything else must be equal."""
OF_ALL_PEOPLE = frozenset({"horizon", "confirmed_only"})
"""What the tool says once, before the people."""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    for name, text in DOCUMENTS.items():
        (tmp_path / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    people = [{"talent_id": name, "facts": facts} for name, facts in PEOPLE.items()]
    (tmp_path / "people.json").write_text(json.dumps(people), encoding="utf-8")
    return tmp_path


def offline(
    command: str, files: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> dict[str, Any]:
    places = ["--policies", str(files / "policies"), "--people", str(files / "people.json")]
    capsys.readouterr()
    assert run([command, *places, *more, "--json"], SimulatedClock(NOON)) == WELL
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    must_fit(command, answer)
    return answer


async def of_the_service(bureau: Bureau, day: str) -> dict[str, dict[str, Any]]:
    found = {}
    for name, facts in PEOPLE.items():
        asked = {"facts": facts, "valid_at": day, "known_at": NOON.isoformat()}
        answer = await bureau.post(CITY_CLERK, "/evaluate", asked)
        assert answer.status_code == 200, answer.text
        found[name] = answer.json()
    return found


def without(answer: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        name: value for name, value in answer.items() if name not in OF_THE_SERVICE | OF_ALL_PEOPLE
    }
    kept.pop("talent_id", None)
    return kept


async def test_the_tool_answers_as_the_service(
    postgres_url: str,
    kafka_bootstrap: str,
    files: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = await own_settings(postgres_url, kafka_bootstrap, files, SimulatedClock(NOON))
    async with open_bureau(settings) as bureau:
        await bureau.establish()
        for text in DOCUMENTS.values():
            await bureau.publish(text, SYSTEM)
        today = await of_the_service(bureau, "2026-03-02")
        before = await of_the_service(bureau, "2026-01-20")

    assert today["doctor"]["package"]["most_fen"] == (50_000 + 30_000 + 70_000) * 100
    assert states(today["doctor"]) == {
        "DEMO-CHECKED": "eligible_subject_to_manual_check",
        "DEMO-DISTRICT": "eligible_and_chosen",
        "DEMO-EARLY": "not_in_force",
        "DEMO-NEITHER": "eligible_and_chosen",
        "DEMO-SETTLING": "eligible_not_chosen",
    }
    assert today["doctor"]["certain_package"]["least_fen"] == (50_000 + 30_000) * 100
    assert [each["fact"] for each in today["nobody"]["fact_worths"]] == [
        "birth_date",
        "highest_degree",
    ]
    assert today["nobody"]["fact_worths"][0]["with_others_fen"] == (50_000 + 30_000 + 70_000) * 100
    assert {each["policy_id"] for each in before["too-old"]["near_misses"]} == set()
    for day, served in (("2026-03-02", today), ("2026-01-20", before)):
        people = offline("evaluate", files, capsys, "--valid-at", day)["people"]
        told = {each["talent_id"]: each for each in people}
        assert {name: without(each) for name, each in told.items()} == {
            name: without(each) for name, each in served.items()
        }
        packages = offline("package", files, capsys, "--valid-at", day)["people"]
        for name in ("package", "possible_package", "certain_package", "fact_worths"):
            assert [each[name] for each in packages] == [each[name] for each in people]
        assert counts(people) == {
            each["policy_id"]: each["states"]
            for each in offline("bulk", files, capsys, "--valid-at", day)["policies"]
        }
    # The control: another day's answers are not these.
    assert without(today["doctor"]) != without(before["doctor"])


UNSEEN = document("DEMO-UNSEEN", amount=90_000).replace("to: open", "to: not_seen")
MONTHLY = document("DEMO-MONTHLY", amount=1_000).replace("per: once", "per: month, term: open")
COUNTING: Mapping[str, Any] = {"horizon": 30, "confirmed_only": True}


async def test_the_tool_and_the_service_count_as_they_are_asked_to_and_say_how(
    postgres_url: str,
    kafka_bootstrap: str,
    files: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in (("DEMO-UNSEEN", UNSEEN), ("DEMO-MONTHLY", MONTHLY)):
        (files / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    settings = await own_settings(postgres_url, kafka_bootstrap, files, SimulatedClock(NOON))
    async with open_bureau(settings) as bureau:
        await bureau.establish()
        for text in (*DOCUMENTS.values(), UNSEEN, MONTHLY):
            await bureau.publish(text, SYSTEM)
        asked = {"facts": PEOPLE["doctor"], "known_at": NOON.isoformat()}
        whole = (await bureau.post(CITY_CLERK, "/evaluate", asked)).json()
        served = (await bureau.post(CITY_CLERK, "/evaluate", {**asked, **COUNTING})).json()
        views = {
            only: (await bureau.get(CITY_CLERK, "/policies", confirmed_only=only)).json()
            for only in ("false", "true")
        }
        figures = (await bureau.get(CITY_CLERK, "/figures", confirmed_only="true")).json()
        for wrong in ({"horizon": 0}, {"horizon": 1_201}, {"confirmed_only": "perhaps"}):
            refused = await bureau.post(CITY_CLERK, "/evaluate", {**asked, **wrong})
            assert refused.status_code == 422

    assert {name: served[name] for name in COUNTING} == COUNTING
    assert {name: whole[name] for name in COUNTING} == {"horizon": 12, "confirmed_only": False}
    # By hand: the home for 30 months, and nothing of what nobody saw the end of.
    lost, won = 90_000, 18 * 1_000
    assert served["package"]["most_fen"] - whole["package"]["most_fen"] == (won - lost) * 100
    more = ["--horizon", "30", "--confirmed-only"]
    told = offline("evaluate", files, capsys, *more)
    assert {name: told[name] for name in COUNTING} == COUNTING
    (doctor,) = (each for each in told["people"] if each["talent_id"] == "doctor")
    assert without(doctor) == without(served)
    names = {only: {e["policy_id"] for e in each["policies"]} for only, each in views.items()}
    assert names["false"] - names["true"] == {"DEMO-UNSEEN"}
    assert views["true"]["confirmed_only"]
    assert views["true"]["view_version"] == views["false"]["view_version"]
    assert {each["of"] for each in figures["figures"]} == names["true"]


def states(answer: Mapping[str, Any]) -> dict[str, str]:
    return {each["policy_id"]: each["state"] for each in answer["results"]}


def counts(people: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for person in people:
        for outcome in person["outcomes"]:
            states = found.setdefault(outcome["policy_id"], {})
            states[outcome["state"]] = states.get(outcome["state"], 0) + 1
    return found


def test_a_table_and_a_list_of_the_same_people_give_the_same_answers(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[dict[str, Any]] = [
        {"talent_id": "a", "birth_date": "1990-05-17", "highest_degree": "doctor"},
        {"talent_id": "b", "birth_date": "1985-03-02", "titles_held": ["cn.tenk.leading"]},
        {"talent_id": "c", "not_applicable": ["highest_degree"], "titles_held": []},
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("birth_date").str.to_date()
    )
    frame.write_parquet(files / "people.parquet")
    listed = [
        {
            "talent_id": row["talent_id"],
            "facts": [
                {"name": name, "value": value or None}
                for name, value in row.items()
                if name not in ("talent_id", "not_applicable")
            ]
            + [{"name": name, "value": None} for name in row.get("not_applicable", ())],
        }
        for row in rows
    ]
    (files / "people.json").write_text(json.dumps(listed), encoding="utf-8")
    table = ["--people", str(files / "people.parquet")]
    for command in ("evaluate", "package", "bulk", "explain"):
        by_list = offline(command, files, capsys)
        assert offline(command, files, capsys, *table) == by_list


def test_only_policies_with_seen_dates_are_counted_where_that_is_asked(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unseen = document("DEMO-UNSEEN").replace("to: open", "to: not_seen")
    (files / "policies" / "DEMO-UNSEEN.yaml").write_text(unseen, encoding="utf-8")
    whole = offline("bulk", files, capsys)["policies"]
    confirmed = offline("bulk", files, capsys, "--confirmed-only")["policies"]
    names = {each["policy_id"] for each in whole} - {each["policy_id"] for each in confirmed}
    assert names == {"DEMO-UNSEEN"}


def test_a_benefit_without_an_end_counts_the_months_that_are_asked_for(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monthly = document("DEMO-MONTHLY", amount=1_000).replace("per: once", "per: month, term: open")
    (files / "policies" / "DEMO-MONTHLY.yaml").write_text(monthly, encoding="utf-8")

    def paid(*horizon: str) -> int:
        (found, *_) = offline("package", files, capsys, *horizon)["people"]
        included = {e["offer"]["policy_id"]: e["most_fen"] for e in found["package"]["included"]}
        return int(included["DEMO-MONTHLY"])

    assert paid() == paid("--horizon", "12") == 12 * 100_000
    assert paid("--horizon", "30") == 30 * 100_000
