"""What a statement found, as SQLAlchemy would hand it out."""

from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """Rows by the names of their columns, or how many were changed."""

    rows: Sequence[Any]
    rowcount: int

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def all(self) -> Sequence[Any]:
        return self.rows

    def first(self) -> Any:
        return self.rows[0] if self.rows else None

    def one(self) -> Any:
        (row,) = self.rows
        return row

    def scalar(self) -> Any:
        return self.rows[0][0] if self.rows else None

    def scalars(self) -> "Said":
        return Said([row[0] for row in self.rows], self.rowcount)

    def mappings(self) -> "Said":
        return Said([row._mapping for row in self.rows], self.rowcount)


def rows_of(names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Each by the names of its columns."""
    if not rows:
        return ()
    make = _row(names)._make
    return [make(row) for row in rows]


@cache
def _row(names: tuple[str, ...]) -> Any:
    return type(
        "Row",
        (namedtuple("Row", names, rename=True),),
        {"__slots__": (), "_mapping": property(_named)},
    )


def _named(row: Any) -> Mapping[str, Any]:
    named: Mapping[str, Any] = row._asdict()
    return named
