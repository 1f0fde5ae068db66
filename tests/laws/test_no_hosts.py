"""Nothing that pins a package names a host, and no script or style of others is in the tree."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.places import ROOT

PINS = (
    "requirements.txt",
    "requirements-dev.txt",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "pyproject.toml",
    "infra/kafka/jars.lock",
    "infra/images/Dockerfile",
    "infra/local/install.py",
    "infra/local/jars.py",
    "infra/assets/node.py",
    "infra/check/locks.py",
)
HOST = re.compile(r"\w+://|index-url|find-links|trusted-host|registry\s*=")
ALLOWED = re.compile(r"--no-emit-(index-url|find-links)")
ROOMS = ("contracts", "data", "docs", "events", "infra", "services", "tests")
SHOWN = frozenset({".css", ".scss", ".js", ".mjs", ".woff", ".woff2", ".map"})
OURS = (ROOT / "infra/assets/scripts", ROOT / "infra/assets/styles")


def hosts_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if HOST.search(ALLOWED.sub("", line))]


def shown(root: Path) -> Iterator[Path]:
    """Every script, style sheet and letter form that a page could take from the tree."""
    for room in ROOMS:
        yield from (each for each in (root / room).rglob("*") if each.suffix in SHOWN)


@pytest.mark.parametrize("file", PINS)
def test_what_pins_a_package_names_no_host(file: str) -> None:
    assert hosts_in((ROOT / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        '"resolved": "https://registry.example/htmx.tgz",',
        "--index-url https://mirror.example/simple",
        "registry=mirror.example",
    ],
)
def test_a_host_among_pins_is_noticed(line: str) -> None:
    assert hosts_in(f"first==1.0\n{line}\nlast==2.0") == [line]


def test_every_script_and_style_in_the_tree_is_our_own() -> None:
    files = list(shown(ROOT))
    assert files
    assert [each for each in files if each.parent not in OURS] == []


def test_a_script_of_others_is_noticed(tmp_path: Path) -> None:
    theirs = tmp_path / "services" / "portal" / "htmx.min.js"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("", encoding="utf-8")
    assert list(shown(tmp_path)) == [theirs]
