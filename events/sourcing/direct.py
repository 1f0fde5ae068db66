"""Statements that come with every commit or question, straight to the driver."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from events.sourcing.compiled import compiled


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """All or nothing; begun and ended by the driver, in half as many steps.

    `engine` must open no transactions around statements by itself.
    """
    kept = Kept(engine)
    try:
        async with kept.transaction() as connection:
            yield connection
    finally:
        await kept.give_back()


class Kept:
    """A connection for one use after the other by one caller, on such an engine.

    To take it from its pool and to give it back costs as much as a small transaction does. After a
    failure the next use is on another one.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._held: tuple[AsyncConnection, Any] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """All or nothing."""
        async with self._used() as (connection, driver), driver.transaction():
            yield connection

    async def fetch(self, statement: str, *values: object) -> Sequence[Any]:
        """The rows of one statement that is a transaction by itself, in the driver's own words."""
        async with self._used() as (_, driver):
            rows: Sequence[Any] = await driver.fetch(statement, *values)
        return rows

    @property
    def is_cut(self) -> bool:
        """Whether the other side hung up on the one that is held."""
        return self._held is not None and bool(self._held[1].is_closed())

    async def give_back(self) -> None:
        """Let others have it; the next use takes one again."""
        await self._let_go(spoilt=self.is_cut)

    @asynccontextmanager
    async def _used(self) -> AsyncIterator[tuple[AsyncConnection, Any]]:
        connection, driver = await self._taken()
        try:
            yield connection, driver
        except BaseException as failure:
            await self._let_go(spoilt=_is_spoilt(driver, failure))
            raise

    async def _taken(self) -> tuple[AsyncConnection, Any]:
        if self.is_cut:
            await self.give_back()
        if self._held is None:
            connection = await self._engine.connect()
            self._held = connection, _driver_of(connection)
        return self._held

    async def _let_go(self, *, spoilt: bool) -> None:
        held, self._held = self._held, None
        if held is None:
            return
        if spoilt:
            await held[0].invalidate()
        await held[0].close()


async def at_once(
    engine: AsyncEngine, statement: Executable, values: Mapping[str, Any]
) -> Sequence[Any]:
    """The rows of one statement that is a transaction by itself."""
    way = compiled(statement)
    return await fetch_at_once(engine, way.text, *way.values(values))


async def fetch_at_once(engine: AsyncEngine, statement: str, *values: object) -> Sequence[Any]:
    """The same for one in the driver's own words; its values stand in their order."""
    pooled = await engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        rows: Sequence[Any] = await driver.fetch(statement, *values)
    except BaseException as failure:
        if _is_spoilt(driver, failure):
            await greenlet_spawn(pooled.invalidate)
        raise
    else:
        return rows
    finally:
        await greenlet_spawn(pooled.close)


def _is_spoilt(driver: Any, failure: BaseException) -> bool:
    """Whether a connection may not go back to its pool, as it is not known how it stands.

    Who is called off does not hear whether the server has begun what was asked of it.
    """
    return not isinstance(failure, Exception) or driver.is_closed()


async def ask(
    connection: AsyncConnection, statement: Executable, values: Mapping[str, Any]
) -> Sequence[Any]:
    """The rows, each in the order of its columns, within the transaction that is open here."""
    driver = _driver_of(connection)
    if not driver.is_in_transaction():
        # Whoever let SQLAlchemy begin: it does so with the first statement that it sees.
        found = await connection.execute(statement, values)
        return found.all() if found.returns_rows else []
    way = compiled(statement)
    rows: Sequence[Any] = await driver.fetch(way.text, *way.values(values))
    return rows


async def tell(
    connection: AsyncConnection,
    statement: Executable,
    names: tuple[str, ...],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """The same once for each row, which has these names.

    A failure is the driver's own, or SQLAlchemy's where that began the transaction.
    """
    driver = _driver_of(connection)
    if not driver.is_in_transaction():
        await connection.execute(statement, rows)
        return
    way = compiled(statement, names)
    if len(rows) == 1:
        await driver.execute(way.text, *way.values(rows[0]))
    else:
        await driver.executemany(way.text, [way.values(row) for row in rows])


def _driver_of(connection: AsyncConnection) -> Any:
    """Of a connection that is open: nothing has to be waited for."""
    opened = connection.sync_connection
    return None if opened is None else opened.connection.driver_connection
