"""A talent's fact list as the registry states it, kept as text and read as the rules want it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from events.catalog.talent import Fact, FactValue
from services.policy.rules.fact_list import read_facts
from services.policy.rules.facts import Fact as KnownFact
from services.policy.rules.vocabulary import FactType, Vocabulary

ONE_DAY = timedelta(days=1)
NOT_APPLICABLE = "not_applicable"


def kept(facts: Sequence[Fact]) -> str:
    """The list as canonical text."""
    return msgspec.json.encode(facts, order="deterministic").decode()


def stated(text: str) -> tuple[Fact, ...]:
    """The list behind its text."""
    return msgspec.json.decode(text, type=tuple[Fact, ...])


def typed(facts: Iterable[Fact], vocabulary: Vocabulary) -> tuple[KnownFact, ...]:
    """The list as the rules read it. Raises msgspec.ValidationError for a value of a wrong type."""
    return read_facts((_written(fact, vocabulary) for fact in facts), vocabulary)


def digest_of(facts: Iterable[Fact], known_at: datetime) -> str:
    """Names the statements that stood at a moment, in whatever order they came."""
    return digest_of_lines([line_of(fact) for fact in facts if stood(fact, known_at)])


def digest_of_lines(lines: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()


def line_of(fact: Fact) -> bytes:
    """A statement in a digest; that it was retracted later makes no difference."""
    return msgspec.json.encode(_unretracted(fact), order="deterministic")


def stood(fact: Fact, known_at: datetime) -> bool:
    retracted = fact.retracted_at is not None and fact.retracted_at <= known_at
    return fact.recorded_at <= known_at and not retracted


def as_known(facts: Sequence[Fact], known_at: datetime, digest: str) -> tuple[Fact, ...]:
    """The statements of that digest; all of them where it is found at no moment before.

    What was recorded before an answer may have come here behind it, the newest of it last.
    """
    told = {moment for each in facts for moment in (each.recorded_at, each.retracted_at) if moment}
    moments = sorted({known_at, *(each for each in told if each < known_at)}, reverse=True)
    known = next((each for each in moments if digest_of(facts, each) == digest), None)
    return tuple(facts) if known is None else tuple(_at(known, facts))


def _at(moment: datetime, facts: Iterable[Fact]) -> Iterator[Fact]:
    for fact in facts:
        if fact.recorded_at <= moment:
            taken_back = fact.retracted_at is not None and fact.retracted_at <= moment
            yield fact if taken_back else replace(fact, retracted_at=None)


def _unretracted(fact: Fact) -> Fact:
    return fact if fact.retracted_at is None else replace(fact, retracted_at=None)


def _written(fact: Fact, vocabulary: Vocabulary) -> dict[str, Any]:
    """The registry's last day is still included; the rules stop before a day."""
    spec = vocabulary.facts.get(fact.name)
    return {
        "name": fact.name,
        "source": fact.source,
        "recorded_at": fact.recorded_at,
        "retracted_at": fact.retracted_at,
        "valid_from": fact.valid_from,
        "valid_to": _day_after(fact.valid_to),
        "document": fact.document,
        **_value(fact.value, spec.type if spec else None),
    }


def _day_after(day: date | None) -> date | None:
    """After the calendar's last day there is none: such a statement has no end."""
    return None if day is None or day == date.max else day + ONE_DAY


def _value(value: FactValue, kind: FactType | None) -> dict[str, Any]:
    if value is None:
        return {"state": NOT_APPLICABLE}
    if isinstance(value, str) and kind is FactType.CODES:
        return {"value": (value,)}
    return {"value": value}
