"""Ten invented talents of different kinds against every policy, as read against the records."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from events.sourcing.yaml_files import read_yaml_file
from services.policy.offline.answering import evaluate
from services.policy.offline.asked import Asked
from services.policy.rules import default_vocabulary
from services.policy.rules.amount import HORIZON

Json: TypeAlias = Mapping[str, Any]
Line: TypeAlias = tuple[str, Any]
HERE = Path(__file__).parent
POLICIES = HERE.parents[2] / "data" / "policies"
PEOPLE, TABLE = HERE / "ten_talents.json", HERE / "ten_talents.yaml"
READ_ON = date(2026, 11, 28)
KNOWN_AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
FEN = 100
SIGNS = {
    "eligible": "yes",
    "eligible_subject_to_manual_check": "check",
    "undetermined": "?",
    "not_eligible": "no",
    "criteria_not_seen": "unseen",
    "not_in_force": "over",
    "window_closed": "closed",
    "already_enjoyed": "has",
}


def test_ten_talents_of_different_kinds_stand_as_they_were_read() -> None:
    assert differences(read_table(), answers(PEOPLE)) == []


def test_a_fact_that_changes_an_answer_shows_in_the_table(tmp_path: Path) -> None:
    moved = PEOPLE.read_text(encoding="utf-8").replace(
        '{"name": "employer_region", "value": "changzheng"}',
        '{"name": "employer_region", "value": "hangzhou"}',
    )
    (tmp_path / "people.json").write_text(moved, encoding="utf-8")
    found = differences(read_table(), answers(tmp_path / "people.json"))
    assert "doctor-in-changzheng-town SH-PT-CHANGZHENG-2025: check, now no" in found


def test_the_ten_are_held_against_every_policy_there_is() -> None:
    policies = {path.stem for path in POLICIES.glob("*.yaml")}
    assert set(read_table()["policies"]) == policies


def test_of_somebody_unknown_nothing_is_promised_and_nothing_denied() -> None:
    table = read_table()
    column = table["people"].index("somebody-about-whom-nothing-is-known")
    stand = {row.split()[column] for row in table["policies"].values()}
    assert stand == {"?", "unseen", "over", "closed"}


@cache
def answers(people: Path) -> tuple[Json, ...]:
    asked = Asked(
        policies=POLICIES,
        people=people,
        valid_at=READ_ON,
        known_at=KNOWN_AT,
        confirmed_only=False,
        horizon=HORIZON,
        language="en",
        as_json=True,
    )
    return tuple(evaluate(asked, default_vocabulary())["people"])


@cache
def read_table() -> Json:
    """A row has one word for each of the people, in their order; sums are yuan."""
    table: Json = read_yaml_file(TABLE)
    return table


def differences(table: Json, found: Iterable[Json]) -> list[str]:
    """What is otherwise than it was read, with both."""
    read, now = dict(_read(table)), dict(_found(found))
    return [
        f"{name}: {read.get(name)}, now {now.get(name)}"
        for name in sorted({*read, *now})
        if read.get(name) != now.get(name)
    ]


def _read(table: Json) -> Iterator[Line]:
    for policy_id, row in table["policies"].items():
        for talent_id, sign in zip(table["people"], row.split(), strict=True):
            yield f"{talent_id} {policy_id}", sign
    for talent_id, package in table["packages"].items():
        yield f"{talent_id} sums", (package["certain"], package["possible"])
        yield f"{talent_id} chosen", package["chosen"]


def _found(answered: Iterable[Json]) -> Iterator[Line]:
    for person in answered:
        talent_id, package = person["talent_id"], person["package"]
        for outcome in person["outcomes"]:
            yield f"{talent_id} {outcome['policy_id']}", SIGNS[outcome["state"]]
        yield f"{talent_id} sums", (_yuan(package), _yuan(person["possible_package"] or package))
        yield f"{talent_id} chosen", [each["offer"]["key"] for each in package["included"]]


def _yuan(package: Json) -> str:
    least, most = package["least_fen"] // FEN, package["most_fen"] // FEN
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"
