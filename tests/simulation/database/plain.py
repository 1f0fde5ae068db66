"""Statements written by hand go straight to the database: they need no compiling each time."""

from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import TextClause

from tests.simulation.database.dialect import DIALECT
from tests.simulation.database.server import Found, Server, Transaction


@dataclass(frozen=True, slots=True)
class Said:
    """What such a statement found, as SQLAlchemy would hand it out."""

    rows: Sequence[Any]
    rowcount: int

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def all(self) -> Sequence[Any]:
        return self.rows

    def first(self) -> Any:
        return self.rows[0] if self.rows else None


def say(
    server: Server,
    transaction: Transaction | None,
    statement: TextClause,
    values: Mapping[str, Any],
) -> Found:
    """Run it within a transaction, or at once where there is none."""
    text, names = _compiled(statement)
    return server.execute(transaction, text, [values[name] for name in names])


def said(found: Found) -> Said:
    """The rows by the names of their columns."""
    if not found.rows:
        return Said((), found.rowcount)
    named = _row(tuple(column[0] for column in found.columns))
    return Said([named(*row) for row in found.rows], found.rowcount)


@cache
def _compiled(statement: TextClause) -> tuple[str, Sequence[str]]:
    """Its text, and which value stands at each place."""
    compiled: Any = statement.compile(dialect=DIALECT)
    return str(compiled), tuple(compiled.positiontup or ())


@cache
def _row(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns)
