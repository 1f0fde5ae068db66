"""A talent's fact list in two times: a better statement closes an older one and never erases it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from events.catalog.talent import Fact
from events.sourcing.types import Refused

TITLES_HELD = "titles_held"
RECEIPTS = "receipts"
# Every entry of these stands beside the others: a second title does not end the first. Money
# received is the sum so far under its policy, so a later statement takes an earlier one's place.
LEDGERS = frozenset({TITLES_HELD, "policies_held", RECEIPTS, "spouse_receipts"})

TRUST = {"inferred": 0, "declared": 1, "verified": 2}

_DAY = timedelta(days=1)


def news(held: Sequence[Fact], stated: Iterable[Fact]) -> tuple[Fact, ...]:
    """What of this is not stated already; raises `Refused` where it contradicts itself."""
    fresh: list[Fact] = []
    for fact in stated:
        if any(_says(fact, other) for other in (*fresh, *held)):
            continue
        if any(_about_the_same(fact, other) and _overlap(fact, other) for other in fresh):
            raise Refused("facts-contradict", name=fact.name)
        fresh.append(fact)
    return tuple(fresh)


def restated(held: Sequence[Fact], stated: Iterable[Fact]) -> tuple[Fact, ...]:
    """The whole list once these statements are known; rows only close, none goes."""
    whole = tuple(held)
    for fact in stated:
        whole = (*(row for old in whole for row in _beside(old, fact)), fact)
    return whole


def standing(facts: Iterable[Fact], *, known_at: datetime) -> tuple[Fact, ...]:
    """The statements that were known at a moment and had not been closed."""
    return tuple(
        fact
        for fact in facts
        if fact.recorded_at <= known_at
        and (fact.retracted_at is None or known_at < fact.retracted_at)
    )


def holds_on(fact: Fact, day: date) -> bool:
    """Whether a statement speaks about a day."""
    return (fact.valid_from or date.min) <= day <= (fact.valid_to or date.max)


def counting(facts: Iterable[Fact], *, on: date) -> tuple[Fact, ...]:
    """What is read on a day: the most trusted, then newest statement of each thing."""
    best: dict[object, Fact] = {}
    for fact in facts:
        if not holds_on(fact, on):
            continue
        rival = best.get(_subject(fact))
        if rival is None or _weight(fact) >= _weight(rival):
            best[_subject(fact)] = fact
    return tuple(best.values())


def _beside(old: Fact, new: Fact) -> Iterator[Fact]:
    """An old row next to a new one: as it was, or closed with what the new one leaves of it."""
    outweighed = old.retracted_at is None and TRUST[old.source] <= TRUST[new.source]
    if not (_about_the_same(old, new) and outweighed and _overlap(old, new)):
        yield old
        return
    yield replace(old, retracted_at=new.recorded_at)
    for first, last in _left_over(old, new):
        yield replace(old, recorded_at=new.recorded_at, valid_from=first, valid_to=last)


def _left_over(old: Fact, new: Fact) -> Iterator[tuple[date | None, date | None]]:
    if new.valid_from and (old.valid_from is None or old.valid_from < new.valid_from):
        yield old.valid_from, new.valid_from - _DAY
    if new.valid_to and (old.valid_to is None or new.valid_to < old.valid_to):
        yield new.valid_to + _DAY, old.valid_to


def _says(fact: Fact, other: Fact) -> bool:
    """The same statement, whenever it was recorded."""
    if fact.name != other.name or other.retracted_at is not None:
        return False
    return fact == replace(other, recorded_at=fact.recorded_at)


def _about_the_same(fact: Fact, other: Fact) -> bool:
    if fact.name != other.name:
        return False
    # To hold no title at all speaks about every title.
    return _subject(fact) == _subject(other) or fact.value is None or other.value is None


def _subject(fact: Fact) -> object:
    if fact.name not in LEDGERS:
        return fact.name
    lines = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return fact.name, tuple(line["policy_id"] if isinstance(line, dict) else line for line in lines)


def _overlap(fact: Fact, other: Fact) -> bool:
    first = max(fact.valid_from or date.min, other.valid_from or date.min)
    last = min(fact.valid_to or date.max, other.valid_to or date.max)
    return first <= last


def _weight(fact: Fact) -> tuple[int, datetime]:
    return TRUST[fact.source], fact.recorded_at
