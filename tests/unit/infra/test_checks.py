"""What a newcomer is told before anything is half started."""

import re
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local import checks
from infra.local.places import DATA_FORMAT, ROOT, VENV, Places
from infra.local.problem import Problem
from infra.local.reset import reset
from infra.local.run import check_clock

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(local=tmp_path / ".local")


def written(places: Places, version: str) -> Places:
    places.local.mkdir()
    places.version.write_text(version, encoding="utf-8")
    return places


def test_a_fresh_clone_has_no_data_to_be_wrong(places: Places) -> None:
    checks.check_data_format(places)


def test_data_of_this_version_is_accepted(places: Places) -> None:
    checks.check_data_format(written(places, f"{DATA_FORMAT}\n"))


def test_data_of_another_version_is_refused_and_reset_is_the_remedy(places: Places) -> None:
    with pytest.raises(Problem) as caught:
        checks.check_data_format(written(places, "0"))
    assert "make reset" in caught.value.remedy


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone, in which nothing was installed."""
    (tmp_path / "clone").mkdir()
    return tmp_path / "clone"


def installed(clone: Path) -> Path:
    (clone / VENV).mkdir()
    (clone / VENV / ".installed-requirements.txt").touch()
    return clone


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Say how many megabytes every disk has left."""

    def leave(megabytes: int) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(1, 1, megabytes * 10**6))

    return leave


def test_a_disk_nearly_full_is_named_before_the_first_set_up(
    places: Places, clone: Path, free: Callable[[int], None]
) -> None:
    free(2999)
    with pytest.raises(Problem, match="2999 MB free, 3000 MB needed"):
        checks.check_disk(places, clone)
    free(3000)
    checks.check_disk(places, clone)


def test_a_later_start_needs_less_room_than_the_first(
    places: Places, clone: Path, free: Callable[[int], None]
) -> None:
    free(500)
    checks.check_disk(written(places, DATA_FORMAT), installed(clone))


def test_an_environment_that_was_left_half_made_still_needs_its_room(
    places: Places, clone: Path, free: Callable[[int], None]
) -> None:
    (clone / VENV).mkdir()
    free(2000)
    with pytest.raises(Problem, match="2500 MB needed"):
        checks.check_disk(written(places, DATA_FORMAT), clone)


def test_the_disk_of_the_clone_is_looked_at_where_the_data_is_on_another(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {clone: 1999, tmp_path / "big": 1000}
    (tmp_path / "big").mkdir()
    monkeypatch.setattr(checks, "_disk", lambda folder: left[folder])
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage(1, 1, left[folder] * 10**6))
    with pytest.raises(Problem, match=r"clone is nearly full: 1999 MB free, 2000 MB needed"):
        checks.check_disk(Places(local=tmp_path / "big" / ".local"), clone)


def test_the_readme_names_the_room_that_is_asked_for() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.search(r"about (\d+) GB of disk", readme)
    assert named
    assert int(named[1]) * 1000 * checks.MEGABYTE == checks.PACKAGES + checks.DATA


def test_a_folder_in_use_is_neither_started_again_nor_reset(places: Places) -> None:
    with checks.sole_run(places):
        checks.note_holder(places, 4711)
        with pytest.raises(Problem, match="process 4711"):
            reset(places)
    assert places.local.exists()


def test_reset_deletes_the_data_of_a_stopped_platform(places: Places) -> None:
    reset(written(places, DATA_FORMAT))
    assert not places.local.exists()


def test_infrastructure_from_outside_takes_no_port_of_ours() -> None:
    needed = checks.needed_ports({"DATABASE_URL": "set", "KAFKA_BOOTSTRAP_SERVERS": "set"})
    assert not {"postgres", "kafka", "kafka-controller"} & set(needed)
    assert "portal" in needed


def test_a_clock_without_its_real_moment_is_named_before_anything_is_started() -> None:
    check_clock({})
    with pytest.raises(Problem, match="CLOCK_START") as caught:
        check_clock({"CLOCK_START": "2026-03-02T22:10:00+08:00"})
    assert "2026-03-02T22:10:00+08:00@" in caught.value.remedy


def test_a_problem_reads_as_lines_then_what_then_remedy() -> None:
    shown = str(Problem("it broke", remedy="mend it", details="last line"))
    assert shown.splitlines() == ["last line", "Problem: it broke", "Remedy:  mend it"]
