"""The receipt as it is kept: proofs repeat themselves, so it is deflated before it is sealed."""

import zlib
from base64 import b64decode, b64encode

LEVEL = 3


def packed(text: str) -> str:
    """Canonical JSON text, deflated (RFC 1950), as base64."""
    return b64encode(zlib.compress(text.encode(), LEVEL)).decode()


def unpacked(receipt: str) -> str:
    """The canonical JSON text again, to the byte."""
    return zlib.decompress(b64decode(receipt)).decode()
