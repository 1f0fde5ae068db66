"""Statements written by hand go straight to the database: they need no compiling each time."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause

from tests.simulation.database.dialect import DIALECT
from tests.simulation.database.said import Said, rows_of
from tests.simulation.database.server import Found, Server, Transaction
from tests.simulation.database.translation import Convert


def say(
    server: Server,
    transaction: Transaction | None,
    statement: TextClause,
    values: Mapping[str, Any] | Sequence[Mapping[str, Any]],
) -> tuple[Said, Found]:
    """Run it once all places are filled; what it found by the names of its columns, and raw."""
    text, names = _compiled(statement)
    if isinstance(values, Mapping):
        found = server.execute(transaction, text, [values[name] for name in names])
    else:
        each = [[row[name] for name in names] for row in values]
        found = server.execute(transaction, text, each, many=True)
    return _said(found, server.reads(text)), found


def _said(found: Found, reads: Mapping[str, Convert]) -> Said:
    if not found.rows:
        return Said((), found.rowcount)
    names = tuple(column[0] for column in found.columns)
    rows: Sequence[Sequence[Any]] = found.rows
    if not reads.keys().isdisjoint(names):
        converts = [reads.get(name) for name in names]
        rows = [[*map(_read, converts, row)] for row in rows]
    return Said(rows_of(names, rows), found.rowcount)


def _read(convert: Convert | None, value: Any) -> Any:
    return value if convert is None or value is None else convert(value)


@cache
def _compiled(statement: TextClause) -> tuple[str, Sequence[str]]:
    """Its text, and which value stands at each place."""
    compiled: Any = statement.compile(dialect=DIALECT)
    return str(compiled), tuple(compiled.positiontup or ())
