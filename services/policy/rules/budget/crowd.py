"""People whose statements are compared all at once, and read one by one where that is needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl

from services.policy.rules.budget.groups import numbered
from services.policy.rules.bulk.bits import Flags
from services.policy.rules.bulk.columns import Numbers, narrow
from services.policy.rules.bulk.frame import (
    NOT_APPLICABLE_TO,
    codes_in,
    facts_of_row,
    inapplicable_to,
)
from services.policy.rules.facts import FactView, select
from services.policy.rules.vocabulary import Vocabulary

Statements = tuple[tuple[object, date | None, date | None], ...]


LARGEST = 2**40
"""Larger sums are left to be reckoned for one person at a time."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The sums that people state, and by whom they are known."""

    known: Flags
    fen: Numbers


@dataclass(frozen=True, slots=True)
class Crowd:
    """`numbers` are equal for two people of whom the same is said of a fact.

    `person` is somebody by place, with these facts at least; `stated` are the whole numbers of a
    fact on the day, none where they cannot be reckoned with.
    """

    count: int
    numbers: Callable[[str], Numbers]
    person: Callable[[int, frozenset[str]], FactView]
    stated: Callable[[str], Stated | None]
    _known: dict[str, Numbers] = field(default_factory=dict, compare=False, repr=False)

    def said(self, fact: str) -> Numbers:
        if fact not in self._known:
            self._known[fact] = narrow(numbered(self.numbers(fact)))
        return self._known[fact]


def crowd_of(views: Sequence[FactView]) -> Crowd:
    def numbers(fact: str) -> Numbers:
        found: dict[Statements, int] = {}
        said = (_statements(view, fact) for view in views)
        return np.array([found.setdefault(each, len(found)) for each in said], dtype=np.int64)

    def stated(fact: str) -> Stated | None:
        return _stated([view.read(fact).value for view in views])

    return Crowd(len(views), numbers, lambda place, _: views[place], stated)


def crowd_of_frame(
    frame: pl.DataFrame, valid_at: date, known_at: datetime, vocabulary: Vocabulary
) -> Crowd:
    columns = {name: frame[name] for name in frame.columns}

    def person(place: int, facts: frozenset[str]) -> FactView:
        row = _row(columns, place, facts)
        return select(facts_of_row(row, vocabulary), valid_at, known_at)

    return Crowd(
        frame.height,
        lambda fact: codes_in(frame, fact),
        person,
        lambda fact: _stated_in(frame, fact),
    )


def _stated(values: Sequence[object]) -> Stated | None:
    sums = [
        each if isinstance(each, int) and not isinstance(each, bool) else None for each in values
    ]
    if any(each is not None and abs(each) > LARGEST for each in sums):
        return None
    known = np.array([each is not None for each in sums], dtype=np.bool_)
    return Stated(known, np.array([each or 0 for each in sums], dtype=np.int64))


def _stated_in(frame: pl.DataFrame, fact: str) -> Stated | None:
    if fact not in frame.columns or not frame[fact].dtype.is_integer():
        return None
    series = frame[fact]
    fen = series.fill_null(0).cast(pl.Int64).to_numpy()
    if int(np.abs(fen).max(initial=0)) > LARGEST:
        return None
    return Stated(series.is_not_null().to_numpy() & ~inapplicable_to(frame, fact), fen)


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
