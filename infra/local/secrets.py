"""Secrets of this data folder, made at the first start and readable by their owner only.

`python3 -m infra.local.secrets FOLDER` makes those that `docker-compose.yml` asks for. What is
there already stays as it is.
"""

import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

from infra.local.ports import discovered_services

KEY_BYTES = 32
ROLES = ("owner", "app")


def secret_text(folder: Path, name: str) -> str:
    """A random word that is the same at every later start."""
    file = folder / name
    if not file.exists():
        _write(file, secrets.token_urlsafe(KEY_BYTES).encode("ascii"))
    return file.read_text(encoding="ascii")


def key_file(folder: Path, name: str) -> Path:
    """A file of 32 random bytes."""
    file = folder / name
    if not file.exists():
        _write(file, secrets.token_bytes(KEY_BYTES))
    return file


def database_passwords(folder: Path, services: Iterable[str]) -> Path:
    """A folder with the password of each database role, in a file of the role's name."""
    for service in services:
        for role in ROLES:
            database_password(folder, service, role)
    return folder / "database"


def database_password(folder: Path, service: str, role: str) -> Path:
    """The file with the password of one role of a service's database."""
    inner, name = _inner(folder, "database"), f"{service}_{role}"
    secret_text(inner, name)
    return inner / name


def head_key(folder: Path, service: str) -> Path:
    """The key with which a service signs the heads of its record, and no other service."""
    return key_file(_inner(folder, "heads"), service)


def _inner(folder: Path, name: str) -> Path:
    """A folder inside; neither is entered by others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    # Never readable by others, not even for the moment between making and restricting it.
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        output.write(content)
    part.rename(file)


def main(folder: Path) -> None:
    """Make all that a deployment needs."""
    services = discovered_services()
    secret_text(folder, "postgres")
    secret_text(folder, "signing")
    key_file(folder, "kek")
    database_passwords(folder, services)
    for service in services:
        head_key(folder, service)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and the folder
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
