"""The import rules hold because a tool holds them: broken on purpose in a copy, they are caught."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.places import ROOT
from tests.support.warm import run_warm

FIFTH = "fifth"
OBEYING = {
    "__init__": "",
    "helper": "",
    "app": "import fastapi\n",
    "domain": f"import services.{FIFTH}.states\n",
    "states": f"import services.{FIFTH}.helper\n",
    "api": f"import fastapi\nimport services.{FIFTH}.domain\n",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the rules speak about, as it stands."""
    tree = tmp_path_factory.mktemp("obeying") / "tree"
    for room in ("events", "services", "infra"):
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("*.html"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


@pytest.fixture
def tree(copy: Path, tmp_path: Path) -> Path:
    """A copy of what the rules speak about, with a fifth service that obeys them."""
    tree = tmp_path / "tree"
    shutil.copytree(copy, tree, copy_function=os.link)
    for name, text in OBEYING.items():
        write(tree, f"services/{FIFTH}/{name}.py", text)
    return tree


def write(tree: Path, name: str, text: str) -> None:
    file = tree / name
    file.parent.mkdir(parents=True, exist_ok=True)
    # What is linked to the copy that all of them share is parted from it.
    file.unlink(missing_ok=True)
    file.write_text(f'"""A module of the test."""\n\n{text}', encoding="utf-8")


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return run_warm(tree, ["infra.check.lint_imports"], os.environ)


def test_the_tree_as_it_is_obeys_the_rules(tree: Path) -> None:
    linted = lint(tree)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(
    ("module", "text", "said"),
    [
        ("events/catalog/talent.py", "import msgspec\n", "events.catalog.talent must not"),
        ("events/sourcing/broken.py", "import fastapi\n", "events.sourcing.broken must not"),
        ("events/sourcing/broken.py", "import services.fifth.domain\n", "events.sourcing.broken"),
        ("services/fifth/domain.py", "import uuid\n", "services.fifth.domain must not import uuid"),
        ("services/fifth/domain.py", "import sqlalchemy\n", "must not import sqlalchemy"),
        ("services/fifth/publish.py", "import services.fifth.app\n", "reached from services.fifth"),
        ("services/fifth/ticket/domain.py", "import os\n", "services.fifth.ticket.domain must not"),
        ("services/fifth/projection.py", "import fastapi\n", "services.fifth.projection must not"),
        ("services/fifth/helper.py", "import services.policy.rules\n", "services.policy"),
        ("services/fifth/api.py", "import services.fifth.app\n", "services.fifth.app"),
        ("services/fifth/case/api.py", "import services.fifth.app\n", "services.fifth.case.api"),
        (
            "services/fifth/states.py",
            "import time\n",
            "states must not import time (line 3), reached from services.fifth.domain",
        ),
        (
            "services/fifth/helper.py",
            "import uuid\n",
            "helper must not import uuid (line 3), reached from services.fifth.domain",
        ),
        (
            "services/fifth/domain.py",
            "import events.sourcing.settings\n",
            "services.fifth.domain must not import events.sourcing.settings",
        ),
        ("services/fifth/api.py", "import aiokafka\n", "services.fifth.api must not"),
        ("services/fifth/queries.py", "import asyncpg\n", "services.fifth.queries must not"),
        ("services/fifth/case/live.py", "import aiokafka\n", "services.fifth.case.live must not"),
        ("services/fifth/pages.py", "import httpx\n", "services.fifth.pages must not"),
        ("events/edge/broken.py", "import aiokafka\n", "events.edge.broken must not"),
        ("events/edge/broken.py", "import services.fifth.domain\n", "events.edge.broken must not"),
    ],
)
def test_a_rule_broken_on_purpose_is_caught(tree: Path, module: str, text: str, said: str) -> None:
    write(tree, module, text)
    write(tree, str(Path(module).parent / "__init__.py"), "")
    linted = lint(tree)
    assert linted.returncode == 1, linted.stdout
    # The tool wraps its lines at the width of a terminal.
    assert said in " ".join(linted.stdout.split())


def test_a_rule_that_takes_the_time_from_the_kernel_is_caught(tree: Path) -> None:
    domain = f"services/{FIFTH}/domain.py"
    allowed = "from events.sourcing.clock import legal_day\n\nTODAY = legal_day\n"
    write(tree, domain, allowed)
    assert banned_names(tree, domain) == []
    write(tree, domain, allowed.replace("legal_day", "real_clock"))
    assert banned_names(tree, domain) == ["Time arrives in the command."]


def banned_names(tree: Path, file: str) -> list[str]:
    """What the ban list says of this file."""
    command = ["ruff", "check", "--select=TID251", "--output-format=concise", "--no-cache", file]
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tree, capture_output=True, text=True, check=False
    )
    return [line.rpartition(": ")[2] for line in done.stdout.splitlines() if "TID251" in line]


def test_the_peer_of_the_bench_is_imported_by_the_bench_alone(tree: Path) -> None:
    assert importing("openfisca_core", ROOT) == {"tests/bench/peer_openfisca.py"}
    write(tree, f"services/{FIFTH}/helper.py", "from openfisca_core import periods\n")
    assert importing("openfisca_core", tree) == {f"services/{FIFTH}/helper.py"}


def importing(package: str, root: Path) -> set[str]:
    """The files that import it, wherever in them that is."""
    wanted = re.compile(rf"^\s*(import|from) {package}\b", re.MULTILINE)
    rooms = (root / room for room in ("events", "services", "infra", "contracts", "tests"))
    files = (file for room in rooms for file in room.rglob("*.py"))
    return {str(file.relative_to(root)) for file in files if wanted.search(file.read_text("utf-8"))}
