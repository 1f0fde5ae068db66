"""Where the tree's hashes lie: in tiles of 256, each level made of the roots of the one below.

The layout is the open one of C2SP tlog-tiles, so that the library reads it and others could.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tlog_scales.reader import TilesReader
from tlog_scales.utils import sha256

TILE = 256

Place: TypeAlias = tuple[int, int]
"""The level of a tile, counted from the leaves, and its number there."""


class TilesInMemory:
    """Tiles as the library asks for them; the library cuts off what lies behind its size."""

    def __init__(self, tiles: Mapping[Place, Sequence[bytes]]) -> None:
        self._tiles = tiles

    def get(self, *path: str) -> bytes | None:
        """The hashes of a tile: `path` is `tile/LEVEL/x001/234`, or `…/234.p/WIDTH` for a part."""
        level, number, width = _read(path)
        hashes = self._tiles.get((level, number), ())
        return b"".join(hashes[:width]) if len(hashes) >= width else None


def reader_of(tiles: Mapping[Place, Sequence[bytes]], size: int) -> TilesReader:
    """The library's view of the tree of that size."""
    reader = TilesReader(TilesInMemory(tiles))
    reader.set_size(size)
    return reader


def root_of_tile(hashes: Sequence[bytes]) -> bytes:
    """The root over one full tile: RFC 6962's node over what the library makes of its halves.

    Asked for the whole, the library would look it up in the level above, which is made from this.
    """
    reader = reader_of({(0, 0): hashes}, TILE)
    half = TILE // 2
    return sha256(b"\x01" + reader.mth(0, half) + reader.mth(half, TILE))


def _read(path: Sequence[str]) -> tuple[int, int, int]:
    _, level, *parts = path
    part_of_a_tile = parts[-2:-1] and parts[-2].endswith(".p")
    width = int(parts.pop()) if part_of_a_tile else TILE
    return int(level), int("".join(part.strip("x.p") for part in parts)), width
