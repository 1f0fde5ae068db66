"""Secrets of this data folder, made at the first start and readable by their owner only."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


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


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    # Never readable by others, not even for the moment between making and restricting it.
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        output.write(content)
    part.rename(file)
