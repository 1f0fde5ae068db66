"""A tree as two formulas: when it surely holds, and when it surely does not."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

import z3

from services.policy.rules.analysis.calendar import Condition, Day, in_calendar, units
from services.policy.rules.analysis.person import Open, Person
from services.policy.rules.bulk.counting import Days, Length, since_days, within_days
from services.policy.rules.comparing import OPERATIONS
from services.policy.rules.days import Unit
from services.policy.rules.leaves import covers, measured_to
from services.policy.rules.prove import is_open
from services.policy.rules.tree import (
    All,
    AnyOf,
    AtFact,
    Compare,
    Convention,
    Count,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    Linear,
    ManualCheck,
    Measure,
    Member,
    Not,
    NotSeen,
    Tenure,
    Track,
    Tracks,
    Tree,
    Within,
)


@dataclass(frozen=True, slots=True)
class Formulas:
    true: Condition
    false: Condition


Asked = Callable[[Leaf, Person], Formulas]
"""What a condition says of a person; some questions leave hard conditions free."""

NOTHING_SAYS = Formulas(z3.BoolVal(False), z3.BoolVal(False))  # noqa: FBT003 - z3 names it so


def encode(tree: Tree, person: Person, asked: Asked) -> Formulas:
    match tree:
        case All(children=children):
            return _all(encode(child, person, asked) for child in children)
        case AnyOf(children=children):
            return _any(encode(child, person, asked) for child in children)
        case Not(child=child):
            inner = encode(child, person, asked)
            return Formulas(inner.false, inner.true)
        case Tracks(children=tracks):
            return _any(_track(track, person, asked) for track in tracks)
        case _:
            return asked(tree, person)


def exactly(leaf: Leaf, person: Person) -> Formulas:
    """As the evaluator would answer of somebody about whom everything is known."""
    match leaf:
        case Compare():
            return _compare(leaf, person)
        case Linear():
            return _linear(leaf, person)
        case Member():
            return _member(leaf, person)
        case Elapsed() | Within():
            return _over_time(leaf, person)
        case Insured():
            months, base = person.months()
            enough = z3.BoolVal(True) if leaf.base_percent is None else base >= leaf.base_percent  # noqa: FBT003 - the same
            return _known(z3.And(months >= leaf.months, enough))
        case Holds():
            return _holds(leaf, person)
        case Count():
            return _count(leaf, person)
        case ManualCheck():
            return _known(person.check(leaf.check_id))
        case NotSeen():
            return NOTHING_SAYS
        case _:
            assert_never(leaf)


def free(leaf: Leaf, person: Person) -> Formulas:
    """As if whatever cannot be put exactly could be either; the rest as it is."""
    if is_loose(leaf):
        return _known(person.either())
    return exactly(leaf, person)


def is_loose(leaf: Leaf) -> bool:
    """Of months and of lists only some lives are put: without a gap, of entries all alike."""
    return isinstance(leaf, Insured | Count)


def _known(condition: Condition) -> Formulas:
    return Formulas(condition, z3.Not(condition))


def _all(parts: Iterable[Formulas]) -> Formulas:
    found = list(parts)
    return Formulas(z3.And(*(p.true for p in found)), z3.Or(*(p.false for p in found)))


def _any(parts: Iterable[Formulas]) -> Formulas:
    found = list(parts)
    return Formulas(z3.Or(*(p.true for p in found)), z3.And(*(p.false for p in found)))


def _track(track: Track, person: Person, asked: Asked) -> Formulas:
    if is_open(track, person.valid_at):
        return encode(track.when, person, asked)
    return _known(z3.BoolVal(False))  # noqa: FBT003 - z3 names it so


def _compare(leaf: Compare, person: Person) -> Formulas:
    day = leaf.as_of or person.valid_at
    if isinstance(leaf.value, date):
        found = person.day(leaf.fact, day)
        read, wanted = found.value.ordinal, leaf.value.toordinal()
    else:
        found = person.number(leaf.fact, day)
        read, wanted = found.value, int(leaf.value)
    return _known(z3.And(found.applies, OPERATIONS[leaf.op](read, wanted)))


def _linear(leaf: Linear, person: Person) -> Formulas:
    days = leaf.measure is Measure.DAYS
    read = person.day if days else person.number
    facts = [read(term.fact, person.valid_at) for term in leaf.terms]
    values = [each.value.ordinal if days else each.value for each in facts]
    terms = (t.times * v for t, v in zip(leaf.terms, values, strict=True))
    met = OPERATIONS[leaf.op](z3.Sum(*terms), leaf.value)
    return _known(z3.And(*(each.applies for each in facts), met))


def _member(leaf: Member, person: Person) -> Formulas:
    """Neither holds of whoever names only the whole that a wanted code is a part of."""
    found = person.code(leaf.fact, leaf.as_of or person.valid_at, leaf.covers | leaf.wholes)
    met = _names(found, person.codes(leaf.fact), lambda code: covers(leaf, code))
    open_ = _names(found, person.codes(leaf.fact), lambda code: code in leaf.wholes)
    false = z3.Or(z3.Not(found.applies), z3.Not(z3.Or(met, open_)))
    return Formulas(z3.And(found.applies, met), false)


def _names(found: Open, codes: Sequence[str], wanted: Callable[[str], bool]) -> Condition:
    if isinstance(found.value, dict):
        return z3.Or(*(held for code, held in found.value.items() if wanted(code)))
    return z3.Or(*(found.value == place for place, code in enumerate(codes) if wanted(code)))


def _over_time(leaf: Elapsed | Within, person: Person) -> Formulas:
    """Until a day that is known, the length of time is a range of days to begin on."""
    since = person.day(leaf.since, person.valid_at)
    if isinstance(leaf.at, AtFact):
        until = person.day(leaf.at.fact, person.valid_at)
        met = _between(leaf, since.value, until.value, person)
        return _known(z3.And(since.applies, until.applies, met))
    days = _days(leaf, measured_to(leaf.at, person.valid_at))
    began = since.value.ordinal
    inside = z3.And(began >= days.first, began <= days.last)
    return _known(z3.And(since.applies, z3.Not(inside) if days.others else inside))


def _days(leaf: Elapsed | Within, until: date) -> Days:
    if isinstance(leaf, Within):
        return within_days(leaf.value, leaf.unit, until)
    return since_days(leaf.op, leaf.value, Length(leaf.unit, leaf.convention), until)


def _between(leaf: Elapsed | Within, since: Day, until: Day, person: Person) -> Condition:
    if leaf.unit is not Unit.DAYS:
        person.axioms += [*in_calendar(since), *in_calendar(until)]
    if isinstance(leaf, Within):
        begun = units(since, until, leaf.unit, Convention.STARTED)
        return z3.And(since.ordinal <= until.ordinal, begun <= leaf.value)
    return OPERATIONS[leaf.op](units(since, until, leaf.unit, leaf.convention), leaf.value)


def _holds(leaf: Holds, person: Person) -> Formulas:
    titles = [person.title(leaf.fact, code) for code in sorted(leaf.covers)]
    in_term = leaf.tenure is Tenure.IN_TERM
    return _known(z3.Or(*(each.now if in_term else each.ever for each in titles)))


def _count(leaf: Count, person: Person) -> Formulas:
    """Of entries that are all alike either every one counts or none."""
    number, entry = person.entries(leaf)
    if leaf.where is not None:
        person.axioms.append(z3.Implies(number > 0, encode(leaf.where, entry, exactly).true))
        person.axioms += entry.axioms
    return _known(OPERATIONS[leaf.op](number, leaf.value))
