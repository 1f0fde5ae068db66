"""Every guarantee names a test that holds it and a control that must fail without it."""

import ast
import re
from pathlib import Path

import pytest

from infra.local.places import ROOT

PAGE = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^### (.+?)$(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PARTS = ("Kept by", "Held by", "Control", "Not promised")

GUARANTEES: dict[str, str] = dict(SECTION.findall(PAGE))


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def part_of(text: str, name: str) -> str:
    found = re.search(rf"\*\*{name}:\*\*(.*?)(?=\n\*\*|\Z)", text, re.DOTALL)
    return found[1].strip() if found else ""


def test_there_are_guarantees() -> None:
    assert len(GUARANTEES) >= 12


@pytest.mark.parametrize("title", GUARANTEES)
def test_a_guarantee_says_how_it_is_kept_and_what_is_not_promised(title: str) -> None:
    assert [name for name in PARTS if not part_of(GUARANTEES[title], name)] == []


@pytest.mark.parametrize("title", GUARANTEES)
@pytest.mark.parametrize("part", ["Held by", "Control"])
def test_the_tests_that_a_guarantee_names_exist(title: str, part: str) -> None:
    named = TEST.findall(part_of(GUARANTEES[title], part))
    assert named
    assert [name for file, name in named if name not in names_in(ROOT / file)] == []


def test_a_test_that_does_not_exist_would_be_missed() -> None:
    file, _ = TEST.findall(PAGE)[0]
    assert "test_that_nobody_wrote" not in names_in(ROOT / file)
