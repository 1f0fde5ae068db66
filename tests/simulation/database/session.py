"""A connection of a process to its service's database, as SQLAlchemy uses it."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.util import await_

from tests.simulation.database.journal import Driver
from tests.simulation.database.server import Row, Server, Transaction, changes
from tests.simulation.database.translation import locks, skips, translated
from tests.simulation.life import Life


class Session:
    """What DB-API calls a connection; what is open ends with the process."""

    def __init__(self, server: Server, life: Life) -> None:
        self.server = server
        self.life = life
        self.autocommit = False
        self.driver = Driver(server, life)
        self._transaction: Transaction | None = None
        life.at_the_end(self.rollback)

    def cursor(self) -> "Cursor":
        return Cursor(self)

    def begun(self) -> Transaction | None:
        """The open transaction; none where each statement stands for itself."""
        if self._transaction is None and not self.autocommit:
            self._transaction = Transaction()
        return self._transaction

    def commit(self) -> None:
        if self._transaction is None or not self._transaction.written:
            self.rollback()
            return
        await_(self.life.step("commit"))
        self.server.commit(self._transaction)
        self._transaction = None
        await_(self.life.step("committed"))

    def rollback(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            self.server.roll_back(transaction)

    def close(self) -> None:
        self.rollback()
        self.life.no_longer(self.rollback)


class Cursor:
    """Runs one statement and holds what it found."""

    arraysize = 1

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: list[Row] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run it; where it locks rows that another one holds, wait for that one to end."""
        while (holder := self._run(statement, [_plain(value) for value in values])) is not None:
            await_(holder.ended.wait())

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run it for each of these rows."""
        await_(self._session.life.step("statement"))
        transaction = self._session.begun()
        given = [[_plain(value) for value in row] for row in rows]
        self._session.server.execute(transaction, translated(statement), given, many=True)

    def _run(self, statement: str, values: Sequence[Any]) -> Transaction | None:
        plain = translated(statement)
        alone = self._session.autocommit and changes(plain)
        await_(self._session.life.step("write" if alone else "statement"))
        transaction = self._session.begun()
        found = self._session.server.execute(transaction, plain, values)
        self.description, self.rowcount = found.description, found.rowcount
        self._rows = found.fetchall()
        if alone:
            await_(self._session.life.step("written"))
        return self._locking(statement, transaction)

    def _locking(self, statement: str, transaction: Transaction | None) -> Transaction | None:
        """Who must end before the rows that were found can be locked."""
        lock = locks(statement)
        if lock is None or transaction is None:
            return None
        table, columns = lock
        holder = self._session.server.lock(
            transaction, [(table, *row[:columns]) for row in self._rows]
        )
        if holder is not None and skips(statement):
            self._rows = []
            return None
        return holder

    def fetchone(self) -> Row | None:
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int | None = None) -> list[Row]:
        size = size or self.arraysize
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def close(self) -> None:
        self._rows = []

    async def _async_soft_close(self) -> None:
        """Everything was fetched at once, so nothing is open."""


def _plain(value: Any) -> Any:
    """What PostgreSQL's driver takes and SQLite's does not."""
    match value:
        case list():
            return json.dumps([one.hex() if isinstance(one, bytes) else one for one in value])
        case timedelta():
            return round(value.total_seconds() * 1_000_000)
        case _:
            return value
