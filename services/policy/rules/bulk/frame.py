"""A table of people from a data frame: one row for each person, one column for each fact.

Nothing in a cell leaves the fact unknown; an empty list, or the fact's name in the column
`not_applicable`, says that it does not apply. A cell is a statement without a first or last day.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, assert_never

import msgspec
import numpy as np
import polars as pl

from services.policy.rules.bulk.bits import Bits, Flags, nobody, packed, unpacked
from services.policy.rules.bulk.columns import (
    Coded,
    Column,
    Entries,
    Entry,
    Holders,
    Listed,
    Measured,
    Need,
    Numbers,
    People,
    Scalar,
    Statements,
    narrow,
)
from services.policy.rules.bulk.people import entry_of
from services.policy.rules.bulk.pools import RECORDED
from services.policy.rules.fact_list import read_facts
from services.policy.rules.facts import NOT_APPLICABLE, UNKNOWN, Absent, Fact, Source, select
from services.policy.rules.lists import entries_in
from services.policy.rules.vocabulary import Vocabulary

NOT_APPLICABLE_TO = "not_applicable"
_EPOCH = date(1970, 1, 1).toordinal()
_BETWEEN = "\x1f"


def people_of_frame(frame: pl.DataFrame, needs: Iterable[Need], vocabulary: Vocabulary) -> People:
    """Raises msgspec.ValidationError for a value that does not fit its fact."""
    columns: Mapping[Need, Column] = {need: _column(frame, need, vocabulary) for need in needs}
    return People(frame.height, columns)


def facts_of_row(row: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """What a row says of its person, for judging them alone."""
    inapplicable = row.get(NOT_APPLICABLE_TO) or ()
    said = [_stated(name, None, state=NOT_APPLICABLE.value) for name in inapplicable]
    for name, value in row.items():
        if value is not None and name != NOT_APPLICABLE_TO and name not in inapplicable:
            said.append(_stated(name, value))
    return read_facts(said, vocabulary)


def _column(frame: pl.DataFrame, need: Need, vocabulary: Vocabulary) -> Column:
    match need:
        case Scalar(fact=fact):
            return _measured(frame, fact)
        case Listed(fact=fact):
            return _coded(frame, fact, lambda value: _entry(fact, value, vocabulary))
        case Statements(fact=fact, day=day):
            return _coded(frame, fact, lambda value: _held(fact, value, day, vocabulary))
        case Entries(fact=fact):
            return _coded(frame, fact, lambda value: _entries(need, value, vocabulary))
        case _:
            assert_never(need)


def _measured(frame: pl.DataFrame, fact: str) -> Measured:
    if fact not in frame.columns:
        none = nobody(frame.height)
        return Measured(np.zeros(frame.height, dtype=np.int8), none, _inapplicable(frame, fact))
    series = frame[fact]
    inapplicable = _inapplicable(frame, fact)
    known = packed(series.is_not_null().to_numpy()) & ~inapplicable
    numbers = series.to_physical().fill_null(0).cast(pl.Int64).to_numpy()
    shifted = numbers + _EPOCH if series.dtype == pl.Date else numbers
    return Measured(narrow(shifted), known, known | inapplicable)


def _inapplicable(frame: pl.DataFrame, fact: str) -> Bits:
    if NOT_APPLICABLE_TO not in frame.columns:
        return nobody(frame.height)
    named = frame[NOT_APPLICABLE_TO].list.contains(fact).fill_null(value=False)
    return packed(named.to_numpy())


def _coded(frame: pl.DataFrame, fact: str, entry: Callable[[Any], Entry]) -> Coded:
    """The last two places are for whom nothing is said, and to whom it does not apply."""
    series = _series(frame, fact)
    distinct, found = _placed(frame, fact, series)
    said = [entry(_value(text, series.dtype)) for text in distinct]
    entries = (*said, entry(UNKNOWN), entry(NOT_APPLICABLE))
    return Coded(entries, Holders(narrow(found, unsigned=True)))


def codes_in(frame: pl.DataFrame, fact: str) -> Numbers:
    """Equal numbers for whom a column says the same."""
    series = _series(frame, fact)
    if not (series.dtype.is_numeric() or series.dtype in (pl.Date, pl.Boolean)):
        return _placed(frame, fact, series)[1]
    numbers = series.to_physical().cast(pl.Int64)
    least = _whole(numbers.min())
    inapplicable = inapplicable_to(frame, fact)
    found: Numbers = np.where(inapplicable, least - 2, numbers.fill_null(least - 1).to_numpy())
    return found


def inapplicable_to(frame: pl.DataFrame, fact: str) -> Flags:
    """For each of the people whether a fact does not apply to them."""
    return unpacked(_inapplicable(frame, fact), frame.height)


def _whole(number: object) -> int:
    return number if isinstance(number, int) else 0


def _series(frame: pl.DataFrame, fact: str) -> pl.Series:
    if fact in frame.columns:
        return frame[fact]
    return pl.repeat(None, frame.height, dtype=pl.String, eager=True)


def _placed(frame: pl.DataFrame, fact: str, series: pl.Series) -> tuple[pl.Series, Numbers]:
    """Each distinct value as a text, and for everybody the place of theirs."""
    lists = isinstance(series.dtype, pl.List)
    distinct, places = _placed_lists(series) if lists else _placed_texts(series.cast(pl.String))
    return distinct, np.where(inapplicable_to(frame, fact), len(distinct) + 1, places)


def _placed_texts(texts: pl.Series) -> tuple[pl.Series, Numbers]:
    """Where there is none the place is the one after the last."""
    distinct = texts.drop_nulls().unique().sort()
    places = texts.cast(pl.Enum(distinct)).to_physical().cast(pl.Int64).fill_null(len(distinct))
    return distinct, places.to_numpy()


def _placed_lists(series: pl.Series) -> tuple[pl.Series, Numbers]:
    """Of most people nothing is listed: only the lists of the others are written out."""
    lengths = series.list.len()
    listing = (lengths > 0).fill_null(value=False)
    empty = (lengths == 0).fill_null(value=False).to_numpy()
    texts = _texts(series.filter(listing))
    if empty.any():
        texts = pl.concat([texts, _texts(series.filter(empty).head(1))])
    distinct, places = _placed_texts(texts)
    found = np.full(len(series), len(distinct), dtype=np.int64)
    found[listing.to_numpy()] = places[: listing.sum()]
    if empty.any():
        found[empty] = places[-1]
    return distinct, found


def _texts(lists: pl.Series) -> pl.Series:
    """Each list as a text of its own, so that equal ones are found."""
    inner = pl.element()
    if isinstance(lists.dtype, pl.List) and isinstance(lists.dtype.inner, pl.Struct):
        inner = inner.struct.json_encode()
    return lists.to_frame("of").select(pl.col("of").list.eval(inner).list.join(_BETWEEN))["of"]


def _value(text: str, kind: pl.DataType) -> Any:
    if not isinstance(kind, pl.List):
        return text
    parts = text.split(_BETWEEN) if text else []
    return [msgspec.json.decode(p) for p in parts] if isinstance(kind.inner, pl.Struct) else parts


def _entry(fact: str, value: Any, vocabulary: Vocabulary) -> Entry:
    return value if isinstance(value, Absent) else _read(fact, value, vocabulary).value


def _entries(need: Entries, value: Any, vocabulary: Vocabulary) -> Entry:
    if value is UNKNOWN:
        return () if need.closed else UNKNOWN
    if value is NOT_APPLICABLE:
        return ()
    return tuple(entries_in((_read(need.fact, value, vocabulary),)))


def _held(fact: str, value: Any, day: date, vocabulary: Vocabulary) -> Entry:
    if value is UNKNOWN:
        return entry_of(fact, select((), day, RECORDED))
    stated = NOT_APPLICABLE if value is NOT_APPLICABLE else _read(fact, value, vocabulary).value
    said = Fact(name=fact, value=stated, source=Source.VERIFIED, recorded_at=RECORDED)
    return entry_of(fact, select([said], day, RECORDED))


def _read(fact: str, value: Any, vocabulary: Vocabulary) -> Fact:
    (found,) = read_facts([_stated(fact, value)], vocabulary)
    return found


def _stated(name: str, value: Any, *, state: str | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "state": state,
        "source": Source.DECLARED,
        "recorded_at": RECORDED,
    }
