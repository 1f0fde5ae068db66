"""Whoever is in the file that was named, one by one, whichever form it has."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from events.catalog.talent import Fact, FactValue
from services.policy.offline.asked import Asked
from services.policy.offline.people import Person, read_people
from services.policy.offline.problems import Unusable, problem
from services.policy.offline.table import HOUSEHOLD, OWN_COLUMNS, TALENT, read_table
from services.policy.rules import Vocabulary
from services.policy.rules.bulk.frame import NOT_APPLICABLE_TO

TABLE = ".parquet"


def persons_of(asked: Asked, vocabulary: Vocabulary) -> Iterator[Person]:
    """Raises `Unusable` where no file was named or it cannot be read."""
    if asked.people is None:
        said = "it is not said who is to be judged"
        raise Unusable([problem("--people", said, "Name a file: --people FILE.json or .parquet.")])
    if asked.people.suffix != TABLE:
        yield from read_people(asked.people, vocabulary, asked.known_at)
        return
    yield from _rows(read_table(asked.people, vocabulary), asked)


def _rows(frame: pl.DataFrame, asked: Asked) -> Iterator[Person]:
    for row in frame.iter_rows(named=True):
        inapplicable = row.get(NOT_APPLICABLE_TO) or []
        facts = [_fact(name, None, asked) for name in inapplicable]
        for name, value in _said(row):
            if name not in inapplicable:
                facts.append(_fact(name, value, asked))
        yield Person(row[TALENT], facts, row.get(HOUSEHOLD))


def _said(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if value is not None and name not in OWN_COLUMNS:
            yield name, value


def _fact(name: str, value: Any, asked: Asked) -> Fact:
    return Fact(
        name=name,
        value=_written(value),
        source="declared",
        valid_from=None,
        valid_to=None,
        recorded_at=asked.known_at,
        document=None,
    )


def _written(value: Any) -> FactValue:
    """As the registry writes it: days as text, lists as tuples, an empty list as no value."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return tuple(value) or None
    said: FactValue = value
    return said
