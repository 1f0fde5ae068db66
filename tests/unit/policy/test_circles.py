"""Sums of several texts that rest on each other in a circle: refused offline and when published."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WELL, WRONG, run
from services.policy.rules import (
    FormatError,
    Published,
    Repealed,
    SourceRow,
    circles_between,
    default_vocabulary,
    parse_policy,
)
from services.policy.rules.circles_in_force import circles_in_force, refuse_new_circles
from services.policy.rules.reader import Cursor
from services.policy.rules.yaml_file import read_yaml
from tests.support.policy import NOON, document

BEGINS = date(2026, 1, 15)
SUPERIORS = default_vocabulary().superiors()
LESS = """\
interactions:
  - {{id: less, deduct_prior: {{target: "{target}", members: ["{base}"]}}, cite: "Article 7"}}
"""


def text(name: str, base: str | None = None) -> str:
    """A grant, less what the other one paid."""
    more = LESS.format(target="#grant", base=f"DEMO-{base}") if base else ""
    return document(f"DEMO-{name}") + more


ONE, TWO, THREE = text("ONE", "TWO"), text("TWO", "THREE"), text("THREE", "ONE")
ONE_TOO = (
    '  - {id: one-too, deduct_prior: {target: "DEMO-ONE#grant", members: [DEMO-SIX]}, cite: a}\n'
)
FREE = text("ONE")
OTHERS_TEXT = text("FOUR") + LESS.format(target="DEMO-ONE#grant", base="DEMO-TWO")
OVER = text("TWO", "ONE").replace("to: open", "to: 2026-01-31")
LATER = text("ONE", "TWO").replace("from: 2026-01-15", "from: 2026-02-01")
FOLDERS = {
    "a circle of three": ([ONE, TWO, THREE], True),
    "a chain": ([ONE, TWO, text("THREE")], False),
    "a circle that a third text closes": ([FREE, text("TWO", "ONE"), OTHERS_TEXT], True),
    "one text is over when the other begins": ([LATER, OVER], False),
    "both stand for a day": ([LATER, OVER.replace("2026-01-31", "2026-02-01")], True),
}


def row(document_text: str, number: int = 0) -> Published:
    read = parse_policy(document_text)
    return Published(row_id=f"{read.policy_id}@{number}", policy=read, recorded_at=NOON)


def publish(rows: list[SourceRow], document_text: str) -> None:
    """What the service asks, and then records."""
    new = row(document_text, len(rows))
    read = read_yaml(document_text, "new.yaml")
    refuse_new_circles(Cursor(read, (), read.root), rows, new, SUPERIORS)
    rows.append(new)


def refused_by_the_service(texts: Sequence[str]) -> list[FormatError]:
    rows: list[SourceRow] = []
    found = []
    for each in texts:
        try:
            publish(rows, each)
        except FormatError as error:
            found.append(error)
    return found


def refused_offline(texts: Sequence[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> bool:
    for each in texts:
        (folder / f"{parse_policy(each).policy_id}.yaml").write_text(each, encoding="utf-8")
    code = run(["check", "--policies", str(folder), "--json"], SimulatedClock(NOON))
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert code == (WRONG if problems else WELL)
    assert all("in a circle" in each["problem"] for each in problems)
    return bool(problems)


@pytest.mark.parametrize("name", FOLDERS)
def test_files_are_refused_offline_exactly_where_the_service_refuses_the_last_of_them(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts, circular = FOLDERS[name]
    assert refused_offline(texts, tmp_path, capsys) is circular
    for order in permutations(texts):
        assert len(refused_by_the_service(order)) == circular


def test_a_check_that_overlooks_days_would_refuse_what_never_meets() -> None:
    texts, circular = FOLDERS["one text is over when the other begins"]
    assert bool(circles_between(map(parse_policy, texts))) is not circular


def test_the_refusal_names_file_line_column_and_remedy() -> None:
    [error] = refused_by_the_service([ONE, TWO, THREE])
    line = THREE[: THREE.index("  - {id: less")].count("\n") + 1
    assert (error.file, error.mark.line, error.mark.column) == ("new.yaml", line, 3)
    assert "DEMO-ONE#grant on DEMO-THREE#grant on DEMO-TWO#grant" in error.problem
    assert error.remedy == "Let one of them be reckoned without the other."


def test_a_circle_that_stands_already_hinders_nobody_else() -> None:
    rows: list[SourceRow] = [row(ONE, 1), row(TWO, 2), row(THREE, 3)]
    publish(rows, text("FIVE"))
    with pytest.raises(FormatError, match="DEMO-SIX#grant"):
        publish(rows, text("SIX", "ONE") + ONE_TOO)


def test_a_repealed_text_closes_no_circle() -> None:
    first = row(text("ONE", "TWO"), 1)
    repealed = Repealed(row_id="r", policy_id="DEMO-ONE", from_day=BEGINS, recorded_at=NOON)
    rows: list[SourceRow] = [first, repealed]
    publish(rows, text("TWO", "ONE"))
    assert circles_in_force(rows, SUPERIORS) == frozenset()
    a_day_later = replace(repealed, from_day=BEGINS + timedelta(days=1))
    with pytest.raises(FormatError, match="in a circle"):
        publish([first, a_day_later], text("TWO", "ONE"))
