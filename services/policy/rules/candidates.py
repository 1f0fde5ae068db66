"""Values of a fact that could turn a condition: at its boundary, and one beyond on either side."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias, assert_never

from services.policy.rules.days import MONTHS_IN_A_YEAR, Unit, later, month_number
from services.policy.rules.facts import NOT_APPLICABLE, Absent, FactView, InsuredMonth, Value
from services.policy.rules.kleene import Truth
from services.policy.rules.leaves import measured_to, membership
from services.policy.rules.tree import (
    AtFact,
    Compare,
    Count,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    Linear,
    ManualCheck,
    Measure,
    Member,
    NotSeen,
    Term,
    Within,
)
from services.policy.rules.vocabulary import FactType, Vocabulary

Would: TypeAlias = Value | Absent
MOST_CODES = 12
ONE_DAY = timedelta(days=1)


def facts_of(leaf: Leaf) -> tuple[str, ...]:
    """What a condition reads; a check by a person reads nothing that anybody could change."""
    match leaf:
        case Compare() | Member() | Insured() | Holds() | Count():
            return (leaf.fact,)
        case Linear(terms=terms):
            return tuple(term.fact for term in terms)
        case Elapsed() | Within():
            return (leaf.since, leaf.at.fact) if isinstance(leaf.at, AtFact) else (leaf.since,)
        case ManualCheck() | NotSeen():
            return ()
        case _:
            assert_never(leaf)


def is_settled(leaf: Leaf, today: date) -> bool:
    """Whether it asks how something was on a day that is over: nobody changes that any more."""
    day = leaf.as_of if isinstance(leaf, Compare | Member) else None
    return day is not None and day < today


def is_for_all(leaf: Leaf) -> bool:
    """Whether the values are the same whoever is asked about: what else is known changes none."""
    match leaf:
        case Linear() | Count():
            return False
        case Elapsed() | Within():
            return not isinstance(leaf.at, AtFact)
        case _:
            return True


def would_turn(leaf: Leaf, fact: str, view: FactView, words: Vocabulary) -> Iterator[Would]:
    """Values of the fact on both sides of what the condition asks, within the fact's range."""
    spec = words.facts.get(fact)
    for value in _would_turn(leaf, fact, view, words):
        if spec is None or spec.can_say(value):
            yield value


def _would_turn(leaf: Leaf, fact: str, view: FactView, words: Vocabulary) -> Iterator[Would]:
    match leaf:
        case Compare():
            yield from _around(leaf.value)
        case Linear():
            yield from _of_sum(leaf, fact, view)
        case Member():
            yield from _codes(leaf, words)
        case Elapsed() | Within():
            yield from _days(leaf, fact, view)
        case Insured():
            yield from _insured(leaf, view)
        case Holds():
            # Nobody comes to hold what nobody published.
            yield tuple(code for code in leaf.codes if code not in leaf.unpublished)[:1]
            yield NOT_APPLICABLE
        case Count():
            yield from _fewer(leaf, view)
        case ManualCheck() | NotSeen():
            return
        case _:
            assert_never(leaf)


def _around(value: object) -> Iterator[Would]:
    match value:
        case bool():
            yield from (value, not value)
        case int():
            yield from (value, value + 1, max(value - 1, 0))
        case date():
            yield from (value, value + ONE_DAY, value - ONE_DAY)
        case _:
            return


def _of_sum(leaf: Linear, fact: str, view: FactView) -> Iterator[Would]:
    """What the others leave for this one, as they are or at nothing, rounded either way."""
    times = next(term.times for term in leaf.terms if term.fact == fact)
    others = [_weighed(term, view) for term in leaf.terms if term.fact != fact]
    for rest in dict.fromkeys((sum(others), 0)):
        share = (leaf.value - rest) // times
        for number in (share, share + 1, share - 1, share + 2):
            if leaf.measure is not Measure.DAYS:
                yield max(number, 0)
            elif 1 <= number <= date.max.toordinal():
                yield date.fromordinal(number)


def _weighed(term: Term, view: FactView) -> int:
    match view.read(term.fact).value:
        case date() as day:
            return term.times * day.toordinal()
        case int() as number:
            return term.times * number
        case _:
            return 0


def _codes(leaf: Member, words: Vocabulary) -> Iterator[Would]:
    spec = words.facts.get(leaf.fact)
    several = spec is not None and spec.type is FactType.CODES
    tree = words.trees.get(spec.codes) if spec and spec.codes else None
    others = [c for c in tree.codes if membership(leaf, [c]) is Truth.FALSE] if tree else []
    written = leaf.codes[:MOST_CODES] if leaf.op is None else sorted(leaf.covers)[:MOST_CODES]
    for code in (*written, *others[:MOST_CODES]):
        yield (code,) if several else code


def _days(leaf: Elapsed | Within, fact: str, view: FactView) -> Iterator[Would]:
    """The start that many units before the end, or the end that many after the start."""
    if fact != leaf.since:
        start = view.read(leaf.since).value
        if isinstance(start, date):
            yield from _near(later(start, leaf.value, leaf.unit), leaf.unit)
        return
    until = view.read(leaf.at.fact).value if isinstance(leaf.at, AtFact) else None
    if not isinstance(leaf.at, AtFact):
        until = measured_to(leaf.at, view.valid_at)
    if isinstance(until, date):
        yield until
        yield from _near(later(until, -leaf.value, leaf.unit), leaf.unit)


def _near(day: date, unit: Unit) -> Iterator[Would]:
    yield from (day, day + ONE_DAY, day - ONE_DAY)
    yield from (later(day, 1, unit), later(day, -1, unit))


def _insured(leaf: Insured, view: FactView) -> Iterator[Would]:
    """As many months before this one as are asked for, on the base that is asked for."""
    now = month_number(view.valid_at)
    first = max(now - leaf.months, MONTHS_IN_A_YEAR)
    yield tuple(InsuredMonth(month, leaf.base_percent) for month in range(first, now))
    yield NOT_APPLICABLE


def _fewer(leaf: Count, view: FactView) -> Iterator[Would]:
    """With entries taken away; what an entry to add would have to be nobody can say."""
    value = view.read(leaf.fact).value
    if isinstance(value, tuple):
        for length in range(len(value) - 1, 0, -1):
            yield value[:length]
    yield NOT_APPLICABLE
