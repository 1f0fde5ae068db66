"""`check` says where a file names a policy that is not here: it may be a slip of the pen."""

from pathlib import Path
from typing import Any

import pytest

from services.policy.offline.command import WELL
from tests.unit.policy.offline_samples import GOOD, folder

ENTRY = '{fact: income_tax_paid, op: ">=", value: 30 万元, cite: Article 1}'
OTHER = GOOD.replace("XX-ONE", "XX-OTHER")
HELD = "{{not: {{holds: {{policies: [{name}], tenure: ever}}, cite: Article 7}}}}"
SAID = "interactions:\n  - {{id: no, {said}, cite: Article 9}}\n"


def asking(name: str) -> str:
    return GOOD.replace(ENTRY, HELD.format(name=name))


def narrowing(name: str) -> str:
    when = f"    when: {HELD.format(name=name)}\n"
    return GOOD.replace("  - id: rent\n", f"  - id: rent\n{when}")


def excluding(name: str) -> str:
    said = f"exclusive: {{target: '#rent', excludes: [{name}, '{name}#rent']}}"
    return GOOD + SAID.format(said=said)


def barring(name: str) -> str:
    return GOOD + SAID.format(said=f"excluded_if_held: {{policies: [{name}], tenure: ever}}")


def keeping(name: str) -> str:
    keeps = HELD.format(name=name)
    said = f"{{policy: XX-OTHER, keeps: {keeps}, until: open, cite: Article 9}}"
    return GOOD + f"transition:\n  - {said}\n"


@pytest.mark.parametrize(
    ("written", "line", "path"),
    [
        (asking, 13, "eligibility"),
        (narrowing, 15, "benefits[0]"),
        (keeping, 21, "transition"),
        (excluding, 21, "interactions[0]"),
        (barring, 21, "interactions[0]"),
    ],
)
def test_a_name_that_no_policy_has_is_noted_where_it_stands(
    tmp_path: Path, answered: Any, written: Any, line: int, path: str
) -> None:
    at = folder(tmp_path, XX_ONE=written("XX-OTHERS"), XX_OTHER=OTHER)
    code, answer, _ = answered("check", "--policies", at)
    (note,) = answer["notes"]
    assert (code, answer["problems"]) == (WELL, [])
    assert (note["file"], note["line"], note["path"]) == ("XX-ONE.yaml", line, path)
    assert note["problem"] == "no policy here is called XX-OTHERS"
    # The control: the right name is that of a file.
    folder(tmp_path, XX_ONE=written("XX-OTHER"))
    assert answered("check", "--policies", at)[1]["notes"] == []
