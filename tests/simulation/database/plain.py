"""Statements written by hand go straight to the database: they need no compiling each time."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause

from tests.simulation.database.dialect import DIALECT
from tests.simulation.database.said import Said, rows_of
from tests.simulation.database.server import Found, Server, Transaction


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
    return Said(rows_of(tuple(column[0] for column in found.columns), found.rows), found.rowcount)


@cache
def _compiled(statement: TextClause) -> tuple[str, Sequence[str]]:
    """Its text, and which value stands at each place."""
    compiled: Any = statement.compile(dialect=DIALECT)
    return str(compiled), tuple(compiled.positiontup or ())
