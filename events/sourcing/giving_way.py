"""Writes many rows so that others get on: a few at a time, with a rest as long as the work."""

import asyncio
from collections.abc import Sequence
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.rows import Row, Shape, many_rows

FEW = 500
"""Rows between two rests: some milliseconds of the database's time."""


async def giving_way(connection: AsyncConnection, shape: Shape, rows: Sequence[Row]) -> None:
    """What `many_rows` writes, in twice the time.

    A build's own program may run behind all others, but the database works for it as for anybody;
    and a commit of somebody else waits until what was written before it is on the disk.
    """
    for first in range(0, len(rows), FEW):
        began = monotonic()
        await many_rows(connection, shape, rows[first : first + FEW])
        await asyncio.sleep(monotonic() - began)
