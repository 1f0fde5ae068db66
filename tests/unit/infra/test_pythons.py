"""The newest Python that does makes the environment, unless another one is clearly quicker."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import pythons
from infra.local.pythons import CLEARLY, HOW_QUICK, choose_python

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
    return choose_python({"PATH": str(folder / "bin"), "HOME": str(folder)})


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


def test_one_under_two_names_counts_once_as_the_one_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    of_pyenv(tmp_path, "3.13.11")
    assert found_in(tmp_path) == sys.executable


def that_takes(python: Path, microseconds: float | None) -> str:
    """A sound one that is none of the others, and how little the work takes it; or it fails."""
    work = "exit 1" if microseconds is None else f"echo {microseconds}e-6"
    return put(python, f'#!/bin/sh\nif [ "$2" = -c ]; then echo "$0"; else {work}; fi\n')


def test_an_older_one_that_is_clearly_quicker_is_taken(tmp_path: Path) -> None:
    that_takes(tmp_path / "bin" / "python3.13", 1)
    that_takes(tmp_path / "bin" / "python3.12", CLEARLY + 0.01)
    quicker = that_takes(tmp_path / "bin" / "python3.11", CLEARLY - 0.01)
    assert found_in(tmp_path) == quicker


def test_each_is_compared_with_the_one_chosen_before_it(tmp_path: Path) -> None:
    that_takes(tmp_path / "bin" / "python3.13", 1)
    chosen = that_takes(tmp_path / "bin" / "python3.12", CLEARLY - 0.01)
    that_takes(tmp_path / "bin" / "python3.11", CLEARLY - 0.1)
    assert found_in(tmp_path) == chosen


def test_of_one_version_the_first_found_is_taken_unless_another_is_clearly_quicker(
    tmp_path: Path,
) -> None:
    first = that_takes(tmp_path / "bin" / "python3.13", 1)
    pyenv = tmp_path / ".pyenv" / "versions" / "3.13.11" / "bin" / "python3.13"
    that_takes(pyenv, CLEARLY + 0.01)
    assert found_in(tmp_path) == first
    quicker = that_takes(pyenv, CLEARLY - 0.01)
    assert found_in(tmp_path) == quicker


def test_what_one_says_before_its_answer_and_whatever_it_complains_of_spoils_nothing(
    tmp_path: Path,
) -> None:
    newest = that_takes(tmp_path / "bin" / "python3.13", 1)
    put(Path(newest), Path(newest).read_text().replace("if [", "echo hello\nif [", 1))
    complains = put(tmp_path / "bin" / "python3.12", "")
    Path(complains).write_bytes(b"#!/bin/sh\nprintf 'nicht gef\\374nden' >&2\nexit 127\n")
    assert found_in(tmp_path) == newest


def test_one_whose_answer_is_no_number_is_not_taken(tmp_path: Path) -> None:
    newest = that_takes(tmp_path / "bin" / "python3.13", 1)
    odd = that_takes(tmp_path / "bin" / "python3.12", 0.5)
    put(Path(odd), Path(odd).read_text().replace("0.5e-6", "quick"))
    assert found_in(tmp_path) == newest


def test_one_that_never_answers_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for the other one, however full the machine is.
    monkeypatch.setattr(pythons, "PATIENCE_SECONDS", 3)
    put(tmp_path / "bin" / "python3.13", "#!/bin/sh\nexec tail -f /dev/null\n")
    older = that_takes(tmp_path / "bin" / "python3.12", 1)
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert found_in(tmp_path) == older


def test_one_that_is_hardly_quicker_gives_way_to_the_newest(tmp_path: Path) -> None:
    newest = that_takes(tmp_path / "bin" / "python3.13", 1)
    that_takes(tmp_path / "bin" / "python3.11", CLEARLY + 0.01)
    assert found_in(tmp_path) == newest


def test_behind_another_of_the_path_there_may_be_a_quicker_one(tmp_path: Path) -> None:
    that_takes(tmp_path / "first" / "python3.11", 1)
    quicker = that_takes(tmp_path / "then" / "python3.11", 0.5)
    path = f"{tmp_path / 'first'}:{tmp_path / 'then'}"
    assert choose_python({"PATH": path, "HOME": str(tmp_path)}) == quicker


def test_one_that_cannot_do_the_work_is_not_taken(tmp_path: Path) -> None:
    newest = that_takes(tmp_path / "bin" / "python3.13", 1)
    that_takes(tmp_path / "bin" / "python3.11", None)
    assert found_in(tmp_path) == newest
    that_takes(tmp_path / "bin" / "python3.13", None)
    assert found_in(tmp_path) == sys.executable


def test_the_piece_of_work_takes_this_python_some_time() -> None:
    said = subprocess.run(
        [sys.executable, str(HOW_QUICK)], capture_output=True, text=True, check=True
    )
    assert 0 < float(said.stdout) < 60
