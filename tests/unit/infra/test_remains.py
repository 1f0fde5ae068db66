"""A word is found in what is stored however it was written, and only where it stands."""

import json
import zlib
from base64 import b64encode

import pytest

from services.policy.dictionaries.dictionary import Dictionary, written
from tests.support.remains import says

WORD, OTHER = "marker-k2p9", "marker-x7q1"
TEXT = f"somebody said {WORD} once".encode()
CLAUSES = Dictionary(b"somebody said nothing once")
KNOWN = {CLAUSES.digest: CLAUSES}


@pytest.mark.parametrize(
    "stored",
    [
        TEXT,
        b64encode(TEXT),
        zlib.compress(TEXT),
        json.dumps({"receipt": b64encode(zlib.compress(TEXT)).decode()}).encode(),
        CLAUSES.packed(TEXT),
        json.dumps({"receipt": b64encode(CLAUSES.packed(TEXT)).decode()}).encode(),
        written(Dictionary(TEXT)).encode(),
    ],
)
def test_it_is_found_however_it_was_written(stored: bytes) -> None:
    assert says(stored, WORD, known=KNOWN)
    assert not says(stored, OTHER, known=KNOWN)


def test_behind_a_dictionary_that_nobody_knows_it_is_not_found() -> None:
    """The control: what is packed says it nowhere in clear."""
    text = b"nothing" * 40 + TEXT
    behind = Dictionary(text)
    assert not says(behind.packed(text), WORD)
    assert says(behind.packed(text), WORD, known={behind.digest: behind})
