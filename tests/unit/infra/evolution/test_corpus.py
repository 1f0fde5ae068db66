"""What was released is added to, never edited and never removed; the command line sees to it."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.check.evolution.__main__ import check, release, say
from infra.check.evolution.corpus import DIGESTS, SAMPLES, SHAPES, released
from tests.unit.infra.evolution.change import TEXT, WHOLE, said

KEY = "stored/visit.booked.v1"
BOOKED = said(required=("a",), a=TEXT)
NOTED = said(required=("a",), a=TEXT, b=TEXT)
FIRST = SHAPES / f"{KEY}.shape-1.json"
SAMPLE = SAMPLES / "visit.booked.v1.json"


def nothing_wrong(_name: str) -> list[str]:
    return []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with one event, released with its sample."""
    (tmp_path / SAMPLES).mkdir(parents=True)
    (tmp_path / SAMPLE).write_text('{"a": "x"}', encoding="utf-8")
    release(tmp_path, {KEY: BOOKED})
    return tmp_path


def told(tree: Path, shapes: Any, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the check says when it fails; nothing when it passes."""
    capsys.readouterr()
    failed = check(tree, shapes, nothing_wrong)
    lines = capsys.readouterr().out.splitlines()
    assert bool(failed) == bool(lines)
    return lines


def test_what_was_released_and_left_alone_passes(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(tree, {KEY: BOOKED}, capsys) == []


@pytest.mark.parametrize("file", [FIRST, SAMPLE])
def test_an_edited_file_fails_the_check(
    tree: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = json.loads((tree / file).read_text(encoding="utf-8"))
    (tree / file).write_text(json.dumps({**edited, "title": "x"}), encoding="utf-8")
    (line,) = told(tree, {KEY: BOOKED}, capsys)
    assert line.startswith(f"{file.as_posix()}: was released and has been edited")


@pytest.mark.parametrize("file", [FIRST, SAMPLE])
def test_a_removed_file_fails_the_check(
    tree: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / file).unlink()
    lines = told(tree, {KEY: BOOKED}, capsys)
    assert lines[0].startswith(f"{file.as_posix()}: was released and has been removed")


def test_an_edit_is_not_excused_by_a_second_line_for_the_file(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / FIRST).write_text(json.dumps(said(a=WHOLE)), encoding="utf-8")
    known = (tree / DIGESTS).read_text(encoding="utf-8")
    (tree / DIGESTS).write_text("", encoding="utf-8")
    release(tree, {KEY: said(a=WHOLE)})
    second = (tree / DIGESTS).read_text(encoding="utf-8")
    (tree / DIGESTS).write_text(known + second, encoding="utf-8")
    (line,) = told(tree, {KEY: said(a=WHOLE)}, capsys)
    assert "has been edited" in line


def test_releasing_again_excuses_no_edit(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / FIRST).write_text(json.dumps(said(a=WHOLE)), encoding="utf-8")
    release(tree, {KEY: said(a=WHOLE)})
    assert any("has been edited" in line for line in told(tree, {KEY: said(a=WHOLE)}, capsys))


def test_a_file_that_nobody_entered_fails_the_check(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / SAMPLES / "visit.held.v1.json").write_text("{}", encoding="utf-8")
    (line,) = told(tree, {KEY: BOOKED}, capsys)
    assert "is not entered" in line
    release(tree, {KEY: BOOKED})
    assert told(tree, {KEY: BOOKED}, capsys) == []


def test_a_change_of_a_released_shape_fails_the_check_with_its_place(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes = {KEY: said(required=("a",), a=WHOLE)}
    (line,) = told(tree, shapes, capsys)
    assert line.startswith(f"{KEY}/properties/a: type-replaced (forbidden)")
    release(tree, shapes)
    assert told(tree, shapes, capsys) == [line]


def test_a_safe_change_is_released_as_a_further_shape_of_the_name(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = told(tree, {KEY: NOTED}, capsys)
    assert "is not released yet" in line
    release(tree, {KEY: NOTED})
    assert told(tree, {KEY: NOTED}, capsys) == []
    assert released(tree) == {KEY: [BOOKED, NOTED]}


def test_what_nobody_lifts_any_more_fails_the_check(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert check(tree, {}, lambda name: [f"nobody has one for {name}"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "visit.booked.v1: needs an upcaster: nobody has one for visit.booked.v1"
    ]


def test_the_tenth_shape_stands_behind_the_ninth(tree: Path) -> None:
    names = [f"p{nth}" for nth in range(10)]
    for nth in range(1, len(names)):
        release(tree, {KEY: said(a=TEXT, required=("a",), **dict.fromkeys(names[:nth], TEXT))})
    assert [len(shape["properties"]) for shape in released(tree)[KEY]] == list(range(1, 11))


def test_two_files_are_compared_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(BOOKED), encoding="utf-8")
    new.write_text(json.dumps(NOTED), encoding="utf-8")
    assert say(old, new) == 0
    assert "property-added (safe)" in capsys.readouterr().out
    assert say(new, old) == 1
    assert "property-removed (safe-with-upcaster)" in capsys.readouterr().out
