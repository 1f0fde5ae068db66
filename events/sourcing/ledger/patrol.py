"""Recomputes what was signed long ago, some tiles at a time, so that an old edit shows itself."""

from collections.abc import Iterator, Sequence

from tlog_scales.tiles import leaf_hash

from events.sourcing.ledger.row import Row, link_after, row_bytes
from events.sourcing.ledger.store import (
    Driver,
    count_tiles,
    link_at,
    load_tile,
    roots_from,
    rows_after,
)
from events.sourcing.ledger.tiles import TILE, root_of_tile


class Patrol:
    """Goes over the full tiles in order, and begins again at the end."""

    def __init__(self) -> None:
        self.rounds = 0
        """How often all tiles there were have been looked at."""
        self._next = 0

    async def look(self, driver: Driver, *, tiles: int) -> str | None:
        """Look at the next tiles; says what does not hold, and looks there again the next time."""
        for _ in range(tiles):
            if self._next >= await count_tiles(driver):
                self.rounds += 1
                self._next = 0
                return None
            found = await wrong_rows(driver, self._next) or await wrong_above(driver, self._next)
            if found is not None:
                return found
            self._next += 1
        return None


async def wrong_rows(driver: Driver, number: int) -> str | None:
    """What is wrong with the rows below a tile of the lowest level."""
    tile, before = await load_tile(driver, 0, number), 0
    if number:
        before = (await load_tile(driver, 0, number - 1) or (0, b""))[0]
    if tile is None:
        return f"tile {number} of its tree is missing"
    last, root = tile
    rows = await rows_after(driver, before, limit=TILE)
    leaves = [row_bytes(row) for row in rows]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    fits = (
        len(rows) == TILE
        and rows[-1].position == last
        and root_of_tile(hashes) == root
        and _is_chained(rows, leaves, await link_at(driver, before))
    )
    return None if fits else f"positions {before + 1} to {last} do not hold what was signed"


def _is_chained(rows: Sequence[Row], leaves: Sequence[bytes], before: bytes) -> bool:
    for row, leaf in zip(rows, leaves, strict=True):
        before = link_after(before, leaf)
        if row.link != before:
            return False
    return True


async def wrong_above(driver: Driver, number: int) -> str | None:
    """What is wrong with the tiles that this one was the last to fill."""
    for level, upper in _filled_by(number):
        tile = await load_tile(driver, level, upper)
        below = await roots_from(driver, level - 1, upper * TILE)
        if tile is None or len(below) < TILE or root_of_tile(below[:TILE]) != tile[1]:
            return f"tile {upper} of level {level} of its tree is not what it was made from"
    return None


def _filled_by(number: int) -> Iterator[tuple[int, int]]:
    """Level and number of each tile whose last part is this one."""
    level = 1
    while (number + 1) % TILE**level == 0:
        yield level, (number + 1) // TILE**level - 1
        level += 1
