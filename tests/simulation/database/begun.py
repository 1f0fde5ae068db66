"""Where a server keeps its tables: in SQLite, and again as they were once a server is closed.

SQLite reads each statement once for each connection, so the next run goes on with the connection of
the last one, on which everything is taken back.
"""

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy.schema import CreateTable

from events.sourcing.kernel_tables import kernel
from tests.simulation.database.dialect import DIALECT
from tests.simulation.database.translation import words_of

FASTER = 3
"""How much faster than its processes' clocks a database's own runs, by which leases end."""

LEASES = (
    "CREATE TABLE relay_pointer (single BOOLEAN, position BIGINT, token BIGINT, leased_until)",
    "INSERT INTO relay_pointer VALUES (true, 0, 0, -1)",
    "CREATE TABLE duty (name TEXT PRIMARY KEY, token BIGINT DEFAULT 0, leased_until DEFAULT -1)",
)

STATEMENTS = 500
"""So many are kept ready; a service has some hundred."""

# A transaction within the one that holds everything a run has changed.
BEGIN, COMMIT = "SAVEPOINT turn", "RELEASE turn"
ROLLBACK = ("ROLLBACK TO turn", "RELEASE turn")

_GIVEN_BACK: defaultdict[bytes, list[sqlite3.Connection]] = defaultdict(list)
"""By what is in the tables."""


class Database(sqlite3.Connection):
    """One in memory, which is closed when nobody knows it any more."""

    def __del__(self) -> None:
        self.close()


def taken(tables: bytes) -> sqlite3.Connection:
    """These tables for one server, or only the kernel's where there are none."""
    if not tables:
        return _migrated()
    free = _GIVEN_BACK[tables]
    connection = free.pop() if free else _with_tables(tables)
    connection.execute("SAVEPOINT run")
    return connection


def give_back(tables: bytes, connection: sqlite3.Connection) -> None:
    """Whatever was changed in these tables is taken back."""
    if tables:
        connection.execute("ROLLBACK TO run")
        connection.execute("RELEASE run")
        _GIVEN_BACK[tables].append(connection)


def _with_tables(tables: bytes) -> sqlite3.Connection:
    connection = _connection()
    connection.deserialize(tables)
    return connection


def _migrated() -> sqlite3.Connection:
    connection = _connection()
    for table in kernel.sorted_tables:
        connection.execute(words_of(str(CreateTable(table).compile(dialect=DIALECT))).text)
    for statement in LEASES:
        connection.execute(statement)
    return connection


def _connection() -> sqlite3.Connection:
    """One that has those functions of PostgreSQL which are used."""
    connection = sqlite3.connect(
        ":memory:",
        isolation_level=None,
        cached_statements=STATEMENTS,
        factory=Database,
        check_same_thread=False,  # Whichever thread finds that nobody knows it any more.
    )
    make: Callable[..., None] = connection.create_function
    make("clock_timestamp", 0, _microseconds)
    make("greatest", -1, max)
    make("least", -1, _least)
    make("from_hex", 1, bytes.fromhex)
    make("pg_advisory_xact_lock", 1, lambda _: None)
    return connection


def _least(*values: Any) -> Any:
    """PostgreSQL passes over what is not there."""
    return min((value for value in values if value is not None), default=None)


def _microseconds() -> int:
    return round(asyncio.get_running_loop().time() * FASTER * 1_000_000)
