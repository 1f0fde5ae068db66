"""Statements in the driver's own words: each is put into them once, its values at each call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ARRAY, Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect

Convert: TypeAlias = Callable[[Any], Any]


def as_json(value: object) -> str:
    """What is written where a column holds JSON."""
    return msgspec.json.encode(value).decode()


_DIALECT: Any = dialect(dbapi=dialect.import_dbapi(), json_serializer=as_json)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """Its text, which is always the same, and whose value stands at each place.

    A value becomes what SQLAlchemy would make of it for the type of its column; `own` are those
    that the statement was put together with.
    """

    text: str
    places: Sequence[tuple[str, Convert | None]]
    own: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> Sequence[Any]:
        """In their order; raises `KeyError` where one is missing."""
        if self.own:
            given = {**self.own, **given}
        return [
            given[name] if convert is None else convert(given[name])
            for name, convert in self.places
        ]


@cache
def compiled(statement: Executable, names: tuple[str, ...] = ()) -> Compiled:
    """A statement that is kept; `names` are the columns that an insert without values fills.

    Raises `ValueError` where SQLAlchemy would make a value itself when it carries it out.
    """
    made: Any = statement
    done = made.compile(dialect=_DIALECT, column_keys=names or None)
    if getattr(done, "insert_prefetch", ()) or getattr(done, "update_prefetch", ()):
        raise ValueError("a default of a column that is not the database's is not known here")
    order = done.positiontup or ()
    return Compiled(
        text=str(done),
        places=[(name, _converter(done, name)) for name in order],
        own={name: done.params[name] for name in order if not done.binds[name].required},
    )


def _converter(done: Any, name: str) -> Convert | None:
    """What makes of a value what the driver takes; `None` where it is that already."""
    kind = done.binds[name].type
    if isinstance(kind, ARRAY):
        item = kind.item_type.dialect_impl(_DIALECT)
        if item.bind_processor(_DIALECT) is None:
            # Nothing is to be made of what is in the list, so it need not be copied.
            return None
    convert: Convert | None = done._bind_processors.get(name)
    return convert
