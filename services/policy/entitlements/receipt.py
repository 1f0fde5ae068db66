"""The receipt as it is kept: proofs repeat themselves, so it is deflated before it is sealed."""

import zlib
from base64 import b64decode, b64encode

LEVEL = 1


def packed(text: bytes) -> str:
    """Canonical JSON text, deflated (RFC 1950), as base64."""
    return b64encode(zlib.compress(text, LEVEL)).decode()


def compressed(receipt: str) -> bytes:
    """The same without base64: what a read model keeps and only a reader opens."""
    return b64decode(receipt)


def opened(kept: bytes) -> bytes:
    """The canonical JSON text again, to the byte."""
    return zlib.decompress(kept)
