"""A text that others repeat, and what is written behind it.

It is a raw-content dictionary of Zstandard (RFC 8878, 5). Before each frame stands a skippable one
(3.1.2) with the digest of its dictionary, so that what was written says by itself how it is read.
"""

import hashlib
from base64 import b64decode, b64encode
from functools import cached_property
from struct import Struct

from zstandard import (
    DICT_TYPE_RAWCONTENT,
    ZstdCompressionDict,
    ZstdCompressionParameters,
    ZstdCompressor,
    ZstdDecompressor,
)

LEVEL = 3
LEAST_TABLE = 16
SHORT_TABLE = 13
"""Both tables, as powers of two, are smaller than the level's own: they are copied for each text,
and nearly all of it stands in the dictionary at length."""
SHORTEST = 6
"""Bytes; what is repeated at less length is written out."""

LEVEL_OF_ITSELF = 9
"""It is compressed once, and kept for good."""

_LEADING = Struct("<II32s")
_SKIPPABLE = 0x184D2A50


class Dictionary:
    """Named by the SHA-256 of its text."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.digest = hashlib.sha256(text).hexdigest()
        self._dictionary = ZstdCompressionDict(text, dict_type=DICT_TYPE_RAWCONTENT)
        self._leading = _LEADING.pack(_SKIPPABLE, 32, bytes.fromhex(self.digest))

    def packed(self, text: bytes) -> bytes:
        """The text compressed behind this one."""
        return self._leading + self._compressor.compress(text)

    def opened(self, packed: bytes) -> bytes:
        """The text again, to the byte; raises `ValueError` for what was written behind another."""
        if digest_in(packed) != self.digest:
            raise ValueError("it was written behind another dictionary")
        return self._decompressor.decompress(packed[_LEADING.size :])

    @cached_property
    def _compressor(self) -> ZstdCompressor:
        # Of a text longer than eight times the table only the end would be known.
        table = max(LEAST_TABLE, (len(self.text) // 8).bit_length())
        how = ZstdCompressionParameters.from_level(
            LEVEL,
            hash_log=table,
            chain_log=SHORT_TABLE,
            min_match=SHORTEST,
            write_checksum=True,
            write_content_size=True,
        )
        # It is looked through once, not for everything that is written behind it.
        self._dictionary.precompute_compress(compression_params=how)
        return ZstdCompressor(compression_params=how, dict_data=self._dictionary)

    @cached_property
    def _decompressor(self) -> ZstdDecompressor:
        return ZstdDecompressor(dict_data=self._dictionary)


def digest_in(packed: bytes) -> str | None:
    """The digest of the dictionary behind which this was written; `None` if it names none."""
    if len(packed) < _LEADING.size:
        return None
    magic, size, digest = _LEADING.unpack_from(packed)
    return digest.hex() if (magic, size) == (_SKIPPABLE, 32) else None


def written(dictionary: Dictionary) -> str:
    """Its own text as it is recorded."""
    return b64encode(ZstdCompressor(level=LEVEL_OF_ITSELF).compress(dictionary.text)).decode()


def read(text: str) -> Dictionary:
    """The dictionary as it was recorded."""
    return Dictionary(ZstdDecompressor().decompress(b64decode(text)))
