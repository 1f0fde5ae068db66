"""Statements as values; a row for a statement that stays the same travels with others like it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from sqlalchemy import Executable, Table
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """One row for a statement that is built once and touches its own table only."""

    statement: Insert
    row: Mapping[str, object]


Statement: TypeAlias = Executable | Put


def put_first(table: Table, row: Mapping[str, object]) -> Put:
    """The row, unless there is one under its key."""
    return Put(statement=_first_of(table), row=row)


@cache
def _first_of(table: Table) -> Insert:
    return insert(table).on_conflict_do_nothing()


async def execute(connection: AsyncConnection, statement: Statement) -> None:
    """Carry one statement out at once."""
    if isinstance(statement, Put):
        await connection.execute(statement.statement, dict(statement.row))
    else:
        await connection.execute(statement)


class Bundle:
    """Carries statements out in an order that comes to the same, with fewer trips.

    Rows for one table wait for more of their kind; any other statement lets all that wait go first.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._waiting: dict[str, list[Put]] = {}

    async def add(self, statements: Iterable[Statement]) -> None:
        """Carry out, or keep for a moment."""
        for statement in statements:
            if isinstance(statement, Put):
                await self._keep(statement)
            else:
                await self.flush()
                await self._connection.execute(statement)

    async def flush(self) -> None:
        """Let go all that wait."""
        for table in list(self._waiting):
            await self._let_go(table)

    async def _keep(self, put: Put) -> None:
        table = put.statement.table.name
        waiting = self._waiting.get(table)
        if waiting and not _alike(waiting[0], put):
            await self._let_go(table)
        self._waiting.setdefault(table, []).append(put)

    async def _let_go(self, table: str) -> None:
        puts = self._waiting.pop(table)
        await self._connection.execute(puts[0].statement, [dict(put.row) for put in puts])


def _alike(one: Put, other: Put) -> bool:
    return one.statement is other.statement and one.row.keys() == other.row.keys()
