"""Each module opens with one sentence that says what it is for."""

import ast
from pathlib import Path

import pytest

from infra.local.places import ROOT

MODULES = [
    path
    for room in ("events", "services", "contracts", "infra", "tests")
    for path in sorted((ROOT / room).rglob("*.py"))
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said, "it says nothing"
    assert said.partition("\n\n")[0].rstrip("`)").endswith((".", "?", ":"))
