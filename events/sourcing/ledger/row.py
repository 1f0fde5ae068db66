"""A journal row as bytes, and the link that ties it to the rows before it."""

import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""PostgreSQL counts the microseconds of a moment from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A journal row with its link, exactly as stored."""

    position: int
    stream: str
    version: int
    event_id: UUID
    name: str
    payload: bytes
    metadata: bytes
    recorded_at: datetime
    link: bytes


def row_bytes(row: Row) -> bytes:
    """Everything the row says except its link: a leaf of the tree, and what the chain hashes.

    The same bytes as in the SQL function `link_of`; texts stand behind their length, so that
    neighbours cannot be confused.
    """
    moment = (row.recorded_at - EPOCH) // timedelta(microseconds=1)
    return b"".join(
        (
            struct.pack(">qi", row.position, row.version),
            row.event_id.bytes,
            struct.pack(">q", moment),
            _framed(row.stream.encode()),
            _framed(row.name.encode()),
            _framed(row.metadata),
            row.payload,
        )
    )


def link_after(before: bytes, leaf: bytes) -> bytes:
    """The link of the row with these bytes, behind the row with that link (`b""` for the first)."""
    return hashlib.sha256(before + leaf).digest()


def _framed(value: bytes) -> bytes:
    return struct.pack(">i", len(value)) + value
