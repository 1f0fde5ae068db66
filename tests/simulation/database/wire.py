"""The one line on which SQLAlchemy runs its statements, into whichever transaction it points to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from tests.simulation.database.server import Found, Row, Server, Transaction


@dataclass(slots=True)
class Wire:
    """What DB-API calls a connection. Before each statement it is told where that one goes."""

    server: Server | None = None
    transaction: Transaction | None = None
    found: Found = field(default_factory=lambda: Found((), [], -1))
    """By the last statement."""

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
        wire.found = found
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
"""Compiles each statement once for all services, and runs it at once; it waits for nothing."""
