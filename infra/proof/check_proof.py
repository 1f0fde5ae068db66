# ruff: noqa: INP001 - it stands alone, in no package
"""Checks a proof that an event stands in a signed record: `check_proof.py PROOF.json KEY.pem`.

It stands alone: Python's standard library and the package `cryptography`, nothing of the platform
that made the proof, and no network. Exit code 0: the proof holds; 1: it does not; 2: unreadable.

What a proof says: the owner of the key vouched, at the moment named in the head, for a record in
which exactly this event stands at exactly this place. With a second head: that the record of then
is the unchanged beginning of the record of now.

Hashes and proofs are those of RFC 9162 (2.1.1, 2.1.3.2, 2.1.4.2) with SHA-256, signatures Ed25519.
"""

import base64
import hashlib
import json
import struct
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

FORMAT = "concord.proof.v1"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
KEY_ID_DIGITS = 16
EXPECTED_ARGUMENTS = 2


class Fails(Exception):
    """The proof does not hold; says where."""


def check(proof: Any, key: Ed25519PublicKey) -> None:
    """Raises `Fails` unless everything in the proof holds."""
    if proof["format"] != FORMAT:
        raise Fails(f"this is not a {FORMAT}")
    head, inclusion = proof["head"], proof["inclusion"]
    check_signature(head, key)
    leaf = hashlib.sha256(b"\x00" + leaf_bytes(proof["event"])).digest()
    path = [bytes.fromhex(one) for one in inclusion["path"]]
    root = root_from_inclusion(leaf, inclusion["index"], head["size"], path)
    if root != bytes.fromhex(head["root"]):
        raise Fails("the event does not stand at this place of the signed record")
    if "consistency" in proof:
        check_consistency(proof["consistency"], head, key)


def check_signature(head: Any, key: Ed25519PublicKey) -> None:
    """The signature is over the head's fields, one line each."""
    if head["key_id"] != hashlib.sha256(key.public_bytes_raw()).hexdigest()[:KEY_ID_DIGITS]:
        raise Fails(f"the head of {head['size']} rows names another key than this one")
    fields = ("service", "size", "position", "root", "link", "made_at")
    lines = ("concord.head.v1", *(str(head[field]) for field in fields))
    signed = "".join(f"{line}\n" for line in lines).encode()
    try:
        key.verify(bytes.fromhex(head["signature"]), signed)
    except InvalidSignature:
        raise Fails(f"the head of {head['size']} rows is not signed by this key") from None


def leaf_bytes(event: Any) -> bytes:
    """The bytes of a row: numbers in network order, each text behind its length."""
    recorded_at = datetime.fromisoformat(event["recorded_at"])
    moment = (recorded_at - EPOCH) // timedelta(microseconds=1)
    texts = (
        event["stream"].encode(),
        event["name"].encode(),
        base64.b64decode(event["metadata"], validate=True),
    )
    return b"".join(
        (
            struct.pack(">qi", event["position"], event["version"]),
            UUID(event["event_id"]).bytes,
            struct.pack(">q", moment),
            *(struct.pack(">i", len(text)) + text for text in texts),
            base64.b64decode(event["payload"], validate=True),
        )
    )


def root_from_inclusion(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2: the root that this path leads to."""
    if not 0 <= index < size:
        raise Fails("the place lies outside the record")
    node, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Fails("the path is too long")
        if node & 1 or node == last:
            result = _node(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = _node(result, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Fails("the path is too short")
    return result


def check_consistency(consistency: Any, head: Any, key: Ed25519PublicKey) -> None:
    """The older head's record is the beginning of the newer one's."""
    older = consistency["older"]
    check_signature(older, key)
    if older["service"] != head["service"]:
        raise Fails("the two heads are about different services")
    path = [bytes.fromhex(one) for one in consistency["path"]]
    old_root, new_root = bytes.fromhex(older["root"]), bytes.fromhex(head["root"])
    if older["size"] == head["size"]:
        fits = not path and old_root == new_root
    else:
        roots = roots_from_consistency(old_root, older["size"], head["size"], path)
        fits = roots == (old_root, new_root)
    if not fits:
        raise Fails("the older record is not the beginning of the newer one")


def roots_from_consistency(
    old_root: bytes, old_size: int, new_size: int, path: list[bytes]
) -> tuple[bytes, bytes]:
    """RFC 9162, 2.1.4.2: the two roots that this path leads to."""
    if not 0 < old_size < new_size:
        raise Fails("the older record is not the smaller one")
    if old_size & (old_size - 1) == 0:
        path = [old_root, *path]
    if not path:
        raise Fails("the path is too short")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Fails("the path is too long")
        if node & 1 or node == last:
            old, new = _node(sibling, old), _node(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = _node(new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Fails("the path is too short")
    return old, new


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def told(proof: Any) -> str:
    """What a proof that holds says, in words."""
    event, head = proof["event"], proof["head"]
    words = (
        f"The proof holds: {head['service']} recorded {event['name']} as {event['stream']}"
        f"@{event['version']} at position {event['position']} on {event['recorded_at']},"
        f" and vouched for it on {head['made_at']} with key {head['key_id']}."
    )
    if "consistency" in proof:
        older = proof["consistency"]["older"]
        words += f" The record of {older['made_at']} ({older['size']} rows) is its beginning."
    return words


def main(arguments: list[str]) -> int:
    """The exit code."""
    if len(arguments) != EXPECTED_ARGUMENTS:
        print(__doc__)
        return 2
    try:
        proof = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        key = load_pem_public_key(Path(arguments[1]).read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            print("the key is not an Ed25519 public key")
            return 2
        check(proof, key)
    except Fails as failure:
        print(f"The proof FAILS: {failure}.")
        return 1
    except (OSError, ValueError, KeyError, TypeError, struct.error) as failure:
        print(f"The proof cannot be read: {type(failure).__name__}: {failure}")
        return 2
    print(told(proof))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
