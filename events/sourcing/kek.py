"""What wraps the people's keys: a file here, a key management service where there is one."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEK_BYTES = 32

Stamp: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A person's key as it is stored, and the name of what opens it, where that is known."""

    kek: str | None
    value: bytes


class CannotUnwrap(Exception):
    """No key-encryption key at hand opens this; the message names the one that is wanted."""


class KeyEncryption(Protocol):
    """The key-encryption keys: several may open, the current one alone wraps; none is handed out.

    Whoever keeps them (a file, a service) answers for many keys at once, because each question
    may be a trip.
    """

    async def current(self) -> str:
        """The name of the one that wraps."""

    async def wrap(self, keys: Sequence[bytes]) -> Sequence[Wrapped]:
        """These keys under the current one."""

    async def unwrap(self, wrapped: Sequence[Wrapped]) -> Sequence[bytes]:
        """The keys again; raises `CannotUnwrap`."""


class FileKek:
    """Keys in a file of 32 bytes, or of several times 32: the first wraps, every one opens.

    The file is read again when it was changed, so a rotation reaches running processes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: Stamp | None = None
        self._keks: dict[str, bytes] = {}
        self._refresh()

    async def current(self) -> str:
        """The name of the one that wraps."""
        self._refresh()
        return next(iter(self._keks))

    async def wrap(self, keys: Sequence[bytes]) -> Sequence[Wrapped]:
        """These keys by AES key wrap (RFC 3394)."""
        current = await self.current()
        return [Wrapped(current, aes_key_wrap(self._keks[current], key)) for key in keys]

    async def unwrap(self, wrapped: Sequence[Wrapped]) -> Sequence[bytes]:
        """The keys again; raises `CannotUnwrap`."""
        if any(one.kek not in self._keks for one in wrapped):
            self._refresh()
        return [self._opened(one) for one in wrapped]

    def _opened(self, wrapped: Wrapped) -> bytes:
        for kek in self._candidates(wrapped.kek):
            try:
                return aes_key_unwrap(kek, wrapped.value)
            except InvalidUnwrap:
                continue
        raise CannotUnwrap(wrapped.kek or "unnamed")

    def _candidates(self, name: str | None) -> Iterable[bytes]:
        """The one that is named; every one for a key from before they were named."""
        if name is None:
            return self._keks.values()
        return [self._keks[name]] if name in self._keks else []

    def _refresh(self) -> None:
        found = self._path.stat()
        stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
        if stamp != self._stamp:
            self._keks = {name_of(kek): kek for kek in keks_in(self._path)}
            self._stamp = stamp


def keks_in(path: Path) -> list[bytes]:
    """The keys of a file, the one that wraps first; raises `ValueError` for another length."""
    content = path.read_bytes()
    if not content or len(content) % KEK_BYTES:
        raise ValueError(
            f"{path} must hold exactly {KEK_BYTES} bytes for each key, not {len(content)}"
        )
    return [content[n : n + KEK_BYTES] for n in range(0, len(content), KEK_BYTES)]


def name_of(kek: bytes) -> str:
    """A name that tells keys apart and says nothing about them."""
    return hashlib.sha256(b"concord/kek" + kek).hexdigest()[:16]
