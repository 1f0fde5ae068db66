"""People to be judged: from a JSON file, written as the service is asked, or a Parquet table."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from events.catalog.talent import Fact
from services.policy.entitlements.fact_list import typed
from services.policy.offline.places import Place, place_in
from services.policy.offline.problems import Unusable, problem
from services.policy.rules import FormatError, Vocabulary
from services.policy.rules.errors import Mark
from services.policy.rules.fact_list import refuse_impossible

MOST_BYTES = 67_108_864
MANY = 'Many people stand better in a table: name it with the ending ".parquet".'
FORM = 'Write a list of people: [{"talent_id": "t-1", "facts": [{"name": …, "value": …}]}].'
UNKNOWN_FACT = "Use a fact of the vocabulary's facts.yaml."
MISFIT = "Write it as the vocabulary's facts.yaml says; sums are whole fen, dates YYYY-MM-DD."
_AT = re.compile(r"^(?P<said>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)

Entry = str | dict[str, str | int | None]


class StatedFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As `POST /evaluate` takes it: both days are included, no value says it does not apply."""

    name: str
    value: bool | int | str | tuple[Entry, ...] | None
    source: Literal["verified", "declared", "inferred"] = "declared"
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    document: str | None = None


class Stated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two who name the same household are a couple; who names none is judged alone."""

    talent_id: str
    household: str | None = None
    facts: tuple[StatedFact, ...]


@dataclass(frozen=True, slots=True)
class Person:
    talent_id: str
    facts: Sequence[Fact]
    household: str | None = None


def read_people(file: Path, vocabulary: Vocabulary, known_at: datetime) -> list[Person]:
    """Everybody in the file. A statement that does not say when it was recorded was known."""
    text = _text(file)
    try:
        stated = msgspec.convert(json.loads(text), list[Stated])
    except json.JSONDecodeError as failure:
        mark = Mark(failure.lineno, failure.colno)
        raise Unusable([_wrong(file, mark, "", failure.msg, "Check this line.")]) from None
    except msgspec.ValidationError as failure:
        raise Unusable([_at(file, text, "", failure, FORM)]) from None
    people = [_person(each, known_at) for each in stated]
    if problems := list(_misfits(file, text, people, vocabulary)):
        raise Unusable(problems)
    return people


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Unusable([problem(str(file), "the file is too large", MANY)])
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        before = failure.object[: failure.start]
        mark = Mark(before.count(b"\n") + 1, failure.start - before.rfind(b"\n"))
        said, remedy = "the text is not UTF-8", "Save the file as UTF-8."
        raise Unusable([_wrong(file, mark, "", said, remedy)]) from None
    except OSError as failure:
        said = f"it cannot be read ({failure.strerror})"
        raise Unusable([problem(str(file), said, "Name a file.")]) from None


def _person(stated: Stated, known_at: datetime) -> Person:
    facts = [_fact(each, known_at) for each in stated.facts]
    return Person(stated.talent_id, facts, stated.household)


def _fact(stated: StatedFact, known_at: datetime) -> Fact:
    return Fact(
        name=stated.name,
        value=stated.value,
        source=stated.source,
        valid_from=stated.valid_from,
        valid_to=stated.valid_to,
        recorded_at=stated.recorded_at or known_at,
        document=stated.document,
    )


def _misfits(
    file: Path, text: str, people: Sequence[Person], vocabulary: Vocabulary
) -> Iterator[FormatError]:
    """Facts outside the vocabulary, and values that do not fit their fact."""
    for number, person in enumerate(people):
        for place, fact in enumerate(person.facts):
            path = f"[{number}].facts[{place}]"
            if fact.name not in vocabulary.facts:
                at = place_in(text, f"{path}.name")
                yield _wrong_at(file, at, f"unknown fact '{fact.name}'", UNKNOWN_FACT)
                continue
            try:
                typed([fact], vocabulary)
                refuse_impossible([(fact.name, fact.value)], vocabulary)
            except ValueError as failure:
                yield _at(file, text, f"{path}.value", failure, MISFIT)


def _at(file: Path, text: str, path: str, failure: Exception, remedy: str) -> FormatError:
    found = _AT.match(str(failure))
    said, below = (found["said"], found["path"] or "") if found else (str(failure), "")
    return _wrong_at(file, place_in(text, path or below), said, remedy)


def _wrong_at(file: Path, at: Place, said: str, remedy: str) -> FormatError:
    return _wrong(file, at.mark, at.path, said, remedy)


def _wrong(file: Path, mark: Mark, path: str, said: str, remedy: str) -> FormatError:
    whole = path or "(whole file)"
    return FormatError(file=str(file), mark=mark, path=whole, problem=said, remedy=remedy)
