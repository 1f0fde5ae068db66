"""By which door PostgreSQL is reached: its socket in the data folder, or TCP where none fits."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from events.sourcing.credentials import without_credentials
from events.sourcing.database import host_of, open_engine, open_journal_engine, service_url
from infra.local.ports import HOST
from infra.local.postgres import LONGEST_SOCKET, database_url, postgres_program

PORT = 8132
SOCKET = f"/.s.PGSQL.{PORT}"
FITS = LONGEST_SOCKET - len(SOCKET)
"""Bytes of the longest folder in which the socket can stand."""
SHORT = Path("/run/concord")


@pytest.fixture
def below() -> Iterator[Path]:
    """A folder whose own path is short."""
    with TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def of_length(below: Path, length: int) -> Path:
    return below / ("d" * (length - len(str(below)) - 1))


def sockets_in(folder: Path) -> str:
    """What the server is told of where its sockets are to stand."""
    command = postgres_program(folder, port=PORT).command
    (told,) = [word for word in command if word.startswith("unix_socket_directories=")]
    return told.partition("=")[2]


def test_the_socket_stands_in_the_data_folder_and_is_how_the_server_is_reached(
    below: Path,
) -> None:
    for folder in (of_length(below, FITS), below / "Mei Lin's 50% 人才"):
        folder.mkdir()
        url = database_url(folder, port=PORT, password="secret")
        assert sockets_in(folder) == host_of(url) == str(folder)


def test_where_no_socket_can_stand_there_is_tcp_alone(below: Path) -> None:
    for folder in (of_length(below, FITS + 1), below / "one,two", below / '"quoted"'):
        folder.mkdir()
        assert sockets_in(folder) == ""
        assert host_of(database_url(folder, port=PORT, password="secret")) == HOST


def test_a_service_comes_in_by_the_same_door_with_its_own_name() -> None:
    server = without_credentials(database_url(SHORT, port=PORT, password="secret"))
    url = service_url(server, service="policy", role="app")
    for engine in (open_engine(url), open_journal_engine(url)):
        assert (engine.url.host, engine.url.port) == (str(SHORT), PORT)
        assert (engine.url.username, engine.url.database) == ("policy_app", "concord_policy")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgresql://u:p@db.example:5432/", "db.example"),
        ("postgresql://nobody@nowhere", "nowhere"),
        ("postgresql://u:p%40@[::1]:5432/x", "::1"),
        ("postgresql://u@%2Frun%2FPg:5432/", "/run/Pg"),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host
