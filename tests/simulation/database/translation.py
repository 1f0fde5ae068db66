"""What PostgreSQL is told and asked, in words and values that SQLite takes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

Convert: TypeAlias = Callable[[Any], Any]

NAMED_BY = {"checkpoint": 3, "duty": 1, "followed_topic": 2, "timer": 1}
"""Tables whose rows are locked, and how many of the first columns name a row."""

_JSON = msgspec.json.Encoder()
_UNNEST = re.compile(
    r"unnest\((?P<arrays>(?:[^()]|\([^()]*\))*)\)(?: AS (?P<name>\w+) \((?P<columns>[\w, ]+)\))?"
)
_FOR_UPDATE = re.compile(r" FOR UPDATE(?P<skip> SKIP LOCKED)?(?=$|\))")
_TABLES = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE) \"?(\w+)")
_COLUMNS = (
    "FROM (SELECT 'read_model' AS table_schema, t.name AS table_name, c.name AS column_name"
    " FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table')"
)
_PLAIN = (
    # One schema holds all tables of a service.
    (re.compile(r"\bpublic\."), ""),
    (re.compile(r"\bread_model\."), ""),
    # No build stands beside the one that serves.
    (re.compile(r"FROM information_schema\.columns"), _COLUMNS),
    (re.compile(r"= ANY ?\((\?)\)"), r"IN (SELECT value FROM json_each(\1))"),
    (re.compile(r"!= ALL ?\((\?)\)"), r"NOT IN (SELECT value FROM json_each(\1))"),
    (re.compile(r"SELECT FROM"), "SELECT 1 FROM"),
    (re.compile(r"'-infinity'"), "-1"),
    # SQLite would read ON after a FROM as the condition of a join.
    (re.compile(r"(FROM \(SELECT [^W]*\)) ON CONFLICT"), r"\1 WHERE true ON CONFLICT"),
)


@dataclass(frozen=True, slots=True)
class Lock:
    """The rows that a statement locks; `skips` passes over what others have locked."""

    table: str
    columns: int
    skips: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A statement as SQLite takes it, and what it does.

    `tables` are those that it names, and `changes` says whether it does more than look at them;
    `steady` is what finds the same again as long as they stay as they are.
    """

    text: str
    changes: bool
    steady: bool
    tables: frozenset[str]
    lock: Lock | None


@cache
def words_of(statement: str) -> Words:
    """All that is to be known of it, found once."""
    text = _translated(statement)
    return Words(
        text=text,
        changes=changes(statement),
        steady=text.startswith("SELECT") and "clock_timestamp" not in text,
        tables=frozenset(_TABLES.findall(text)),
        lock=_lock_of(statement),
    )


def _translated(statement: str) -> str:
    """The same for SQLite; what is not known here stays as it is."""
    statement = _UNNEST.sub(_rows, _FOR_UPDATE.sub("", statement))
    for found, instead in _PLAIN:
        statement = found.sub(instead, statement)
    return statement


@cache
def changes(statement: str) -> bool:
    """Whether it does more than look."""
    return not statement.lstrip().startswith(("SELECT", "PRAGMA"))


def _lock_of(statement: str) -> Lock | None:
    """What it locks, if it locks rows."""
    locking = _FOR_UPDATE.search(statement)
    table = re.search(r"\bFROM (?:public\.)?(\w+)", statement)
    if locking is None or table is None:
        return None
    return Lock(table[1], NAMED_BY[table[1]], bool(locking["skip"]))


def plain(value: Any) -> Any:
    """As it is kept: lists as JSON, bytes in them as hexadecimal; lengths of time in microseconds.

    It is the value itself that decides, as nobody says which type its column has.
    """
    convert = _KEPT.get(type(value))
    return value if convert is None else convert(value)


def written(moment: datetime) -> str:
    """As text, always in UTC and always as long, so that order is kept."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _listed(values: list[Any]) -> str:
    return _JSON.encode([one.hex() if type(one) is bytes else one for one in values]).decode()


def _microseconds(length: timedelta) -> int:
    return round(length.total_seconds() * 1_000_000)


_KEPT: Mapping[type, Convert] = {
    list: _listed,
    timedelta: _microseconds,
    datetime: written,
    date: date.isoformat,
    UUID: attrgetter("hex"),
}

READ: Mapping[str, Convert] = {
    "DATETIME": datetime.fromisoformat,
    "DATE": date.fromisoformat,
    "CHAR(32)": UUID,
    "JSON TEXT": msgspec.json.decode,
}
"""What comes out of a column, by what it was declared as, where it is not what is kept."""


def _rows(unnest: "re.Match[str]") -> str:
    """Arrays side by side, as SQLite reads them from JSON."""
    arrays = unnest["arrays"].split(", ")
    names = (unnest["columns"] or ", ".join(f"c{n}" for n in range(len(arrays)))).split(", ")
    columns = [f"{_value(array, n)} AS {names[n]}" for n, array in enumerate(arrays)]
    tables = ["json_each(?) AS a0"]
    tables += [f"json_each(?) AS a{n} ON a{n}.key = a0.key" for n in range(1, len(arrays))]
    alias = f" AS {unnest['name']}" if unnest["name"] else ""
    return "(SELECT " + ", ".join(columns) + " FROM " + " JOIN ".join(tables) + ")" + alias


def _value(array: str, nth: int) -> str:
    return f"from_hex(a{nth}.value)" if "bytea" in array else f"a{nth}.value"
