"""Writes rows that change alike: each by itself, or thousands by one statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias

from sqlalchemy import (
    ARRAY,
    Column,
    Executable,
    Table,
    TableValuedAlias,
    bindparam,
    column,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.direct import tell

Row: TypeAlias = dict[str, Any]

AT_ONCE = 2_000
"""Rows in one statement at most: it is done in some hundredths of a second, and others get on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What rows have in common that one statement changes: `columns` are given or set.

    `over` are those of them that are set where an inserted row's key is there already.
    """

    kind: Literal["insert", "update", "delete"]
    table: Table
    columns: tuple[str, ...] = ()
    over: tuple[str, ...] = ()


class Write(Protocol):
    """Carries the changes of rows of one shape out; no two of them have the same key."""

    async def __call__(
        self, connection: AsyncConnection, shape: Shape, rows: Sequence[Row]
    ) -> None: ...


def keyed(name: str) -> str:
    """Under which name a row gives a part of its key, where it is not inserted."""
    return f"key_{name}"


def newly(name: str) -> str:
    """Under which name a row gives what a column is to be set to, where it is not inserted."""
    return f"set_{name}"


@cache
def key_names(table: Table) -> tuple[str, ...]:
    """The columns of a table's key; raises `ValueError` where it has none."""
    names = tuple(column.name for column in table.primary_key)
    if not names:
        raise ValueError(f"{table.name} has no key to fold changes by")
    return names


async def each_row(connection: AsyncConnection, shape: Shape, rows: Sequence[Row]) -> None:
    """A statement for each row: its plan suits tables of any size."""
    await tell(connection, _one(shape), tuple(_given(shape)), rows)


async def each_row_by_sqlalchemy(
    connection: AsyncConnection, shape: Shape, rows: Sequence[Row]
) -> None:
    """The same; a failure has SQLAlchemy's name for it, under which it may be kept for long."""
    await connection.execute(_one(shape), rows)


async def many_rows(connection: AsyncConnection, shape: Shape, rows: Sequence[Row]) -> None:
    """Few statements for many rows; only where plans that scan whole tables are ruled out."""
    if any(isinstance(one.type, ARRAY) for one in _given(shape).values()):
        # An array of arrays cannot be taken apart again.
        await each_row_by_sqlalchemy(connection, shape, rows)
        return
    names = list(_given(shape))
    for some in _parts(rows):
        columns = {f"all_{name}": [row[name] for row in some] for name in names}
        await connection.execute(_many(shape), columns)


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]


@cache
def _given(shape: Shape) -> dict[str, Column[Any]]:
    """What a row of this shape names, and the columns behind it."""
    columns = shape.table.c
    if shape.kind == "insert":
        return {name: columns[name] for name in shape.columns}
    keys = {keyed(name): columns[name] for name in key_names(shape.table)}
    return keys | {newly(name): columns[name] for name in shape.columns}


@cache
def _one(shape: Shape) -> Executable:
    given = {name: bindparam(name, type_=one.type) for name, one in _given(shape).items()}
    if shape.kind == "insert":
        return _over(insert(shape.table), shape)
    return _changed(shape, given)


@cache
def _many(shape: Shape) -> Executable:
    """The rows arrive as an array for each column; their statistics do not matter to the plan."""
    rows = _rows(shape)
    if shape.kind == "insert":
        given = insert(shape.table).from_select(list(shape.columns), select(*rows.c))
        return _over(given, shape)
    return _changed(shape, {one.name: one for one in rows.c})


def _rows(shape: Shape) -> TableValuedAlias:
    arrays = [
        bindparam(f"all_{name}", type_=ARRAY(one.type, dimensions=1))
        for name, one in _given(shape).items()
    ]
    names = [column(name, one.type) for name, one in _given(shape).items()]
    return func.unnest(*arrays).table_valued(*names).render_derived(name="row")


def _over(given: Insert, shape: Shape) -> Executable:
    if not shape.over:
        return given.on_conflict_do_nothing()
    return given.on_conflict_do_update(
        index_elements=list(key_names(shape.table)),
        set_={name: given.excluded[name] for name in shape.over},
    )


def _changed(shape: Shape, given: dict[str, Any]) -> Executable:
    table = shape.table
    here = [table.c[name] == given[keyed(name)] for name in key_names(table)]
    if shape.kind == "delete":
        return delete(table).where(*here)
    return update(table).where(*here).values({name: given[newly(name)] for name in shape.columns})
