"""SQLAlchemy's PostgreSQL types and statements, as SQLite can keep and run them."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy import types as sqltypes
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteTypeCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import NullPool


class Moment(sqltypes.DateTime):
    """A moment as text, always in UTC and always as long, so that order is kept."""

    def bind_processor(self, dialect: Any) -> Callable[[Any], str | None]:
        return lambda moment: None if moment is None else written(moment)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], datetime | None]:
        return lambda text: None if text is None else datetime.fromisoformat(text)


def written(moment: datetime) -> str:
    """Six digits behind the point, whatever they are."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Listed(sqltypes.ARRAY[Any]):
    """An array as JSON."""

    def bind_processor(self, dialect: Any) -> Callable[[Any], str | None]:
        return lambda values: None if values is None else json.dumps(list(values))

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], list[Any] | None]:
        return lambda text: None if text is None else json.loads(text)


class Types(SQLiteTypeCompiler):
    """Columns of PostgreSQL's own types."""

    def visit_JSONB(self, type_: Any, **_: Any) -> str:  # noqa: N802 - the visitor's name
        return "TEXT"

    def visit_ARRAY(self, type_: Any, **_: Any) -> str:  # noqa: N802 - the visitor's name
        return "TEXT"


class Statements(SQLiteCompiler):
    """Statements as SQLite takes them; that rows are locked is left for the session to see."""

    def for_update_clause(self, select: Any, **_: Any) -> str:
        return " FOR UPDATE SKIP LOCKED" if select._for_update_arg.skip_locked else " FOR UPDATE"


class Dialect(SQLiteDialect_pysqlite):
    """Looks asynchronous from above; below, nothing waits but the simulation itself."""

    driver = "simulated"
    is_async = True
    supports_statement_cache = True
    type_compiler_cls = Types
    statement_compiler = Statements
    colspecs = {
        **SQLiteDialect_pysqlite.colspecs,
        sqltypes.DateTime: Moment,
        sqltypes.ARRAY: Listed,
    }

    @classmethod
    def import_dbapi(cls) -> Any:
        return sqlite3

    def on_connect(self) -> None:
        """The database has its functions already."""

    def get_driver_connection(self, connection: Any) -> Any:
        return connection.driver

    def set_isolation_level(self, dbapi_connection: Any, level: str) -> None:
        dbapi_connection.autocommit = level == "AUTOCOMMIT"

    def reset_isolation_level(self, dbapi_conn: Any) -> None:
        dbapi_conn.autocommit = False

    def detect_autocommit_setting(self, dbapi_conn: Any) -> bool:
        return bool(dbapi_conn.autocommit)

    def get_default_isolation_level(self, dbapi_conn: Any) -> str:
        return "SERIALIZABLE"


DIALECT = Dialect()

registry.register("sqlite.simulated", __name__, "Dialect")


def open_engine(connect: Callable[[], Any]) -> Engine:
    """An engine whose connections are made by `connect`, each when it is needed."""
    return create_engine(
        "sqlite+simulated://", creator=connect, poolclass=NullPool, hide_parameters=True
    )
