"""A Parquet table of people: a row for each, a column for each fact, checked before it is used."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from services.policy.offline.problems import Unusable, problem
from services.policy.rules import FormatError, Vocabulary
from services.policy.rules.bulk.frame import NOT_APPLICABLE_TO
from services.policy.rules.proof import CHECK
from services.policy.rules.vocabulary import RANGED, FactSpec, FactType

TALENT = "talent_id"
HOUSEHOLD = "household"
OWN_COLUMNS = (TALENT, HOUSEHOLD, NOT_APPLICABLE_TO)
"""What is not a fact."""
_TEXTS = (pl.String, pl.Categorical, pl.Enum)
_FORMS: Mapping[FactType, tuple[str, tuple[type[pl.DataType], ...]]] = {
    FactType.NUMBER: ("whole numbers", ()),
    FactType.MONEY: ("whole fen", ()),
    FactType.DATE: ("dates", (pl.Date,)),
    FactType.YES_NO: ("yes or no (Boolean)", (pl.Boolean,)),
    FactType.CODE: ("codes as text", _TEXTS),
    FactType.CODES: ("a list of codes", (pl.List,)),
    FactType.HELD: ("a list of codes", (pl.List,)),
    FactType.INSURANCE: ("a list of {month, base_percent}", (pl.List,)),
    FactType.LIST: ("a list of entries", (pl.List,)),
    FactType.RECEIPTS: ("a list of {policy_id, cost_item, fen}", (pl.List,)),
}


def read_table(file: Path, vocabulary: Vocabulary) -> pl.DataFrame:
    """Raises `Unusable` with each column that is not understood."""
    try:
        frame = pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as failure:
        said = f"it is not a Parquet table ({failure})"
        raise Unusable([problem(str(file), said, "Write it with polars or pandas.")]) from None
    if problems := list(_misfits(file, frame, vocabulary)):
        raise Unusable(problems)
    return frame


def _misfits(file: Path, frame: pl.DataFrame, vocabulary: Vocabulary) -> Iterator[FormatError]:
    if TALENT not in frame.columns:
        yield problem(str(file), f"no column '{TALENT}'", "Name everybody in it.", path=TALENT)
    for name, kind in frame.schema.items():
        if name in OWN_COLUMNS:
            if name == HOUSEHOLD:
                yield from _unless(isinstance(kind, _TEXTS), file, name, "its name as text")
            continue
        if name.startswith(CHECK):
            yield from _unless(kind == pl.Boolean, file, name, "yes or no (Boolean)")
        elif name not in vocabulary.facts:
            remedy = "Use facts of the vocabulary's facts.yaml, or leave the column out."
            yield problem(str(file), f"unknown fact '{name}'", remedy, path=name)
        else:
            spec = vocabulary.facts[name]
            said, kinds = _FORMS[spec.type]
            fits = kind.is_integer() if not kinds else isinstance(kind, kinds)
            yield from _unless(fits, file, name, said)
            if fits:
                yield from _out_of_range(file, frame[name], spec)


def _out_of_range(file: Path, column: pl.Series, spec: FactSpec) -> Iterator[FormatError]:
    """At the first row with a number that nobody can state."""
    if spec.type not in RANGED:
        return
    wrong = (column < 0) if spec.most is None else (column < 0) | (column > spec.most)
    rows = wrong.fill_null(value=False).arg_true()
    if len(rows):
        most = "" if spec.most is None else f", or above {spec.most}"
        said = f"row {rows[0] + 1} states a number below 0{most}"
        yield problem(str(file), said, "Check the number and what it counts.", path=spec.name)


def _unless(fits: bool, file: Path, name: str, form: str) -> Iterator[FormatError]:  # noqa: FBT001 - the condition itself
    if not fits:
        said = f"the column '{name}' is of another kind"
        yield problem(str(file), said, f"Write {form} there.", path=name)
