"""What the ledger reads and keeps in a service's database, straight through the driver.

Tables are named with their schema: whoever may make tables elsewhere must not stand in for them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import asyncpg
from tlog_scales.tiles import leaf_hash

from events.sourcing.ledger.head import Head, SignedHead
from events.sourcing.ledger.row import Row, row_bytes
from events.sourcing.ledger.tiles import TILE, Place
from events.sourcing.ledger.tree import Edge, Tile

Driver: TypeAlias = asyncpg.Connection

_COLUMNS = "position, stream, version, event_id, name, payload, metadata, recorded_at, link"
_ROWS = f"SELECT {_COLUMNS} FROM public.journal WHERE position > $1 ORDER BY position LIMIT $2"  # noqa: S608
_ROW = f"SELECT {_COLUMNS} FROM public.journal WHERE event_id = $1"  # noqa: S608
_FULL_TILES = (
    "SELECT level, max(number) + 1 AS full, max(last_position) AS last"
    " FROM public.tree_tile GROUP BY level ORDER BY level"
)
_ROOTS = "SELECT root FROM public.tree_tile WHERE level = $1 AND number >= $2 ORDER BY number"
_TILE = "SELECT last_position, root FROM public.tree_tile WHERE level = $1 AND number = $2"
_BELOW = "SELECT level, number, root FROM public.tree_tile ORDER BY level, number"
_LAST_BELOW = "SELECT last_position FROM public.tree_tile WHERE level = 0 AND number = $1"
_HEADS = "SELECT * FROM public.signed_head WHERE size > $1 AND size <= $2 ORDER BY size LIMIT $3"
_NEWEST = "SELECT * FROM public.signed_head ORDER BY size DESC LIMIT 1"
_NO_LIMIT = 2**62


async def rows_after(driver: Driver, position: int, *, limit: int) -> Sequence[Row]:
    """The rows behind a position, in order, exactly as stored."""
    return [Row(**row) for row in await driver.fetch(_ROWS, position, limit)]


async def find_row(driver: Driver, event_id: object) -> Row | None:
    """The row of one event."""
    row = await driver.fetchrow(_ROW, event_id)
    return None if row is None else Row(**row)


async def last_position(driver: Driver) -> int:
    """The highest position of the journal, 0 when nothing has happened."""
    return int(await driver.fetchval("SELECT coalesce(max(position), 0) FROM public.journal"))


async def load_edge(driver: Driver) -> tuple[Edge, int]:
    """The tree as its full tiles leave it, and the position of the last row below them."""
    levels = await driver.fetch(_FULL_TILES)
    if not levels:
        return Edge(), 0
    full = {row["level"]: row["full"] for row in levels}
    above = [
        [root for (root,) in await driver.fetch(_ROOTS, level, TILE * full.get(level + 1, 0))]
        for level in full
    ]
    return Edge(size=TILE * full[0], levels=[[], *above]), levels[0]["last"]


async def count_tiles(driver: Driver) -> int:
    """How many full tiles of rows there are, were none missing."""
    counted = "SELECT coalesce(max(number) + 1, 0) FROM public.tree_tile WHERE level = 0"
    return int(await driver.fetchval(counted))


async def load_tile(driver: Driver, level: int, number: int) -> tuple[int, bytes] | None:
    """The position of the last row below a full tile, and its root."""
    row = await driver.fetchrow(_TILE, level, number)
    return None if row is None else (row["last_position"], row["root"])


async def roots_from(driver: Driver, level: int, number: int) -> list[bytes]:
    """The roots of the next full tiles of a level, 256 at most, from this one on."""
    return [root for (root,) in await driver.fetch(f"{_ROOTS} LIMIT {TILE}", level, number)]


async def link_at(driver: Driver, position: int) -> bytes:
    """The link of the row at this position; before the first row, none."""
    link = await driver.fetchval("SELECT link FROM public.journal WHERE position = $1", position)
    return bytes(link or b"")


async def index_of(driver: Driver, position: int) -> int:
    """How many rows come before the one at this position."""
    before = "SELECT count(*) FROM public.journal WHERE position < $1"
    return int(await driver.fetchval(before, position))


async def load_tiles(driver: Driver, leaves: Iterable[int]) -> dict[Place, list[bytes]]:
    """All tiles above the leaves, and those of the leaves that hold these indexes."""
    tiles: dict[Place, list[bytes]] = defaultdict(list)
    for row in await driver.fetch(_BELOW):
        tiles[row["level"] + 1, row["number"] // TILE].append(row["root"])
    for number in {leaf // TILE for leaf in leaves}:
        before = await driver.fetchval(_LAST_BELOW, number - 1) or 0
        rows = await rows_after(driver, before, limit=TILE)
        tiles[0, number] = [leaf_hash(row_bytes(row)) for row in rows]
    return tiles


async def keep_tiles(driver: Driver, tiles: Sequence[Tile], *, last_position: int) -> None:
    """Keep the tiles that the row at this position filled."""
    await driver.executemany(
        "INSERT INTO public.tree_tile (level, number, last_position, root) VALUES ($1, $2, $3, $4)",
        [(tile.level, tile.number, last_position, tile.root) for tile in tiles],
    )


async def keep_head(driver: Driver, signed: SignedHead) -> None:
    """Keep what was vouched for."""
    head = signed.head
    await driver.execute(
        "INSERT INTO public.signed_head (size, position, root, link, made_at, key_id, signature)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *(head.size, head.position, head.root, head.link, head.made_at),
        *(signed.key_id, signed.signature),
    )


async def newest_head(driver: Driver, service: str) -> SignedHead | None:
    """What was vouched for last."""
    row = await driver.fetchrow(_NEWEST)
    return None if row is None else _head(service, row)


async def heads_after(
    driver: Driver, service: str, size: int, *, upto: int = _NO_LIMIT, limit: int
) -> Sequence[SignedHead]:
    """The heads over more rows than `size` and not more than `upto`, in order."""
    return [_head(service, row) for row in await driver.fetch(_HEADS, size, upto, limit)]


def _head(service: str, row: Any) -> SignedHead:
    head = Head(
        service=service,
        size=row["size"],
        position=row["position"],
        root=row["root"],
        link=row["link"],
        made_at=row["made_at"],
    )
    return SignedHead(head=head, key_id=row["key_id"], signature=row["signature"])
