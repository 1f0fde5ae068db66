"""The one line on which SQLAlchemy makes and drops tables, in the transaction it points to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from tests.simulation.database.server import Row, Server, Transaction


@dataclass(slots=True)
class Wire:
    """What DB-API calls a connection. Before each statement it is told where that one goes."""

    server: Server | None = None
    transaction: Transaction | None = None

    def cursor(self) -> "Cursor":
        return Cursor(self)

    def commit(self) -> None:
        """Whoever holds the transaction does that."""

    rollback = close = commit


class Cursor:
    """Runs one statement and holds what it found."""

    arraysize = 1
    lastrowid = None

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._rows: list[Row] = []
        self.description: Any = None
        self.rowcount = -1

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        self._run(statement, values, many=False)

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self._run(statement, rows, many=True)

    def _run(self, statement: str, values: Any, *, many: bool) -> None:
        wire = self._wire
        assert wire.server is not None
        found = wire.server.execute(wire.transaction, statement, values, many=many)
        self._rows, self.description, self.rowcount = found.rows, found.columns, found.rowcount

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


WIRE = Wire()
SPEAKER: Connection = create_engine(
    "sqlite+simulated://", creator=lambda: WIRE, poolclass=StaticPool, hide_parameters=True
).connect()
"""One for all services: what is said on it is done at once, and waits for nothing."""
