"""The few statements that the kernel writes for PostgreSQL by hand, in SQLite's words."""

import re
from functools import cache
from typing import TypeAlias

Lock: TypeAlias = tuple[str, int]
"""A table whose rows a statement locks, and how many of its first columns name a row."""

NAMED_BY = {"checkpoint": 3, "timer": 1}

_UNNEST = re.compile(
    r"unnest\((?P<arrays>(?:[^()]|\([^()]*\))*)\)(?: AS (?P<name>\w+) \((?P<columns>[\w, ]+)\))?"
)
_LOCK = re.compile(r" FOR UPDATE(?P<skip> SKIP LOCKED)?$")
_PLAIN = (
    # One schema holds all tables of a service.
    (re.compile(r"\bpublic\."), ""),
    (re.compile(r"= ANY\((\?)\)"), r"IN (SELECT value FROM json_each(\1))"),
    (re.compile(r"SELECT FROM"), "SELECT 1 FROM"),
    (re.compile(r"'-infinity'"), "-1"),
    # SQLite reads ON after a FROM as the condition of a join.
    (
        re.compile(r"(SELECT [^()]*FROM \(SELECT [^W]*\)(?: AS \w+)?) ON CONFLICT"),
        r"\1 WHERE true ON CONFLICT",
    ),
)


@cache
def translated(statement: str) -> str:
    """The same for SQLite; what is not known here stays as it is."""
    statement = _UNNEST.sub(_rows, _LOCK.sub("", statement))
    for found, instead in _PLAIN:
        statement = found.sub(instead, statement)
    return statement


@cache
def locks(statement: str) -> Lock | None:
    """What a statement locks, if it locks rows."""
    if not _LOCK.search(statement):
        return None
    found = re.search(r"\bFROM (?:public\.)?(\w+)", statement)
    table = found[1] if found else ""
    return table, NAMED_BY[table]


@cache
def skips(statement: str) -> bool:
    """Whether it passes over what others have locked."""
    found = _LOCK.search(statement)
    return bool(found and found["skip"])


def _rows(unnest: "re.Match[str]") -> str:
    """Arrays side by side, as SQLite reads them from JSON."""
    arrays = unnest["arrays"].split(", ")
    names = (unnest["columns"] or ", ".join(f"c{n}" for n in range(len(arrays)))).split(", ")
    columns = [f"{_value(array, n)} AS {names[n]}" for n, array in enumerate(arrays)]
    tables = [
        f"json_each(?) AS a{n}" + (f" ON a{n}.key = a0.key" if n else "")
        for n in range(len(arrays))
    ]
    alias = f" AS {unnest['name']}" if unnest["name"] else ""
    return f"(SELECT {', '.join(columns)} FROM {' JOIN '.join(tables)}){alias}"


def _value(array: str, nth: int) -> str:
    return f"from_hex(a{nth}.value)" if "bytea" in array else f"a{nth}.value"
