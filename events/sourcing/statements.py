"""What a read model is to change: a row by its key, or any statement.

Changes of rows are folded in memory until they are written, so that many events of one row come to
one change of it; what the tables hold then is what one after the other would have given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, assert_never

from sqlalchemy import Executable, Table, bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

Values: TypeAlias = Mapping[str, object]
Key: TypeAlias = tuple[object, ...]


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


Change: TypeAlias = First | Newest | Patch | Drop
Statement: TypeAlias = Executable | Change


@dataclass(frozen=True, slots=True)
class _Written:
    """Insert `row`; where there is one, set those of its columns that are named."""

    row: Values
    over: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Patched:
    values: Values


@dataclass(frozen=True, slots=True)
class _Gone:
    pass


_Folded: TypeAlias = _Written | _Patched | _Gone


async def execute(connection: AsyncConnection, statement: Statement) -> None:
    """Carry one statement out at once."""
    bundle = Bundle(connection)
    await bundle.add([statement])
    await bundle.flush()


class Bundle:
    """Folds changes of rows; any other statement lets all that wait be written first."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._waiting: dict[Table, dict[Key, _Folded]] = {}

    async def add(self, statements: Iterable[Statement]) -> None:
        """Keep until the flush, or carry out."""
        for statement in statements:
            if isinstance(statement, Executable):
                await self.flush()
                await self._connection.execute(statement)
            else:
                await self._keep(statement)

    async def flush(self) -> None:
        """Write all that waits."""
        for table in list(self._waiting):
            await self._write(table)

    async def _keep(self, change: Change) -> None:
        key = _key_of(change)
        rows = self._waiting.setdefault(change.table, {})
        if not _follows(rows.get(key), change):
            await self._write(change.table)
            rows = self._waiting.setdefault(change.table, {})
        rows[key] = _fold(rows.get(key), change)

    async def _write(self, table: Table) -> None:
        shapes: dict[object, tuple[Executable, list[dict[str, Any]]]] = {}
        for key, folded in self._waiting.pop(table).items():
            shape, statement, values = _written(table, key, folded)
            shapes.setdefault(shape, (statement, []))[1].append(values)
        for statement, rows in shapes.values():
            await self._connection.execute(statement, rows)


def _key_of(change: Change) -> Key:
    named = change.row if isinstance(change, First | Newest) else change.key
    return tuple(named[name] for name in _key_names(change.table))


def _follows(before: _Folded | None, change: Change) -> bool:
    """Whether both come to one change; a row made after it was gone or patched does not."""
    return isinstance(before, _Written | None) or isinstance(change, Patch | Drop)


def _fold(before: _Folded | None, change: Change) -> _Folded:
    match change:
        case First(row=row):
            return before if isinstance(before, _Written) else _Written(row, frozenset())
        case Newest(row=row):
            return (
                _over(before, row)
                if isinstance(before, _Written)
                else _Written(row, frozenset(row))
            )
        case Patch(values=values):
            return _patched(before, values)
        case Drop():
            return _Gone()
    assert_never(change)


def _patched(before: _Folded | None, values: Values) -> _Folded:
    match before:
        case _Written():
            return _over(before, values)
        case _Patched(values=earlier):
            return _Patched({**earlier, **values})
        case _Gone():
            return before
        case None:
            return _Patched(values)
    assert_never(before)


def _over(before: _Written, values: Values) -> _Written:
    return _Written({**before.row, **values}, before.over | values.keys())


def _written(table: Table, key: Key, folded: _Folded) -> tuple[object, Executable, dict[str, Any]]:
    """What is alike goes with one statement: its shape, the statement, this row's values."""
    names = _key_names(table)
    keyed = {f"key_{name}": value for name, value in zip(names, key, strict=True)}
    match folded:
        case _Written(row=row, over=over):
            columns, set_ = tuple(sorted(row)), tuple(sorted(over - set(names)))
            shape: object = ("written", columns, set_)
            return shape, _insert(table, set_), dict(row)
        case _Patched(values=values):
            columns = tuple(sorted(values))
            return ("patched", columns), _update(table, columns), {**keyed, **_set(values)}
        case _Gone():
            return "gone", _delete(table), keyed


def _set(values: Values) -> dict[str, object]:
    return {f"set_{name}": value for name, value in values.items()}


@cache
def _key_names(table: Table) -> Sequence[str]:
    names = [column.name for column in table.primary_key]
    if not names:
        raise ValueError(f"{table.name} has no key to fold changes by")
    return names


@cache
def _insert(table: Table, over: tuple[str, ...]) -> Executable:
    statement = insert(table)
    if not over:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(
        index_elements=list(_key_names(table)),
        set_={name: statement.excluded[name] for name in over},
    )


@cache
def _update(table: Table, columns: tuple[str, ...]) -> Executable:
    values = {name: bindparam(f"set_{name}", type_=table.c[name].type) for name in columns}
    return update(table).where(*_keyed(table)).values(values)


@cache
def _delete(table: Table) -> Executable:
    return delete(table).where(*_keyed(table))


def _keyed(table: Table) -> list[Any]:
    return [table.c[name] == bindparam(f"key_{name}") for name in _key_names(table)]
