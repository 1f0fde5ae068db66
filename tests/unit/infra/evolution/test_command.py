"""The command line of the checker asks the code and the repository, and says what it found."""

import json
import sys
from pathlib import Path

import pytest

from infra.check.evolution import __main__ as command
from infra.check.evolution.corpus import DIGESTS, SAMPLES, SHAPES
from infra.check.evolution.upcasters import unlifted
from infra.local.places import ROOT
from tests.unit.infra.evolution.change import TEXT, said

KEY = "stored/visit.booked.v1"
BOOKED = said(required=("a",), a=TEXT)
NAMED_IN_CHINESE = {**said(z=TEXT, a={"enum": ["人才"]}), "type": "object"}


def called(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["evolution", *arguments])
    return command.main()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the code says, and what is asked with it."""
    seen: list[object] = []

    def check(*given: object) -> int:
        seen.append(("check", *given))
        return 5

    def release(*given: object) -> int:
        seen.append(("release", *given))
        return 6

    monkeypatch.setattr(command, "shapes", lambda: {KEY: BOOKED})
    monkeypatch.setattr(command, "check", check)
    monkeypatch.setattr(command, "release", release)
    return seen


def test_the_code_is_checked_against_this_repository(
    asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert called(monkeypatch, "check") == 5
    assert asked == [("check", ROOT, {KEY: BOOKED}, unlifted)]


def test_what_is_new_is_released_in_this_repository(
    asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert called(monkeypatch, "release") == 6
    assert asked == [("release", ROOT, {KEY: BOOKED})]


def test_two_files_are_compared_in_the_order_in_which_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(said()), encoding="utf-8")
    new.write_text(json.dumps(said(a=TEXT)), encoding="utf-8")
    assert called(monkeypatch, "compare", str(old), str(new)) == 0
    assert "property-added" in capsys.readouterr().out
    assert called(monkeypatch, "compare", str(new), str(old)) == 1
    assert "property-removed" in capsys.readouterr().out


def test_without_a_command_nothing_is_done(
    asked: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ([], ["forget"]):
        with pytest.raises(SystemExit) as caught:
            called(monkeypatch, *arguments)
        assert caught.value.code == 2
    assert asked == []
    assert "command" in capsys.readouterr().err


def test_whoever_asks_is_told_what_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        called(monkeypatch, "--help")
    told = " ".join(capsys.readouterr().out.split())
    for part in (
        "usage: python -m infra.check.evolution",
        "what was published stays readable",
        "check compare the code with everything released",
        "release add new shapes and samples to what is released",
        "compare say what changed between two schema files",
    ):
        assert part in told


def test_a_finding_is_no_success_and_a_release_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / SHAPES).mkdir(parents=True)
    assert command.check(tmp_path, {KEY: BOOKED}, lambda _: ()) == 1
    capsys.readouterr()
    assert command.release(tmp_path, {KEY: BOOKED}) == 0
    assert capsys.readouterr().out.splitlines() == [
        "released: contracts/released/stored/visit.booked.v1.shape-1.json"
    ]
    assert command.check(tmp_path, {KEY: BOOKED}, lambda _: ()) == 0


def test_a_released_file_is_written_so_that_people_can_read_and_compare_it(tmp_path: Path) -> None:
    (tmp_path / SHAPES).mkdir(parents=True)
    command.release(tmp_path, {KEY: NAMED_IN_CHINESE})
    written = (tmp_path / SHAPES / f"{KEY}.shape-1.json").read_text(encoding="utf-8")
    assert written == (
        json.dumps(NAMED_IN_CHINESE, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    )
    assert written.splitlines()[:4] == ["{", '  "properties": {', '    "a": {', '      "enum": [']
    assert "人才" in written


def test_what_is_released_has_its_places(tmp_path: Path) -> None:
    places = [place.as_posix() for place in (SHAPES, SAMPLES, DIGESTS)]
    assert places == [
        "contracts/released",
        "tests/contract/golden",
        "contracts/released/digests.txt",
    ]
