"""A signed head: what a service vouches for about its whole record up to one position."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The record of `service` had `size` rows, the last of them at `position` with `link`.

    `root` is the root of the tree over those rows. Nothing in a head is about a person.
    """

    service: str
    size: int
    position: int
    root: bytes
    link: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A head with the Ed25519 signature over its `statement` and the key that made it."""

    head: Head
    key_id: str
    signature: bytes


class Unreadable(Exception):
    """A stored head that is none; says which file or row."""


def statement(head: Head) -> bytes:
    """The bytes that are signed: one line for each field, so that any language can make them."""
    lines = (
        "concord.head.v1",
        head.service,
        str(head.size),
        str(head.position),
        head.root.hex(),
        head.link.hex(),
        moment_text(head.made_at),
    )
    return "".join(f"{line}\n" for line in lines).encode()


def moment_text(moment: datetime) -> str:
    """A moment in UTC with its microseconds, always of the same length."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def shape_of(signed: SignedHead) -> dict[str, object]:
    """A signed head as JSON shows it: hashes and signature in hexadecimal."""
    head = signed.head
    return {
        "service": head.service,
        "size": head.size,
        "position": head.position,
        "root": head.root.hex(),
        "link": head.link.hex(),
        "made_at": moment_text(head.made_at),
        "key_id": signed.key_id,
        "signature": signed.signature.hex(),
    }


def write_head(signed: SignedHead) -> bytes:
    """A signed head as it is kept in files and sent on the topic."""
    return msgspec.json.encode(shape_of(signed))


def read_head(stored: bytes) -> SignedHead:
    """The head again; raises `Unreadable`."""
    try:
        shape = msgspec.json.decode(stored, type=HeadShape)
        return SignedHead(
            head=Head(
                service=shape.service,
                size=shape.size,
                position=shape.position,
                root=bytes.fromhex(shape.root),
                link=bytes.fromhex(shape.link),
                made_at=shape.made_at,
            ),
            key_id=shape.key_id,
            signature=bytes.fromhex(shape.signature),
        )
    except (msgspec.MsgspecError, ValueError) as cause:
        raise Unreadable(type(cause).__name__) from cause


Digest: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]


class HeadShape(msgspec.Struct):
    """What a service vouches for about its whole record up to one position, and its signature.

    The signature (Ed25519) is over `concord.head.v1` and the fields from `service` to `made_at`
    as they stand here, each on a line of its own.
    """

    service: str
    size: Count
    position: Count
    root: Digest
    link: Digest
    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    key_id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    signature: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$")]
