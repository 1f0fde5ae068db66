"""People whose statements are compared all at once, and read one by one where that is needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl

from services.policy.rules.bulk.columns import Numbers, narrow
from services.policy.rules.bulk.frame import NOT_APPLICABLE_TO, codes_in, facts_of_row
from services.policy.rules.facts import FactView, select
from services.policy.rules.vocabulary import Vocabulary

Statements = tuple[tuple[object, date | None, date | None], ...]


@dataclass(frozen=True, slots=True)
class Crowd:
    """`numbers` are equal for two people of whom the same is said of a fact.

    `person` is somebody by place, with these facts at least.
    """

    count: int
    numbers: Callable[[str], Numbers]
    person: Callable[[int, frozenset[str]], FactView]
    _known: dict[str, Numbers] = field(default_factory=dict, compare=False, repr=False)

    def said(self, fact: str) -> Numbers:
        if fact not in self._known:
            self._known[fact] = narrow(self.numbers(fact))
        return self._known[fact]


def crowd_of(views: Sequence[FactView]) -> Crowd:
    def numbers(fact: str) -> Numbers:
        found: dict[Statements, int] = {}
        said = (_statements(view, fact) for view in views)
        return np.array([found.setdefault(each, len(found)) for each in said], dtype=np.int64)

    return Crowd(len(views), numbers, lambda place, _: views[place])


def crowd_of_frame(
    frame: pl.DataFrame, valid_at: date, known_at: datetime, vocabulary: Vocabulary
) -> Crowd:
    columns = {name: frame[name] for name in frame.columns}

    def person(place: int, facts: frozenset[str]) -> FactView:
        row = _row(columns, place, facts)
        return select(facts_of_row(row, vocabulary), valid_at, known_at)

    return Crowd(frame.height, lambda fact: codes_in(frame, fact), person)


def _row(columns: Mapping[str, pl.Series], place: int, facts: frozenset[str]) -> dict[str, Any]:
    """What is said not to apply is kept only of what is asked for."""
    row = {name: _value(columns[name][place]) for name in facts if name in columns}
    if NOT_APPLICABLE_TO in columns:
        named = _value(columns[NOT_APPLICABLE_TO][place]) or []
        row[NOT_APPLICABLE_TO] = [name for name in named if name in facts]
    return row


def _value(cell: Any) -> Any:
    return cell.to_list() if isinstance(cell, pl.Series) else cell


def _statements(view: FactView, fact: str) -> Statements:
    said = view.by_name.get(fact, ())
    return tuple((each.value, each.valid_from, each.valid_to) for each in said)
