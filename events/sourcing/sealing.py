"""A key for each person: what is sealed with it is forgotten when the key is destroyed."""

import os
import threading
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from zstandard import MAGIC_NUMBER, ZstdCompressor, ZstdDecompressor

Keys: TypeAlias = Mapping[str, bytes]

NONCE_BYTES = 12  # NIST SP 800-38D, 8.2: a 96-bit nonce for GCM.
KEY_BITS = 256

WORTH_BYTES = 256
"""A text of fewer is sealed as it is."""

_LEVEL = 1
_FRAME = MAGIC_NUMBER.to_bytes(4, "little")  # RFC 8878, 3.1.1; no JSON text begins like this.


class _Packing(threading.local):
    """Neither of them may work for two threads at once; to make them takes longer than to pack."""

    def __init__(self) -> None:
        self.smaller, self.as_it_was = ZstdCompressor(level=_LEVEL), ZstdDecompressor()


_packing = _Packing()


class Unreadable(Exception):
    """A sealed value does not belong where it stands, or was altered."""


class Keyring(Protocol):
    """The keys of the people one service knows."""

    async def make(self, subjects: Iterable[str]) -> Keys:
        """The keys of these people, made where there were none."""

    async def find(self, subjects: Iterable[str]) -> Keys:
        """The keys that exist; a forgotten person has none."""

    async def destroy(self, subject: str) -> None:
        """Forget a person: nothing sealed for them can be read again."""


def seal(key: bytes, text: bytes, *, place: str) -> str:
    """Encrypt a JSON text with AES-256-GCM, bound to its place to be (event id and field).

    It is made smaller before, where that helps: afterwards nothing can. Its length, which anybody
    sees, then tells how often the text repeats itself as well as how long it is.
    """
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, _packed(text), place.encode())
    return b64encode(nonce + sealed).decode()


def unseal(key: bytes, sealed: str, *, place: str) -> bytes:
    """The text; raises `Unreadable` when it was sealed for another place or altered."""
    raw = a2b_base64(sealed)
    try:
        opened = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
    except InvalidTag as cause:
        raise Unreadable(place) from cause
    return _packing.as_it_was.decompress(opened) if opened.startswith(_FRAME) else opened


def _packed(text: bytes) -> bytes:
    if len(text) < WORTH_BYTES:
        return text
    return min(_packing.smaller.compress(text), text, key=len)


def new_key() -> bytes:
    """A fresh key for one person."""
    return AESGCM.generate_key(KEY_BITS)


class MemoryKeyring:
    """A keyring that ends with the process; passes the same suite as the one in PostgreSQL."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}
        self._destroyed: set[str] = set()

    async def make(self, subjects: Iterable[str]) -> Keys:
        wanted = {s for s in subjects if s not in self._destroyed}
        for subject in wanted - self._keys.keys():
            self._keys[subject] = new_key()
        return {s: self._keys[s] for s in wanted}

    async def find(self, subjects: Iterable[str]) -> Keys:
        return {s: self._keys[s] for s in subjects if s in self._keys}

    async def destroy(self, subject: str) -> None:
        self._keys.pop(subject, None)
        self._destroyed.add(subject)
