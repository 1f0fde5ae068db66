"""What a newcomer is told before anything is half started."""

from collections import namedtuple
from pathlib import Path

import pytest

from infra.local import checks
from infra.local.places import DATA_FORMAT, Places
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


def test_a_disk_nearly_full_is_named_before_the_first_set_up(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: Usage(1, 1, 700 * 1024**2))
    with pytest.raises(Problem, match="700 MB free"):
        checks.check_disk(places)


def test_a_later_start_needs_less_room_than_the_first(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: Usage(1, 1, 700 * 1024**2))
    checks.check_disk(written(places, DATA_FORMAT))


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
