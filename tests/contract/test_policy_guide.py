"""The guide for clerks: every example passes both doors, and every construct has one."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

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
from tests.support.policy_file import GOOD, ROOT, SCHEMA, schema_accepts

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


SECTION = re.compile(r"^### ([^\n]+)\n(.*?)(?=^##)", re.DOTALL | re.MULTILINE)


def without_a_section(guide: str) -> set[str]:
    """Kinds of conditions and interactions that no section shows in an example."""
    sections = [text for _, text in SECTION.findall(guide)]
    shown = re.findall(r"```yaml \w+\n(.*?)```", "".join(sections), re.DOTALL)
    keys = {key for example in shown for key in re.findall(r"\b(\w+):", example)}
    return {*CONDITIONS, *INTERACTIONS} - keys


def test_every_kind_of_condition_and_interaction_has_a_section_with_an_example() -> None:
    assert without_a_section(GUIDE) == set()
    assert without_a_section(GUIDE.replace("\ncouple:", "")) == {"couple"}


def anchor_of(heading: str) -> str:
    """As GitHub names it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_section_is_found_from_the_top() -> None:
    linked = re.findall(r"\]\(#([\w-]+)\)", GUIDE.partition("## The whole file")[0])
    sections = [anchor_of(heading) for heading, _ in SECTION.findall(GUIDE)]
    assert len(sections) == len(set(sections)) > 40
    assert set(sections) <= set(linked)
    headings = re.findall(r"^###? (.+)$", GUIDE, re.MULTILINE)
    assert set(linked) <= set(map(anchor_of, headings))


def keys_and_words(schema: object) -> tuple[set[str], set[str]]:
    """What may be written in a file: the keys, and the words to choose from."""
    keys: set[str] = set()
    words: set[str] = set()
    for part in _parts(schema):
        keys |= part.get("properties", {}).keys()
        chosen = (*part.get("enum", ()), part.get("const"))
        words |= {each for each in chosen if isinstance(each, str)}
    return keys, words


def _parts(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for each in schema.values() if isinstance(schema, dict) else ():
        yield from _parts(each)
    for each in schema if isinstance(schema, list) else ():
        yield from _parts(each)


def without_example(texts: Iterable[str]) -> set[str]:
    """Keys that stand in none of the texts."""
    keys, _ = keys_and_words(SCHEMA)
    shown = {key for text in texts for key in re.findall(r"(\w+):", text)}
    return keys - shown


def test_every_key_of_the_format_stands_in_an_example_that_is_checked() -> None:
    texts = [text for _, text in EXAMPLES]
    assert without_example(texts) == set()
    # The control: without the one example of it a key is missed.
    fewer = [text for text in texts if "cap_lifetime" not in text]
    assert "cap_lifetime" in without_example(fewer)


def without_a_word(guide: str) -> set[str]:
    _, words = keys_and_words(SCHEMA)
    return {
        each for each in words if not re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", guide)
    }


def test_every_word_that_may_be_chosen_is_named_in_the_guide() -> None:
    assert without_a_word(GUIDE) == set()
    assert without_a_word(GUIDE.replace("frozen", "")) == {"frozen"}


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
