"""A read model that counts how often it was told of each event, so that one told twice shows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Executable, MetaData, Table, Text, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.projector import Projection
from events.sourcing.types import Recorded

TABLES = MetaData()
HEARD = Table(
    "heard",
    TABLES,
    Column("event_id", Text, primary_key=True),
    Column("stream", Text),
    Column("version", BigInteger),
    Column("times", BigInteger),
    Column("said", Text),
)


def project(recorded: Recorded[Any]) -> Sequence[Executable]:
    said = None if recorded.event is None else str(recorded.event)
    heard = insert(HEARD).values(
        event_id=str(recorded.event_id),
        stream=recorded.stream,
        version=recorded.version,
        times=1,
        said=said,
    )
    # The envelope and the state of an event come on two topics, in whatever order.
    said_by_either = func.coalesce(heard.excluded.said, HEARD.c.said)
    return [
        heard.on_conflict_do_update(
            index_elements=["event_id"],
            set_={"times": HEARD.c.times + 1, "said": said_by_either},
        )
    ]


def hearing(*topics: str, newest_wins: Sequence[str] = ()) -> Projection:
    """Hears everything on these topics."""
    return Projection(
        name="heard",
        tables=TABLES,
        project=project,
        topics=topics,
        newest_wins=tuple(newest_wins),
    )


async def times_heard(engine: AsyncEngine) -> dict[tuple[str, int], int]:
    """How often each version of each stream was applied; of a stream's fork, the sum."""
    async with engine.connect() as connection:
        rows = (await connection.execute(select(HEARD))).all()
    times: dict[tuple[str, int], int] = {}
    for row in rows:
        place = (row.stream, row.version)
        times[place] = times.get(place, 0) + row.times
    return times


async def said_to(engine: AsyncEngine) -> dict[str, str | None]:
    """What each event said, by its id."""
    async with engine.connect() as connection:
        return {row.event_id: row.said for row in await connection.execute(select(HEARD))}
