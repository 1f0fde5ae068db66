"""Statements that SQLAlchemy puts together: compiled once, then run like those written by hand."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Executable

from tests.simulation.database.dialect import DIALECT
from tests.simulation.database.said import Said, rows_of
from tests.simulation.database.server import Found, Server, Transaction

Values: TypeAlias = Mapping[str, Any]
Convert: TypeAlias = Callable[[Any], Any]

NOTHING: Mapping[str, Any] = {}

_COMPILED: dict[Any, Any] = {}
"""By what SQLAlchemy tells statements apart by."""


_PREPARED: WeakKeyDictionary[Any, dict[Hashable, "Prepared"]] = WeakKeyDictionary()
"""By the statement itself: most are put together once and asked again and again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement compiled as if it had other values, and the values that it has."""

    compiled: Any
    own: Values

    def named(self, given: Values) -> dict[str, Any]:
        """By their names; what SQLAlchemy does with them does not change what is kept."""
        return {**self.own, **given}


def ask(
    server: Server,
    transaction: Transaction | None,
    statement: Executable,
    parameters: Values | Sequence[Values] | None,
) -> tuple[Said, Found]:
    """Run it; what it found as SQLAlchemy would hand it out, and as it stands in the tables."""
    given = _each(parameters)
    prepared = _prepared(statement, given)
    compiled = prepared.compiled
    if len(given) > 1:
        each = [_values(compiled, prepared.named(one)) for one in given]
        found = server.execute(transaction, compiled.string, each, many=True)
    else:
        text, values = _expanded(compiled, prepared.named(given[0] if given else NOTHING))
        found = server.execute(transaction, text, values)
    return _said(compiled, found), found


def _each(parameters: Values | Sequence[Values] | None) -> Sequence[Values]:
    if not parameters:
        return ()
    return (parameters,) if isinstance(parameters, Mapping) else parameters


def _prepared(statement: Any, given: Sequence[Values]) -> Prepared:
    ways = _PREPARED.setdefault(statement, {})
    way = (frozenset(given[0]) if given else None, len(given) > 1)
    if way not in ways:
        ways[way] = _prepare(statement, given)
    return ways[way]


def _prepare(statement: Any, given: Sequence[Values]) -> Prepared:
    compiled, extracted, set_later, _ = statement._compile_w_cache(
        dialect=DIALECT,
        compiled_cache=_COMPILED,
        column_keys=sorted(given[0]) if given else [],
        for_executemany=len(given) > 1,
    )
    assert not compiled.insert_prefetch, "a default that Python makes would be left out"
    assert not compiled.update_prefetch, "a default that Python makes would be left out"
    first = given[0] if given else None
    own = compiled.construct_params(
        first,
        escape_names=False,
        extracted_parameters=extracted,
        _collected_params=set_later,
    )
    assert set(first or ()) <= own.keys(), "a value would be given under another name"
    return Prepared(compiled, own)


def _expanded(compiled: Any, named: dict[str, Any]) -> tuple[str, list[Any]]:
    """The text, longer by each of several values that one place stands for."""
    if not (compiled.post_compile_params or compiled.literal_execute_params):
        return compiled.string, _values(compiled, named)
    expanded = compiled._process_parameters_for_postcompile(named)
    processors = {**compiled._bind_processors, **expanded.processors}
    return expanded.statement, _converted(processors, expanded.positiontup, named)


def _values(compiled: Any, named: Values) -> list[Any]:
    return _converted(compiled._bind_processors, compiled.positiontup, named)


def _converted(processors: Mapping[str, Convert], names: Sequence[str], named: Values) -> list[Any]:
    return [processors[name](named[name]) if name in processors else named[name] for name in names]


def _said(compiled: Any, found: Found) -> Said:
    names, converts = _shape(compiled)
    if not found.rows or not converts:
        return Said(rows_of(names, found.rows), found.rowcount)
    rows = [list(row) for row in found.rows]
    for row in rows:
        for place, convert in converts:
            row[place] = convert(row[place])
    return Said(rows_of(names, rows), found.rowcount)


@cache
def _shape(compiled: Any) -> tuple[tuple[str, ...], Sequence[tuple[int, Convert]]]:
    """The names of the columns, and which do not come as they are kept."""
    columns = compiled._result_columns
    converts = [column.type._cached_result_processor(DIALECT, None) for column in columns]
    return (
        tuple(map(_name, columns)),
        [(place, convert) for place, convert in enumerate(converts) if convert is not None],
    )


def _name(column: Any) -> str:
    """A column of a table may have one name for PostgreSQL and another for Python."""
    source = column.objects[0]
    return str(source.key if isinstance(source, Column) else column.keyname)
