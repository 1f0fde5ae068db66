"""What a statement of a projection says: its verb, its table and the values in it."""

from typing import Any

from sqlalchemy.dialects import postgresql

from events.sourcing.statements import Drop, First, Newest, Patch, Statement

DIALECT: Any = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy ships it so


def spoken(statement: Statement) -> tuple[str, str, dict[str, Any]]:
    """Changes of rows speak as the statements that they become."""
    match statement:
        case First(table, row):
            return "INSERT", table.name, dict(row)
        case Newest(table, row):
            return "UPSERT", table.name, dict(row)
        case Patch(table, key, values):
            return "UPDATE", table.name, {**key, **values}
        case Drop(table, key):
            return "DELETE", table.name, dict(key)
        case _:
            return _compiled(statement)


def _compiled(statement: Any) -> tuple[str, str, dict[str, Any]]:
    compiled = statement.compile(dialect=DIALECT)
    verb, *rest = str(compiled).split()
    table = next(word for word in rest if word not in {"INTO", "FROM"})
    return verb, table, dict(compiled.params)
