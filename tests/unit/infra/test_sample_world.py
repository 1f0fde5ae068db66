"""The sample world is loaded once for each server, and what was edited is sent anew."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local import steps
from infra.local.progress import Progress
from infra.world.load import key_of

HERE = {"DATABASE_URL": "postgresql://postgres:secret@127.0.0.1:8132/"}
THERE = {"DATABASE_URL": "postgresql://postgres:secret@db.example:5432/"}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    called: list[tuple[str, ...]] = []

    def call(module: tuple[str, ...], _what: str, _told: Mapping[str, str], _: Progress) -> None:
        called.append(module)

    monkeypatch.setattr(steps, "_call", call)
    return called


def load(folder: Path, environment: Mapping[str, str], *, people: int | None = None) -> None:
    steps.load_world(environment, Progress(), loaded=folder / "loaded", people=people)


def test_the_same_world_is_loaded_into_a_server_once(
    tmp_path: Path, calls: list[tuple[str, ...]]
) -> None:
    load(tmp_path, HERE)
    load(tmp_path, HERE)
    assert len(calls) == 1


def test_another_server_is_given_the_world_as_well_and_the_first_not_again(
    tmp_path: Path, calls: list[tuple[str, ...]]
) -> None:
    for server in (HERE, THERE, HERE):
        load(tmp_path, server)
    assert len(calls) == 2


def test_our_own_server_is_one_by_its_socket_and_by_its_port(
    tmp_path: Path, calls: list[tuple[str, ...]]
) -> None:
    here, moved = (
        HERE["DATABASE_URL"].replace("127.0.0.1", f"%2Fhome%2Fmei%2F{clone}")
        for clone in ("clone", "moved")
    )
    for url in (HERE["DATABASE_URL"], here, moved):
        load(tmp_path, {"DATABASE_URL": url})
    assert len(calls) == 1
    load(tmp_path, {"DATABASE_URL": moved.replace("8132", "9132")})
    assert len(calls) == 2


def test_more_people_are_another_world(tmp_path: Path, calls: list[tuple[str, ...]]) -> None:
    load(tmp_path, HERE, people=40)
    load(tmp_path, HERE)
    assert len(calls) == 2


def test_no_file_name_tells_the_password(tmp_path: Path, calls: list[tuple[str, ...]]) -> None:
    other = HERE["DATABASE_URL"].replace("secret", "renewed")
    load(tmp_path, HERE)
    load(tmp_path, {"DATABASE_URL": other})
    assert len(calls) == 1


def test_an_edited_file_is_another_command_and_the_same_file_the_same() -> None:
    first = key_of("world/policy/a.yaml", {"document": "version: 1"})
    assert first == key_of("world/policy/a.yaml", {"document": "version: 1"})
    assert first != key_of("world/policy/a.yaml", {"document": "version: 2"})
    assert len(first) <= 200
