"""Facts at the boundary: from the JSON list a registry publishes to typed facts, and back."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from services.policy.rules.days import MONTHS_IN_A_YEAR
from services.policy.rules.facts import (
    NOT_APPLICABLE,
    UNKNOWN,
    Absent,
    Entry,
    Fact,
    FactView,
    FieldValue,
    InsuredMonth,
    Receipt,
    Source,
    Value,
)
from services.policy.rules.proof import CHECK
from services.policy.rules.vocabulary import FactSpec, FactType, Vocabulary


class WrittenFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The shape on the wire; `state` stands instead of a value that is absent."""

    name: str
    source: Source
    recorded_at: datetime
    value: Any = None
    state: Absent | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    retracted_at: datetime | None = None
    document: str | None = None


class _Month(msgspec.Struct, frozen=True):
    month: str
    base_percent: int | None = None


_TYPES: dict[FactType, Any] = {
    FactType.NUMBER: int,
    FactType.MONEY: int,
    FactType.DATE: date,
    FactType.YES_NO: bool,
    FactType.CODE: str,
    FactType.CODES: tuple[str, ...],
    FactType.HELD: str | tuple[str, ...],
    FactType.INSURANCE: tuple[_Month, ...],
    FactType.RECEIPTS: tuple[Receipt, ...],
    FactType.LIST: tuple[dict[str, Any], ...],
}


def read_facts(written: Iterable[Mapping[str, Any]], vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """Names outside the vocabulary are passed over: a newer registry may know more.

    Nothing is known by a number that cannot be: an older registry took it. Raises
    msgspec.ValidationError for a value of the wrong type.
    """
    facts = (msgspec.convert(each, WrittenFact) for each in written)
    return tuple(_fact(each, vocabulary) for each in facts if _is_known(each.name, vocabulary))


def refuse_impossible(facts: Iterable[tuple[str, Any]], vocabulary: Vocabulary) -> None:
    """For whoever states them now, by name and value as written.

    Raises msgspec.ValidationError at the first number that is out of its fact's range.
    """
    for name, value in facts:
        spec = vocabulary.facts.get(name)
        for each, what in _numbers_in(value, spec) if spec else ():
            if not what.can_say(each):
                most = "" if what.most is None else f" and at most {what.most}"
                said = f"Expected `{name}` with numbers that are not below 0{most}"
                raise msgspec.ValidationError(said)


def _numbers_in(value: Any, spec: FactSpec) -> Iterator[tuple[Any, FactSpec]]:
    yield value, spec
    for entry in value if isinstance(value, list | tuple) else ():
        said = entry.items() if isinstance(entry, Mapping) else ()
        yield from ((each, spec.fields[name]) for name, each in said if name in spec.fields)


def is_lawful(person: FactView, vocabulary: Vocabulary) -> bool:
    """Whether every number that is stated of somebody, or in an entry of a list, can be so."""
    return all(
        _can_be_said(fact.value, vocabulary.facts[name])
        for name, facts in person.by_name.items()
        if name in vocabulary.facts
        for fact in facts
    )


def _can_be_said(value: Value | Absent, spec: FactSpec) -> bool:
    entries = [each for each in value if isinstance(each, Entry)] if type(value) is tuple else []
    said = [(name, each) for entry in entries for name, each in entry.fields]
    return spec.can_say(value) and all(
        spec.fields[name].can_say(each) for name, each in said if name in spec.fields
    )


def _is_known(name: str, vocabulary: Vocabulary) -> bool:
    return name.startswith(CHECK) or name in vocabulary.facts


def _fact(written: WrittenFact, vocabulary: Vocabulary) -> Fact:
    return Fact(
        name=written.name,
        value=_value(written, vocabulary),
        source=written.source,
        recorded_at=written.recorded_at,
        valid_from=written.valid_from,
        valid_to=written.valid_to,
        retracted_at=written.retracted_at,
        document=written.document,
    )


def _value(written: WrittenFact, vocabulary: Vocabulary) -> Value | Absent:
    if written.state is not None:
        return written.state
    if written.value is None:
        return UNKNOWN
    if written.name.startswith(CHECK):
        return msgspec.convert(written.value, bool)
    kind = vocabulary.facts[written.name].type
    value = msgspec.convert(written.value, _TYPES[kind])
    if not vocabulary.facts[written.name].can_say(value):
        return UNKNOWN
    if kind is FactType.INSURANCE:
        return tuple(InsuredMonth(_number(each.month), each.base_percent) for each in value)
    if kind is FactType.RECEIPTS:
        value = tuple([each for each in value if each.fen >= 0])
    if value == ():
        return NOT_APPLICABLE
    if kind is FactType.LIST:
        fields = vocabulary.facts[written.name].fields
        return tuple(_entry(each, fields) for each in value)
    known: Value = value
    return known


def _entry(written: Mapping[str, Any], fields: Mapping[str, FactSpec]) -> Entry:
    """Fields outside the vocabulary are passed over, and so are those that say nothing."""
    said = ((name, value) for name, value in sorted(written.items()) if value is not None)
    known = [(name, _field(value, fields[name])) for name, value in said if name in fields]
    return Entry(tuple((name, value) for name, value in known if fields[name].can_say(value)))


def _field(value: Any, spec: FactSpec) -> FieldValue:
    known: FieldValue = msgspec.convert(value, _TYPES[spec.type])
    return known


def _number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * MONTHS_IN_A_YEAR + int(number) - 1
