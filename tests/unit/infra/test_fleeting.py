"""What a test run throws away is kept in memory where there is plenty, and never left there."""

import os
from pathlib import Path

import pytest

from tests.support import fleeting
from tests.support.fleeting import fleeting_folder

DEAD = 2**22 + 1
"""More than a process id can be."""


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(fleeting, "MEMORY", memory)
    monkeypatch.setattr(fleeting, "PLENTY", 0)
    return memory


def test_all_who_ask_for_one_process_are_given_one_folder(memory: Path, tmp_path: Path) -> None:
    folder = fleeting_folder(os.getpid(), tmp_path)
    assert folder.parent == memory
    assert fleeting_folder(os.getpid(), tmp_path) == folder != fleeting_folder(1, tmp_path)


def test_whoever_began_in_memory_goes_on_there(
    memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fleeting_folder(os.getpid(), tmp_path)
    folder.mkdir()
    monkeypatch.setattr(fleeting, "PLENTY", 1 << 60)
    assert fleeting_folder(os.getpid(), tmp_path) == folder


def test_without_plenty_of_memory_it_is_the_disk(
    memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleeting, "PLENTY", 1 << 60)
    assert fleeting_folder(os.getpid(), tmp_path) == tmp_path


def test_on_a_system_without_such_a_folder_it_is_the_disk(
    memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleeting, "MEMORY", tmp_path / "nowhere")
    assert fleeting_folder(os.getpid(), tmp_path) == tmp_path


def test_what_a_dead_process_left_is_removed_and_what_a_living_one_has_stays(
    memory: Path, tmp_path: Path
) -> None:
    living, other = fleeting_folder(1, tmp_path), memory / "of somebody else"
    left = memory / f"{fleeting.NAME}-{DEAD}-1.00"
    earlier = memory / f"{fleeting.NAME}-{os.getpid()}-1.00"
    for folder in (living, other, left, earlier):
        folder.mkdir()
    fleeting_folder(os.getpid(), tmp_path)
    assert {folder.name for folder in memory.iterdir()} == {living.name, other.name}
