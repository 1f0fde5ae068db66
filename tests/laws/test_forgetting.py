"""A read model that says anything about a person names them, so that they can be forgotten there.

Erasing takes the rows about a person out of every build by the column `talent_id`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Table

from contracts.doors import service_names
from events.sourcing.builds import PERSON
from events.sourcing.codec import personal_fields
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.statements import Drop, Filled, First, Newest, Patch, Statement
from tests.support.arrivals import arriving
from tests.support.kernel import Workplace
from tests.support.services import build

SAID_IN = {
    "registry": {"profile", "tier", "directory", "legal_hold"},
    "concierge": {"queue", "mine", "card", "entry"},
    "policy": {"talent_fact_list"},
    "matching": {"profile", "proposal"},
}
"""At least these say something personal: whatever finds nothing there does not look."""


@pytest.mark.parametrize("service", service_names())
def test_a_table_that_says_something_personal_names_the_person(
    service: str, tmp_path: Path
) -> None:
    found = tables_about_people(service, tmp_path)
    assert found.keys() >= SAID_IN.get(service, set())
    assert [name for name, table in found.items() if PERSON not in table.c] == []


def tables_about_people(service: str, folder: Path) -> Mapping[str, Table]:
    (folder / "kek").write_bytes(bytes(32))
    place = Workplace(
        server_url="postgresql://nobody@127.0.0.1:1/",
        bootstrap="127.0.0.1:1",
        service=service,
        folder=folder,
    )
    kernel: Kernel = build(service, place.settings()).state.kernel
    return {
        table.name: table
        for projection in kernel.projections.values()
        for table in _about_people(service, projection)
    }


def _about_people(service: str, projection: Projection) -> Iterator[Table]:
    for _, recorded in arriving(service, projection):
        personal = words_about_the_person(recorded.event)
        for statement in projection.project(recorded):
            table, values = _written(statement)
            stored = [str(one) for one in values.values()]
            if any(word in one for one in stored for word in personal):
                yield table


def words_about_the_person(event: Any) -> set[str]:
    """What only its sealed fields say; an envelope without its event says nothing."""
    if event is None:
        return set()
    shape: type = type(event)
    sealed = personal_fields(shape)
    names = {field.name for field in fields(event)}
    plain = set(_words({name: getattr(event, name) for name in names - set(sealed)}))
    return set(_words({name: getattr(event, name) for name in sealed})) - plain


def _words(values: object) -> Iterator[str]:
    match msgspec.to_builtins(values):
        case str() as text:
            yield text
        case dict() as inner:
            for one in inner.values():
                yield from _words(one)
        case list() | tuple() as several:
            for one in several:
                yield from _words(one)
        case _:
            return


def _written(statement: Statement) -> tuple[Table, Mapping[str, Any]]:
    match statement:
        case First(table=table, row=row) | Newest(table=table, row=row):
            return table, row
        case Patch(table=table, values=values):
            return table, values
        case Drop(table=table):
            return table, {}
        case Filled(statement=filled, values=values):
            table, params = _written(filled)
            return table, {**params, **values}
        case _:
            compiled: Any = statement
            return compiled.table, compiled.compile().params
