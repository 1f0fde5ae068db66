"""Who signs in to the database server: where it is, and the password of each role there."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

Passwords: TypeAlias = Callable[[str], str]
"""The password of a database role, by the role's name."""


def passwords_in(folder: Path) -> Passwords:
    """Every role's own password, in a file of the role's name."""
    return lambda role: read_password(folder / role)


def read_password(file: Path) -> str:
    """The password in a file; raises `ValueError` where it holds none."""
    password = file.read_text(encoding="utf-8").strip()
    if not password:
        raise ValueError(f"{file} holds no password")
    return password


def with_password(server_url: str, password: str) -> str:
    """The same server and name with this password."""
    parts = urlsplit(server_url)
    netloc = f"{parts.username or ''}:{quote(password, safe='')}@{place_of(server_url)}"
    return parts._replace(netloc=netloc).geturl()


def without_credentials(server_url: str) -> str:
    """Where the server is, and nobody's name or password."""
    return urlunsplit(("postgresql", place_of(server_url), "/", "", ""))


def place_of(server_url: str) -> str:
    """Host and port, a host with colons in its brackets."""
    return urlsplit(server_url).netloc.rpartition("@")[2]
