"""What a process takes for its `AsyncEngine`: the same calls, and a step before each answer."""

import re
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection as Speaker
from sqlalchemy import TextClause, text

from tests.simulation.database.composed import ask
from tests.simulation.database.journal import Driver
from tests.simulation.database.plain import say
from tests.simulation.database.server import Server, Transaction
from tests.simulation.database.translation import changes
from tests.simulation.database.wire import SPEAKER, WIRE
from tests.simulation.life import Life

T = TypeVar("T")

_NUMBERED = re.compile(r"\$(\d+)(?:::\w+(?: WITH TIME ZONE)?(?:\[\])?)?")


class Engine:
    """A service's database, as one process reaches it."""

    def __init__(self, server: Server, life: Life, *, autocommit: bool = False) -> None:
        self._server = server
        self._life = life
        self._autocommit = autocommit

    def execution_options(self, *, isolation_level: str) -> "Engine":
        return Engine(self._server, self._life, autocommit=isolation_level == "AUTOCOMMIT")

    def connect(self) -> "Connection":
        """To be awaited and closed, or to be used as a context; what is not committed is lost."""
        return Connection(self._server, self._life, autocommit=self._autocommit)

    async def raw_connection(self) -> "RawConnection":
        """As it is kept in a pool."""
        return (await self.connect()).connection

    @asynccontextmanager
    async def begin(self) -> "AsyncIterator[Connection]":
        async with self.connect() as connection:
            yield connection
            await connection.commit()

    async def dispose(self) -> None:
        """Nothing is kept."""


class Connection:
    """A connection and its transaction; both end with the process."""

    def __init__(self, server: Server, life: Life, *, autocommit: bool) -> None:
        self._server = server
        self._life = life
        self._transaction = None if autocommit else Transaction()
        self._savepoints = 0

    def __await__(self) -> "Generator[Any, None, Connection]":
        return self.__aenter__().__await__()

    async def __aenter__(self) -> "Connection":
        self._life.must_go_on()
        self._life.at_the_end(self._roll_back)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._roll_back()

    async def close(self) -> None:
        self._roll_back()

    invalidate = close

    def _roll_back(self) -> None:
        self._life.no_longer(self._roll_back)
        if self._transaction is not None:
            self._server.roll_back(self._transaction)

    async def commit(self) -> None:
        if self._transaction is None or not self._transaction.written:
            return
        await self._life.step("commit")
        self._server.commit(self._transaction)
        await self._life.step("committed")

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run it; where it locks rows that another one holds, wait for that one to end."""
        alone = self._transaction is None and _changes(statement)
        await self._life.step("write" if alone else "statement")
        result, holder = self._run(statement, parameters)
        while holder is not None:
            await holder.ended.wait()
            self._life.must_go_on()
            result, holder = self._run(statement, parameters)
        if alone:
            await self._life.step("written")
        return result

    def _run(self, statement: Any, parameters: Any) -> tuple[Any, Transaction | None]:
        """What came of it, and who must end before it can be what was asked for."""
        if isinstance(statement, TextClause):
            result, found = say(self._server, self._transaction, statement, parameters or {})
        else:
            result, found = ask(self._server, self._transaction, statement, parameters)
        return result, found.holder

    def _speaker(self) -> Speaker:
        WIRE.server, WIRE.transaction = self._server, self._transaction
        return SPEAKER

    async def scalar(self, statement: Any, parameters: Any = None) -> Any:
        return (await self.execute(statement, parameters)).scalar()

    async def scalars(self, statement: Any, parameters: Any = None) -> Any:
        return (await self.execute(statement, parameters)).scalars()

    async def run_sync(self, work: Callable[..., T], **options: Any) -> T:
        await self._life.step("statement")
        return work(self._speaker(), **options)

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        self._savepoints += 1
        name = f"savepoint_{self._savepoints}"
        self._say(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            self._say(f"ROLLBACK TO {name}")
            raise
        self._say(f"RELEASE {name}")

    def _say(self, statement: str) -> None:
        self._life.must_go_on()
        self._server.execute(self._transaction, statement, ())

    @property
    def sync_connection(self) -> "Connection":
        """Nothing below waits by itself."""
        return self

    @property
    def connection(self) -> "RawConnection":
        return RawConnection(Driver(self._server, self._life, self), self._roll_back)

    async def get_raw_connection(self) -> "RawConnection":
        return self.connection

    def is_in_transaction(self) -> bool:
        return self._transaction is not None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Begun by whoever speaks to the driver, perhaps not the first one here."""
        self._life.at_the_end(self._roll_back)
        self._transaction = Transaction()
        try:
            yield
            await self.commit()
        finally:
            self._roll_back()
            self._transaction = None

    async def answer(self, statement: str, *rows: Sequence[Any]) -> Sequence[Any]:
        """What a statement in the driver's words finds, or nothing if there are several rows."""
        named = [_numbered(row) for row in rows]
        found = await self.execute(_named(statement), named if len(named) > 1 else named[0])
        answer: Sequence[Any] = found.all()
        return answer


class RawConnection:
    """What is below."""

    def __init__(self, driver: Driver, close: Callable[[], None]) -> None:
        self.driver_connection = driver
        self.close = self.invalidate = close


def _numbered(values: Sequence[Any]) -> dict[str, Any]:
    """Each value is named by its number."""
    return {f"v{number}": value for number, value in enumerate(values, start=1)}


@cache
def _named(statement: str) -> TextClause:
    return text(_NUMBERED.sub(r":v\1", statement))


def _changes(statement: Any) -> bool:
    if isinstance(statement, TextClause):
        return changes(statement.text)
    return bool(getattr(statement, "is_dml", False))
