"""Two platforms of one clone, `make run` and `make story`, share nothing they write to."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local import run as running
from infra.local import story
from infra.local.checks import note_holder, sole_run
from infra.local.places import Places
from infra.local.ports import discovered_services, port_table
from infra.local.problem import Problem
from infra.local.services import WORKER, service_environment, service_programs


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_PORT_BASE", "8100")


def told(places: Places) -> Mapping[str, str]:
    programs = service_programs(places, port_table(discovered_services(), 8100))
    return next(one.environment for one in programs if one.name == WORKER)


def test_each_platform_has_a_folder_of_its_own_for_the_stream_worker(tmp_path: Path) -> None:
    places = Places(local=tmp_path)
    here, there = told(places), told(story.the_storys_own(places))
    assert Path(here["OPS_WORKER_DATA"]).is_relative_to(tmp_path)
    assert here["OPS_WORKER_DATA"] != there["OPS_WORKER_DATA"]


def test_the_story_speaks_of_its_own_ports_and_downloads_nothing_twice(tmp_path: Path) -> None:
    places = Places(local=tmp_path)
    own = story.the_storys_own(places)
    assert own.local.parent == places.local
    assert own.jars == places.jars
    assert os.environ["CONCORD_PORT_BASE"] == "8300"


def test_a_second_story_leaves_the_data_of_the_first_alone(tmp_path: Path) -> None:
    places = Places(local=tmp_path)
    with sole_run(places):
        note_holder(places, 4711)
        places.postgres.mkdir()
        with pytest.raises(Problem, match="process 4711"):
            story.tell(places, stays=False)
    assert places.postgres.exists()


def test_a_story_whose_ports_are_taken_leaves_the_data_of_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places(local=tmp_path)
    places.postgres.mkdir()
    monkeypatch.setattr("infra.local.ports.is_free", lambda _port: False)
    with pytest.raises(Problem, match="already in use"):
        story.tell(places, stays=False)
    assert places.postgres.exists()


def test_a_story_begins_without_the_data_of_the_last_one_and_still_holds_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, seen = Places(local=tmp_path), list[bool]()

    def look(places: Places, *_: object) -> None:
        with pytest.raises(Problem), sole_run(places):
            pass
        seen.append(places.postgres.exists() or places.version.exists())

    places.postgres.mkdir()
    places.version.write_text("of another format", encoding="utf-8")
    monkeypatch.setattr(running, "_run", look)
    monkeypatch.setattr(running, "require_free", lambda _table: None)
    monkeypatch.setattr(running, "_stop_on_signals", lambda: None)
    monkeypatch.setattr(running, "check_disk", lambda _places: None)
    story.tell(places, stays=False)
    assert seen == [False]


def test_what_one_start_compiled_serves_the_next(tmp_path: Path) -> None:
    environment = service_environment(Places(local=tmp_path), port_table((), 8100))
    assert not environment["PYTHONDONTWRITEBYTECODE"]
