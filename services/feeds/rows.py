"""The statement that reads the feed back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.feeds.process import PUBLIC
from services.feeds.projection import listed

PAGE_LIMIT = 1000
"""The most events that one page holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events, behind which cursor, how many; without types, of every type."""

    after: int
    limit: int
    types: Collection[str]


async def read_listed(engine: AsyncEngine, wanted: Wanted) -> Sequence[Row[Any]]:
    """The next public events in the order of the feed."""
    query = (
        select(listed)
        .where(listed.c.cursor > wanted.after, listed.c.classification == PUBLIC)
        .order_by(listed.c.cursor)
        .limit(wanted.limit)
    )
    if wanted.types:
        query = query.where(listed.c.name.in_(wanted.types))
    async with engine.connect() as connection:
        return (await connection.execute(query)).all()
