"""What a read model is to change: one row by its key, or whatever a statement says.

Changes of rows are folded in memory until they are written, so that many events of one row come to
one change of it; what the tables hold then is what one after the other would have given.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, TypeAlias, assert_never

from sqlalchemy import Executable, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.rows import (
    Row,
    Shape,
    Write,
    each_row,
    each_row_by_sqlalchemy,
    key_names,
    keyed,
    newly,
)

Values: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class First:
    """This row, unless there is one under its key."""

    table: Table
    row: Values


@dataclass(frozen=True, slots=True)
class Newest:
    """This row; where there is one under its key, these columns of it."""

    table: Table
    row: Values


@dataclass(frozen=True, slots=True)
class Patch:
    """These columns of the row under this key, if there is one."""

    table: Table
    key: Values
    values: Values


@dataclass(frozen=True, slots=True)
class Drop:
    """No row under this key."""

    table: Table
    key: Values


@dataclass(frozen=True, slots=True)
class Filled:
    """A statement that was put together once, with the values it has for one event."""

    statement: Executable
    values: Values


Change: TypeAlias = First | Newest | Patch | Drop
Asked: TypeAlias = Executable | Filled
Statement: TypeAlias = Asked | Change


@dataclass(slots=True)
class _Written:
    """Insert `row`; where there is one, set those of its columns that are named."""

    row: Row
    over: set[str]


@dataclass(slots=True)
class _Patched:
    values: Row


@dataclass(slots=True)
class _Gone:
    pass


_Folded: TypeAlias = _Written | _Patched | _Gone


_Rows: TypeAlias = dict[Table, dict[Any, _Folded]]


async def execute(connection: AsyncConnection, statement: Statement) -> None:
    """Carry one statement out at once; a failure has the name that SQLAlchemy gives it."""
    bundle = Bundle()
    bundle.add([statement])
    await bundle.write(connection, each_row_by_sqlalchemy)


class Bundle:
    """Folds changes of rows; any other statement finds everything before it written."""

    def __init__(self) -> None:
        self._steps: list[_Rows | Asked] = []
        self._rows: _Rows = {}

    @property
    def waiting(self) -> int:
        """How many rows and other statements are to be written."""
        return sum(sum(map(len, s.values())) if isinstance(s, dict) else 1 for s in self._all())

    def add(self, statements: Iterable[Statement]) -> None:
        """Keep until all is written."""
        for statement in statements:
            if isinstance(statement, Executable | Filled):
                self._begin_anew(statement)
            elif not _kept(self._rows, statement):
                self._begin_anew()
                _kept(self._rows, statement)

    async def write(self, connection: AsyncConnection, write: Write = each_row) -> None:
        """Carry all out, in order."""
        for step in self._all():
            if isinstance(step, dict):
                await _write(connection, step, write)
            elif isinstance(step, Filled):
                await connection.execute(step.statement, step.values)
            else:
                await connection.execute(step)

    def _begin_anew(self, *first: Asked) -> None:
        """Nothing is folded into what stands before this."""
        self._steps += [self._rows, *first]
        self._rows = {}

    def _all(self) -> list[_Rows | Asked]:
        return [*self._steps, self._rows]


def _kept(rows: _Rows, change: Change) -> bool:
    """Whether it and what waits under its key come to one change, which waits now."""
    waiting = rows.setdefault(change.table, {})
    key = _key_of(change)
    before = waiting.get(key)
    if not _follows(before, change):
        return False
    waiting[key] = _fold(before, change)
    return True


async def _write(connection: AsyncConnection, rows: _Rows, write: Write) -> None:
    for table, waiting in rows.items():
        shapes: dict[Shape, list[Row]] = {}
        for key, folded in waiting.items():
            shape, row = _written(table, key, folded)
            shapes.setdefault(shape, []).append(row)
        for shape, alike in shapes.items():
            await write(connection, shape, alike)


def _key_of(change: Change) -> Any:
    """The values of the key: one by itself, several as a tuple."""
    named = change.row if isinstance(change, First | Newest) else change.key
    return _key_in(change.table)(named)


@cache
def _key_in(table: Table) -> Callable[[Values], Any]:
    return itemgetter(*key_names(table))


def _follows(before: _Folded | None, change: Change) -> bool:
    """A row made after it was gone or patched does not come to one change with that."""
    return before is None or isinstance(before, _Written) or isinstance(change, Patch | Drop)


def _fold(before: _Folded | None, change: Change) -> _Folded:
    """What waits is changed in place: it belongs to the bundle alone."""
    match change:
        case First(row=row):
            return before if isinstance(before, _Written) else _Written({**row}, set())
        case Newest(row=row):
            return _over(before, row) if isinstance(before, _Written) else _Written({**row}, {*row})
        case Patch(values=values):
            return _patched(before, values)
        case Drop():
            return _Gone()
    assert_never(change)


def _patched(before: _Folded | None, values: Values) -> _Folded:
    match before:
        case _Written():
            return _over(before, values)
        case _Patched():
            before.values.update(values)
            return before
        case _Gone():
            return before
        case None:
            return _Patched({**values})
    assert_never(before)


def _over(before: _Written, values: Values) -> _Written:
    before.row.update(values)
    before.over.update(values)
    return before


def _written(table: Table, key: Any, folded: _Folded) -> tuple[Shape, Row]:
    """What is alike goes with one statement: its shape, and this row's values."""
    match folded:
        case _Written(row=row, over=over):
            columns, set_ = tuple(sorted(row)), tuple(sorted(over.difference(key_names(table))))
            return Shape(kind="insert", table=table, columns=columns, over=set_), row
        case _Patched(values=values):
            columns = tuple(sorted(values))
            shape = Shape(kind="update", table=table, columns=columns)
            return shape, {**_keyed(table, key), **{newly(n): v for n, v in values.items()}}
        case _Gone():
            return Shape(kind="delete", table=table), _keyed(table, key)


def _keyed(table: Table, key: Any) -> Row:
    names = key_names(table)
    values = key if len(names) > 1 else (key,)
    return {keyed(name): value for name, value in zip(names, values, strict=True)}
