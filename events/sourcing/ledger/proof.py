"""A proof that one event stands in the record, to be checked by anybody with the public key."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from tlog_scales.reader import TilesReader
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import ConsistencyProofInvalid, InclusionProofInvalid

from events.sourcing.ledger.head import SignedHead, moment_text, shape_of
from events.sourcing.ledger.row import Row, row_bytes
from events.sourcing.ledger.store import (
    Driver,
    find_row,
    heads_after,
    index_of,
    load_tiles,
    newest_head,
)
from events.sourcing.ledger.tiles import reader_of

FORMAT = "concord.proof.v1"


class NoProof(Exception):
    """There is nothing to prove, or the record does not hold what was signed; says which."""


async def prove(
    driver: Driver, *, service: str, event_id: UUID, since: int | None
) -> dict[str, Any]:
    """The event, its way to the root of the newest head, and that head.

    With `since`, also that the record of that many rows, for which a head was signed, is the
    beginning of this one. Raises `NoProof`.
    """
    row = await find_row(driver, event_id)
    if row is None:
        raise NoProof(f"{service} has no event {event_id}")
    newest = await newest_head(driver, service)
    if newest is None or newest.head.position < row.position:
        raise NoProof(f"no head vouches for event {event_id} yet; wait for the next one")
    older = None if since is None else await _head_of(driver, service, since)
    index = await index_of(driver, row.position)
    edges = [newest.head.size, *([older.head.size] if older else [])]
    tiles = reader_of(await load_tiles(driver, [index, *edges]), newest.head.size)
    return {
        "format": FORMAT,
        "event": shape_of_row(row),
        "inclusion": {"index": index, "path": _inclusion(tiles, row, index, newest)},
        "head": shape_of(newest),
        **({"consistency": _consistency(tiles, older, newest)} if older else {}),
    }


def shape_of_row(row: Row) -> dict[str, object]:
    """A journal row as JSON shows it; payload and metadata as base64 of the stored bytes."""
    return {
        "position": row.position,
        "stream": row.stream,
        "version": row.version,
        "event_id": str(row.event_id),
        "name": row.name,
        "payload": b64encode(row.payload).decode(),
        "metadata": b64encode(row.metadata).decode(),
        "recorded_at": moment_text(row.recorded_at),
    }


async def _head_of(driver: Driver, service: str, size: int) -> SignedHead:
    found = await heads_after(driver, service, size - 1, upto=size, limit=1)
    if not found:
        raise NoProof(f"{service} has no signed head of {size} rows")
    return found[0]


def _inclusion(tiles: TilesReader, row: Row, index: int, newest: SignedHead) -> list[str]:
    proof = tiles.get_inclusion_proof(index, newest.head.size)
    try:
        proof.check(leaf_hash(row_bytes(row)), newest.head.root)
    except InclusionProofInvalid as cause:
        raise NoProof("the record does not hold what was signed; verify it") from cause
    return [one.hex() for one in proof.node_hashes]


def _consistency(tiles: TilesReader, older: SignedHead, newest: SignedHead) -> dict[str, Any]:
    proof = tiles.get_consistency_proof(older.head.size, newest.head.size)
    try:
        proof.check(older.head.root, newest.head.root)
    except ConsistencyProofInvalid as cause:
        raise NoProof("the record does not hold what was signed; verify it") from cause
    return {"older": shape_of(older), "path": [one.hex() for one in proof.node_hashes]}
