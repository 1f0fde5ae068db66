"""From what the solver chose to the facts of a person whom the evaluator can be asked about."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import z3

from services.policy.rules.analysis.calendar import Day
from services.policy.rules.analysis.person import Open, Person
from services.policy.rules.days import month_number
from services.policy.rules.facts import (
    NOT_APPLICABLE,
    Absent,
    Entry,
    Fact,
    FieldValue,
    InsuredMonth,
    Receipt,
    Source,
    Value,
)
from services.policy.rules.proof import check_fact
from services.policy.rules.vocabulary import FactType

RECORDED = datetime(1970, 1, 1, tzinfo=UTC)
MOST_MONTHS = 1_200
MOST_ENTRIES = 1_000
_DAY = timedelta(days=1)


def facts_of(person: Person, model: Any) -> tuple[Fact, ...]:
    return (
        *_values(person, model),
        *_titles(person, model),
        *_checks(person, model),
        *_months(person, model),
        *_lists(person, model),
    )


def _values(person: Person, model: Any) -> Iterator[Fact]:
    """What is asked of several days holds on each of them alone."""
    names = [name for name, _ in person.facts]
    for (name, day), found in person.facts.items():
        value = _value(person, name, found, model)
        if names.count(name) == 1:
            yield _fact(name, value)
        else:
            yield _fact(name, value, first=day, end=day + _DAY)


def _value(person: Person, name: str, found: Open, model: Any) -> Value | Absent:
    if not _is_true(model, found.applies):
        return NOT_APPLICABLE
    if isinstance(found.value, Day):
        return date.fromordinal(_number(model, found.value.ordinal))
    if isinstance(found.value, dict):
        return (
            tuple(c for c, held in found.value.items() if _is_true(model, held)) or NOT_APPLICABLE
        )
    number = _number(model, found.value)
    match person.spec(name).type:
        case FactType.YES_NO:
            return bool(number)
        case FactType.CODE:
            return person.codes(name)[number]
        case _:
            return number


def _titles(person: Person, model: Any) -> Iterator[Fact]:
    """Each title a statement of its own; that there are no others is said before and after."""
    begun, over = person.valid_at - 2 * _DAY, person.valid_at - _DAY
    for fact in sorted({name for name, _ in person.titles}):
        yield _fact(fact, NOT_APPLICABLE, end=begun)
        yield _fact(fact, NOT_APPLICABLE, first=begun)
        for (name, code), title in person.titles.items():
            if name == fact and _is_true(model, title.ever):
                ends = None if _is_true(model, title.now) else over
                yield _fact(fact, code, first=begun, end=ends)


def _checks(person: Person, model: Any) -> Iterator[Fact]:
    for check_id, ruling in person.checks.items():
        yield _fact(check_fact(check_id), _is_true(model, ruling))


def _months(person: Person, model: Any) -> Iterator[Fact]:
    if person.insured is None:
        return
    count, base = (_number(model, each) for each in person.insured)
    now = month_number(person.valid_at)
    months = range(max(0, now - min(count, MOST_MONTHS)), now)
    value = tuple(InsuredMonth(month, base) for month in months)
    yield _fact("social_insurance", value or NOT_APPLICABLE)


def _lists(person: Person, model: Any) -> Iterator[Fact]:
    """All entries of a list in one statement, so that nothing of it is left out."""
    entries: dict[str, list[Entry]] = {}
    for leaf, (number, inner) in person.counted.items():
        count = min(_number(model, number), MOST_ENTRIES)
        entries.setdefault(leaf.fact, []).extend([_entry(inner, model)] * count)
    for name, found in entries.items():
        receipts = person.spec(name).type is FactType.RECEIPTS
        value: Value = tuple(map(_receipt, found)) if receipts else tuple(found)
        yield _fact(name, value or NOT_APPLICABLE)


def _entry(inner: Person, model: Any) -> Entry:
    said: dict[str, FieldValue] = {}
    for (name, _), found in inner.facts.items():
        value = _value(inner, name, found, model)
        if isinstance(value, int | date | str):
            said[name] = value
    return Entry(tuple(sorted(said.items())))


def _receipt(entry: Entry) -> Receipt:
    said: dict[str, Any] = {"policy_id": "XX", "cost_item": "other", "fen": 1, **dict(entry.fields)}
    return Receipt(**said)


def _is_true(model: Any, condition: Any) -> bool:
    return bool(z3.is_true(model.eval(condition, model_completion=True)))


def _number(model: Any, number: Any) -> int:
    found: int = model.eval(number, model_completion=True).as_long()
    return found


def _fact(
    name: str, value: Value | Absent, *, first: date | None = None, end: date | None = None
) -> Fact:
    return Fact(
        name=name,
        value=value,
        source=Source.DECLARED,
        recorded_at=RECORDED,
        valid_from=first,
        valid_to=end,
    )
