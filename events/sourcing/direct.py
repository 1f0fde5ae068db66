"""The kernel's own statements, straight to the driver: they come with every commit."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_DIALECT = dialect()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """All or nothing; begun and ended by the driver, in half as many steps.

    `engine` must open no transactions around statements by itself.
    """
    async with _kept(engine) as (connection, driver), driver.transaction():
        yield connection


async def at_once(
    engine: AsyncEngine, statement: TextClause, values: Mapping[str, Any]
) -> Sequence[Any]:
    """The rows of one statement that is a transaction by itself, on such an engine."""
    async with _kept(engine) as (_, driver):
        return await _fetch(driver, statement, values)


@asynccontextmanager
async def _kept(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, Any]]:
    """A connection that goes back to its pool only where it is known how it stands.

    Who is called off does not hear whether the server has begun what was asked of it.
    """
    async with engine.connect() as connection:
        driver = await _driver_of(connection)
        try:
            yield connection, driver
        except BaseException as failure:
            if not isinstance(failure, Exception) or driver.is_closed():
                await connection.invalidate()
            raise


async def ask(
    connection: AsyncConnection, statement: TextClause, values: Mapping[str, Any]
) -> Sequence[Any]:
    """The rows, each in the order of its columns, within the transaction that is open here."""
    driver = await _driver_of(connection)
    if not driver.is_in_transaction():
        # Whoever let SQLAlchemy begin: it does so with the first statement that it sees.
        found = await connection.execute(statement, values)
        return found.all() if found.returns_rows else []
    return await _fetch(driver, statement, values)


async def _fetch(driver: Any, statement: TextClause, values: Mapping[str, Any]) -> Sequence[Any]:
    text, names = _compiled(statement)
    rows: Sequence[Any] = await driver.fetch(text, *(values[name] for name in names))
    return rows


async def _driver_of(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


@cache
def _compiled(statement: TextClause) -> tuple[str, Sequence[str]]:
    """As the driver takes it, and which value stands at each place."""
    compiled = statement.compile(dialect=_DIALECT)
    return str(compiled), tuple(compiled.positiontup or ())
