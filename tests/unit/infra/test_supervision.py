"""What Supervisor is told about our programs."""

import configparser
from pathlib import Path

import pytest

from infra.local.places import Places
from infra.local.program import Program, last_lines
from infra.local.secrets import key_file, secret_text
from infra.local.supervision import LONGEST_SOCKET_PATH, socket_path, write_configuration


def program(folder: Path) -> Program:
    return Program(
        name="registry",
        command=("/a path/python", "-m", "services.registry", '100% "sure"'),
        is_ready=lambda: True,
        environment={"PORT": "8110"},
        folder=folder,
    )


@pytest.fixture
def written(tmp_path: Path) -> configparser.RawConfigParser:
    settings = configparser.RawConfigParser()
    settings.read(write_configuration(Places(local=tmp_path), [program(tmp_path)]))
    return settings


def test_a_service_that_dies_is_started_again(written: configparser.RawConfigParser) -> None:
    assert written["program:registry"]["autorestart"] == "true"


def test_spaces_quotes_and_percent_signs_survive(written: configparser.RawConfigParser) -> None:
    command = written["program:registry"]["command"]
    assert command == r'"/a path/python" "-m" "services.registry" "100%% \"sure\""'


def test_logs_are_rotated(written: configparser.RawConfigParser) -> None:
    assert written["program:registry"]["stdout_logfile_maxbytes"] == "5MB"


def test_a_deep_folder_still_has_a_socket_short_enough(tmp_path: Path) -> None:
    deep = Places(local=tmp_path.joinpath(*["a-rather-long-folder"] * 6))
    assert len(str(socket_path(deep))) <= LONGEST_SOCKET_PATH
    assert not str(socket_path(deep)).startswith(str(deep.local))


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert secret_text(folder, "signing") == secret_text(folder, "signing")
    assert len(key_file(folder, "kek").read_bytes()) == 32
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_last_lines_of_a_log_name_their_program(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("one\ntwo\nthree\n", encoding="utf-8")
    assert last_lines(log, count=2) == "  kafka | two\n  kafka | three"
