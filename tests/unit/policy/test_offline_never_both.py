"""`check` says where a file wants something beside it that nobody who has it can have."""

from pathlib import Path
from typing import Any

import pytest

from services.policy.offline.command import WELL
from tests.unit.policy.offline_samples import GOOD, folder

ENTRY = '{fact: income_tax_paid, op: ">=", value: 30 万元, cite: Article 1}'
SHARE = '{{fact: firm_shareholding_percent, op: "{op}", value: {value}, cite: Article 7}}'
SAID = "interactions:\n  - {{id: so, {said}, cite: Article 9}}\n"
BESIDE = {
    "together": 'together: {target: "#rent", with: [XX-OTHER]}',
    "requires": 'requires: {target: "#rent", needs: [XX-OTHER]}',
    "top-up": 'top_up: {target: "#rent", bases: [XX-OTHER]}',
    "match": 'match: {target: "#rent", bases: [XX-OTHER], percent: 50}',
}


def share(op: str, value: int) -> str:
    return GOOD.replace(ENTRY, SHARE.format(op=op, value=value))


def other(op: str, value: int) -> str:
    return share(op, value).replace("XX-ONE", "XX-OTHER")


@pytest.mark.parametrize("said", BESIDE.values(), ids=BESIDE)
def test_it_is_noted_where_the_other_is_named(tmp_path: Path, answered: Any, said: str) -> None:
    one = share(">=", 30) + SAID.format(said=said)
    at = folder(tmp_path, XX_ONE=one, XX_OTHER=other("<", 30))
    code, answer, _ = answered("check", "--policies", at)
    (note,) = answer["notes"]
    assert (code, answer["problems"]) == (WELL, [])
    assert (note["file"], note["path"]) == ("XX-ONE.yaml", "interactions[0]")
    assert note["problem"] == "nobody can satisfy both XX-ONE and XX-OTHER"
    # The control: somebody who holds just as much has both.
    folder(tmp_path, XX_OTHER=other("<=", 30))
    assert answered("check", "--policies", at)[1]["notes"] == []


def test_a_call_that_is_over_is_no_reason(tmp_path: Path, answered: Any) -> None:
    one = share(">=", 30) + SAID.format(said=BESIDE["together"])
    when = SHARE.format(op=">=", value=30)
    call = "{{name: call, title: {{zh: 一, en: One}}, open: {{from: 2020, to: 2020}}, when: {}}}"
    over = GOOD.replace(ENTRY, f"{{tracks: [{call.format(when)}]}}").replace("XX-ONE", "XX-OTHER")
    at = folder(tmp_path, XX_ONE=one, XX_OTHER=over)
    assert answered("check", "--policies", at)[1]["notes"] == []


def test_one_base_within_reach_is_enough(tmp_path: Path, answered: Any) -> None:
    said = 'requires: {target: "#rent", needs: [XX-OTHER, XX-THIRD]}'
    third = share(">=", 50).replace("XX-ONE", "XX-THIRD")
    one = share(">=", 30) + SAID.format(said=said)
    at = folder(tmp_path, XX_ONE=one, XX_OTHER=other("<", 30), XX_THIRD=third)
    assert answered("check", "--policies", at)[1]["notes"] == []


def test_nobody_holds_more_than_the_whole(tmp_path: Path, answered: Any) -> None:
    """What the vocabulary says of the range of a fact tells that nobody meets two conditions."""
    two = f"all: [{SHARE.format(op='>', value=99)}, {{not: {SHARE.format(op='==', value=100)}}}]"
    at = folder(tmp_path, XX_ONE=GOOD.replace(ENTRY, f"{{{two}}}"))
    code, answer, _ = answered("check", "--policies", at)
    assert (code, answer["problems"]) == (WELL, [])
    assert "nobody can satisfy this" in answer["notes"][0]["problem"]


def test_more_than_there_can_be_is_refused_with_its_place(tmp_path: Path, answered: Any) -> None:
    at = folder(tmp_path, XX_ONE=share(">=", 150))
    code, answer, _ = answered("check", "--policies", at)
    (problem,) = answer["problems"]
    assert code != WELL
    assert (problem["line"], problem["problem"]) == (13, "'share held' is never above 100 percent")
    assert problem["remedy"]


def test_a_text_about_two_others_is_held_against_those(tmp_path: Path, answered: Any) -> None:
    said = "together: {target: XX-ONE, with: [XX-OTHER]}"
    text = other("<", 10).replace("XX-OTHER", "XX-TEXT") + SAID.format(said=said)
    at = folder(tmp_path, XX_ONE=share(">=", 30), XX_OTHER=other(">=", 40), XX_TEXT=text)
    assert answered("check", "--policies", at)[1]["notes"] == []
    folder(tmp_path, XX_OTHER=other("<", 30))
    (note,) = answered("check", "--policies", at)[1]["notes"]
    assert (note["file"], note["path"]) == ("XX-TEXT.yaml", "interactions[0]")


def test_several_benefits_of_one_policy_are_one(tmp_path: Path, answered: Any) -> None:
    said = "requires: {target: '#rent', needs: [XX-OTHER, 'XX-OTHER#rent']}"
    one = share(">=", 30) + SAID.format(said=said)
    at = folder(tmp_path, XX_ONE=one, XX_OTHER=other("<", 30))
    assert len(answered("check", "--policies", at)[1]["notes"]) == 1


def test_a_statement_of_an_older_edition_is_not_held_against_the_newer(
    tmp_path: Path, answered: Any
) -> None:
    days = "in_force: {from: 2025-01-01, to: 2026-12-31}"
    old = share("<", 20).replace(days, "in_force: {from: 2025-01-01, to: 2025-12-31}")
    old += SAID.format(said=BESIDE["together"])
    new = share(">=", 30).replace(days, "in_force: {from: 2026-01-01, to: open}")
    new = new.replace("version: 1", "version: 2")
    at = folder(tmp_path, XX_OTHER=other("<", 30))
    (at / "XX-ONE.yaml").write_text(new)
    (at / "XX-ONE.v1.yaml").write_text(old)
    code, answer, _ = answered("check", "--policies", at)
    assert (code, answer["problems"], answer["notes"]) == (WELL, [], [])
