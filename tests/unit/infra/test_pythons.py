"""The newest Python that does makes the environment; a name that leads nowhere does not."""

import sys
from pathlib import Path

import pytest

from infra.local.pythons import newest_python

WHOLE = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
LEADS_NOWHERE = "#!/bin/sh\necho 'command not found' >&2\nexit 127\n"
LACKS_A_LIBRARY = '#!/bin/sh\necho "No module named ensurepip" >&2\nexit 1\n'


@pytest.fixture(autouse=True)
def _runs_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))


def put(python: Path, script: str) -> str:
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(script)
    python.chmod(0o755)
    return str(python)


def found_in(folder: Path) -> str:
    return newest_python({"PATH": str(folder / "bin"), "HOME": str(folder)})


def of_pyenv(folder: Path, version: str, script: str = WHOLE) -> str:
    name = f"python{version[:4]}"
    return put(folder / ".pyenv" / "versions" / version / "bin" / name, script)


def test_where_none_is_newer_the_one_that_runs_does(tmp_path: Path) -> None:
    put(tmp_path / "bin" / "python3.11", WHOLE)
    assert found_in(tmp_path) == sys.executable


def test_the_newest_on_the_path_is_taken(tmp_path: Path) -> None:
    put(tmp_path / "bin" / "python3.12", WHOLE)
    newest = put(tmp_path / "bin" / "python3.13", WHOLE)
    assert found_in(tmp_path) == newest


@pytest.mark.parametrize("broken", [LEADS_NOWHERE, LACKS_A_LIBRARY])
def test_what_does_not_work_is_passed_over(tmp_path: Path, broken: str) -> None:
    put(tmp_path / "bin" / "python3.13", broken)
    older = put(tmp_path / "bin" / "python3.12", WHOLE)
    assert found_in(tmp_path) == older


def test_behind_a_name_that_leads_nowhere_pyenv_may_have_one(tmp_path: Path) -> None:
    put(tmp_path / "bin" / "python3.13", LEADS_NOWHERE)
    of_pyenv(tmp_path, "3.13.9")
    of_pyenv(tmp_path, "3.13.0rc2")
    newest = of_pyenv(tmp_path, "3.13.11")
    assert found_in(tmp_path) == newest


def test_one_that_was_never_tried_is_not_taken(tmp_path: Path) -> None:
    put(tmp_path / "bin" / "python3.99", WHOLE)
    assert found_in(tmp_path) == sys.executable


def test_a_newer_one_than_was_tried_gives_way_to_the_newest_that_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert found_in(tmp_path) == sys.executable
    newest = put(tmp_path / "bin" / "python3.13", WHOLE)
    assert found_in(tmp_path) == newest


def test_who_runs_the_newest_looks_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    of_pyenv(tmp_path, "3.13.11")
    assert found_in(tmp_path) == sys.executable
