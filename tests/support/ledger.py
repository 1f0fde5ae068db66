"""Records to be tampered with: rows that hang together, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.sample import NOON
from events.sourcing.ledger.chain import Chain
from events.sourcing.ledger.head import Head
from events.sourcing.ledger.keys import Signer
from events.sourcing.ledger.row import Row, link_after, row_bytes
from events.sourcing.ledger.tree import Edge
from events.sourcing.ledger.witness import Witness

SEED = bytes(range(32))
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(SEED))
ANOTHER_SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))


def a_record(rows: int) -> list[Row]:
    """Rows of three streams, chained."""
    return chained(
        [
            Row(
                position=n,
                stream=f"note-{n % 3}",
                version=(n - 1) // 3 + 1,
                event_id=UUID(int=n),
                name="note.taken.v1",
                payload=b'{"n":%d}' % n,
                metadata=b"{}",
                recorded_at=NOON + timedelta(microseconds=n),
                link=b"",
            )
            for n in range(1, rows + 1)
        ]
    )


def chained(rows: Sequence[Row]) -> list[Row]:
    """The same rows with the links that belong to them, as somebody who rewrites would make."""
    linked: list[Row] = []
    before = b""
    for row in rows:
        before = link_after(before, row_bytes(row))
        linked.append(replace(row, link=before))
    return linked


def followed(rows: Sequence[Row]) -> Chain:
    """The chain after these rows."""
    chain = Chain()
    for row in rows:
        chain.follow(row, row_bytes(row))
    return chain


def head_over(rows: Sequence[Row]) -> Head:
    """What an honest service vouches for."""
    edge = Edge()
    for row in rows:
        edge.add(row_bytes(row))
    return Head(
        service="notes",
        size=len(rows),
        position=rows[-1].position,
        root=edge.root,
        link=rows[-1].link,
        made_at=NOON,
    )


def witnessed(rows: Sequence[Row], heads: Sequence[Head]) -> Witness:
    """What the heads say about these rows."""
    chain, edge = Chain(), Edge()
    witness = Witness(chain, edge)
    witness.expect(heads)
    for row in rows:
        leaf = row_bytes(row)
        chain.follow(row, leaf)
        edge.add(leaf)
        witness.look(row)
    witness.close(chain.position)
    return witness
