"""Read models: an event in, statements out; statements and checkpoint commit together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.statements import Statement
from events.sourcing.types import Recorded

TABLES_LOCK = 7002
_HOLD_TABLES = select(func.pg_advisory_xact_lock(TABLES_LOCK))


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """One read model, named for the question it answers.

    It reads its own service's journal, or the `topics` it names; of a topic in `newest_wins` only
    the newest state of each key counts.
    """

    name: str
    tables: MetaData
    project: Callable[[Recorded[Any]], Iterable[Statement]]
    topics: tuple[str, ...] = ()
    newest_wins: tuple[str, ...] = ()

    async def take(self, recorded: Recorded[Any]) -> Sequence[Statement]:
        """The statements that this event leads to."""
        return list(self.project(recorded))


async def create_tables(engine: AsyncEngine, tables: MetaData) -> None:
    """Make a read model's tables where they are missing."""
    async with engine.begin() as connection:
        # Two processes of one service may start at the same moment.
        await connection.execute(_HOLD_TABLES)
        await connection.run_sync(tables.create_all)


async def make_tables_anew(connection: AsyncConnection, tables: MetaData) -> None:
    """Throw a read model's tables away and make them in their present shape."""
    await connection.run_sync(tables.drop_all)
    await connection.run_sync(tables.create_all)
