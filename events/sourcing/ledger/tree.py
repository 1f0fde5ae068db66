"""The growing tree over a journal: its right edge is enough to go on and to give its root."""

from collections.abc import Sequence
from dataclasses import dataclass

from tlog_scales.tiles import leaf_hash

from events.sourcing.ledger.tiles import TILE, Place, reader_of, root_of_tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A full tile and the root over it, which is one hash of the level above."""

    level: int
    number: int
    root: bytes


class Edge:
    """The tiles at the right edge that are not full yet: at most 255 hashes for each level."""

    def __init__(self, size: int = 0, levels: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        self._levels = [list(hashes) for hashes in levels]

    def add(self, leaf: bytes) -> list[Tile]:
        """Take in the next leaf; gives the tiles that it filled, lowest first."""
        self.size += 1
        filled: list[Tile] = []
        one, level = leaf_hash(leaf), 0
        while (tile := self._fill(level, one)) is not None:
            filled.append(tile)
            one, level = tile.root, level + 1
        return filled

    @property
    def root(self) -> bytes:
        """The root of the tree as it stands (RFC 9162, 2.1.1)."""
        return reader_of(self._tiles(), self.size).calculate_root_hash()

    def _fill(self, level: int, one: bytes) -> Tile | None:
        if level == len(self._levels):
            self._levels.append([])
        hashes = self._levels[level]
        hashes.append(one)
        if len(hashes) < TILE:
            return None
        self._levels[level] = []
        number = self.size // TILE ** (level + 1) - 1
        return Tile(level=level, number=number, root=root_of_tile(hashes))

    def _tiles(self) -> dict[Place, Sequence[bytes]]:
        return {
            (level, self.size // TILE ** (level + 1)): hashes
            for level, hashes in enumerate(self._levels)
        }
