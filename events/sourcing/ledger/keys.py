"""The keys that sign heads (Ed25519), and those that are believed."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from events.sourcing.ledger.head import Head, SignedHead, statement

SEED_BYTES = 32  # RFC 8032, 5.1.5.

Believed: TypeAlias = Mapping[str, Ed25519PublicKey]
"""Public keys by their id: after a change of keys the old ones still vouch for old heads."""


class Signer:
    """Signs heads with a private key that stays in this process."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key()
        self.key_id = key_id_of(self.public)

    def sign(self, head: Head) -> SignedHead:
        """The head with its signature."""
        return SignedHead(head=head, key_id=self.key_id, signature=self._key.sign(statement(head)))


def read_signer(path: Path) -> Signer:
    """The signing key: a file of 32 bytes."""
    seed = path.read_bytes()
    if len(seed) != SEED_BYTES:
        raise ValueError(f"{path} must hold exactly {SEED_BYTES} bytes, not {len(seed)}")
    return Signer(Ed25519PrivateKey.from_private_bytes(seed))


def read_public(path: Path) -> Ed25519PublicKey:
    """A public key from its PEM file; raises `ValueError` for one of another kind."""
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{path} holds no Ed25519 key")  # noqa: TRY004 - the file is wrong, not the call
    return key


def believe(*keys: Ed25519PublicKey) -> Believed:
    """These keys by their ids."""
    return {key_id_of(key): key for key in keys}


def key_id_of(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 over the raw public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def pem_of(key: Ed25519PublicKey) -> bytes:
    """The public key as a file to hand out."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def is_signed(signed: SignedHead, believed: Believed) -> bool:
    """Whether a believed key made this signature over this head."""
    key = believed.get(signed.key_id)
    if key is None:
        return False
    try:
        key.verify(signed.signature, statement(signed.head))
    except InvalidSignature:
        return False
    return True
