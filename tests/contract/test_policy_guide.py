"""The guide for clerks: every example passes both doors, and every construct has one."""

import json
import re
import textwrap
from pathlib import Path

import jsonschema
import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WELL, run
from services.policy.offline.ruling_file import read_rulings
from services.policy.rules import default_vocabulary, parse_policy
from services.policy.rules.parse_interactions import READERS as INTERACTIONS
from services.policy.rules.parse_tree import READERS as CONDITIONS
from services.policy.rules.yaml_file import read_yaml
from tests.support.policy import NOON
from tests.support.policy_file import GOOD, ROOT, schema_accepts

RULING_SCHEMA = json.loads((ROOT / "contracts" / "ruling-format.schema.json").read_text())
GUIDE = (ROOT / "docs" / "policy-format.md").read_text()
EXAMPLES = re.findall(
    r"```yaml (policy|condition|benefit|interaction|part)\n(.*?)```", GUIDE, re.DOTALL
)


def as_policy(kind: str, text: str) -> str:
    """The example put into the place of a good file it stands for."""
    value = textwrap.indent(text, "    ")
    match kind:
        case "condition":
            return re.sub(r"eligibility:.*", lambda _: f"eligibility:\n  entry:\n{value}", GOOD)
        case "benefit":
            return GOOD.replace("interactions:", f"  -\n{value}interactions:")
        case "part":
            key = text.partition(":")[0]
            return re.sub(rf"^{key}:.*\n(?:[ -].*\n)*", "", GOOD, flags=re.MULTILINE) + text
        case "interaction":
            return GOOD.replace("interactions:", f"interactions:\n  -\n{value}")
        case _:
            return text


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_every_example_of_the_guide_passes_both_doors(kind: str, text: str) -> None:
    whole = as_policy(kind, text)
    parse_policy(whole, file="docs/policy-format.md")
    assert schema_accepts(read_yaml(whole, "guide").root)


def test_the_example_of_rulings_passes_both_doors() -> None:
    [example] = re.findall(r"```yaml ruling\n(.*?)```", GUIDE, re.DOTALL)
    document = read_yaml(example, "guide")
    assert len(read_rulings(document, default_vocabulary()).entries) == 2
    assert jsonschema.Draft202012Validator(RULING_SCHEMA).is_valid(document.root)


def test_the_guide_shows_every_kind_of_condition_and_interaction() -> None:
    for word in (*CONDITIONS, *INTERACTIONS):
        assert f"{word}:" in GUIDE, word


COMMANDS = re.findall(r"^\S+ -m services\.policy (.+?)\s*(?:#.*)?$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_guide_does_what_it_says(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tmp_path / "people.json"
    (listed,) = re.findall(r"`(\[\{\"talent_id\".+?\]\}\])`", GUIDE)
    people.write_text(listed, encoding="utf-8")
    given = {"DIR": str(ROOT / "data/demo/policies"), "PEOPLE.json": str(people)}
    asked = [given.get(word, word) for word in command.split()]
    assert run(asked, SimulatedClock(NOON)) == WELL
    assert capsys.readouterr().out


def test_the_guide_shows_commands_to_try() -> None:
    assert [command.split()[0] for command in COMMANDS] == ["check", "explain", "package"]
