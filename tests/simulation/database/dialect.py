"""SQLAlchemy's PostgreSQL types and statements, as SQLite can keep and run them."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import types as sqltypes
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteTypeCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from events.sourcing.compiled import as_json


class Moment(sqltypes.DateTime):
    """A moment as the database writes it."""

    def bind_processor(self, dialect: Any) -> None:
        """Nothing is to be done before it is written."""

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], datetime | None]:
        return lambda text: None if text is None else datetime.fromisoformat(text)


class Listed(sqltypes.ARRAY[Any]):
    """An array, which the database writes as JSON."""

    def bind_processor(self, dialect: Any) -> Callable[[Any], list[Any] | None]:
        return lambda values: None if values is None else list(values)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], list[Any] | None]:
        return lambda text: None if text is None else json.loads(text)


class Types(SQLiteTypeCompiler):
    """Columns of PostgreSQL's own types."""

    def visit_JSONB(self, type_: Any, **_: Any) -> str:  # noqa: N802 - the visitor's name
        return "JSON TEXT"

    def visit_ARRAY(self, type_: Any, **_: Any) -> str:  # noqa: N802 - the visitor's name
        return "JSON TEXT"


class Statements(SQLiteCompiler):
    """Statements as SQLite takes them; that rows are locked is left for the session to see."""

    def for_update_clause(self, select: Any, **_: Any) -> str:
        return " FOR UPDATE SKIP LOCKED" if select._for_update_arg.skip_locked else " FOR UPDATE"


class Dialect(SQLiteDialect_pysqlite):
    """SQLite with the above; the database has its functions already."""

    driver = "simulated"
    supports_statement_cache = True
    type_compiler_cls = Types
    statement_compiler = Statements
    colspecs = {  # noqa: RUF012 - as the class above has it
        **SQLiteDialect_pysqlite.colspecs,
        sqltypes.DateTime: Moment,
        sqltypes.ARRAY: Listed,
    }

    def on_connect(self) -> None:  # type: ignore[override]
        """Nothing is to be done then."""

    def initialize(self, connection: Any) -> None:
        """Nothing is to be asked first."""


DIALECT = Dialect(json_serializer=as_json)

registry.register("sqlite.simulated", __name__, "Dialect")
