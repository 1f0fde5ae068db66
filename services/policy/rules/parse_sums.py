"""Reading a sum of facts: at most three of one kind, and a constant in the same unit."""

import re

from services.policy.rules.parse_words import Words, spec_of
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import Linear, Measure, Op, Term
from services.policy.rules.vocabulary import FactSpec, FactType

MOST_TERMS = 3
LEAST = -(10**12)
_MEASURES = {
    FactType.NUMBER: Measure.NUMBER,
    FactType.MONEY: Measure.MONEY,
    FactType.DATE: Measure.DAYS,
}
_DAYS = re.compile(r"(-?\d{1,6}) days")


def read_sum(at: Cursor, words: Words) -> Linear:
    given = at.fields("sum op value cite")
    items = given["sum"].items()
    if len(items) > MOST_TERMS:
        raise given["sum"].wrong(f"more than {MOST_TERMS} facts", "Split the condition.")
    specs = [spec_of(_fact(each), words, frozenset(_MEASURES)) for each in items]
    terms = tuple(map(_term, items))
    measure = _measure(given["sum"], specs, terms)
    return Linear(
        terms=terms,
        op=given["op"].choice(Op),
        value=_value(given["value"], measure),
        measure=measure,
        cite=given["cite"].cite(),
    )


def _fact(at: Cursor) -> Cursor:
    return at.fields("fact", "times")["fact"]


def _term(at: Cursor) -> Term:
    given = at.fields("fact", "times")
    times = given["times"].whole(least=LEAST) if "times" in given else 1
    if times == 0:
        raise given["times"].wrong("nothing is counted", "Leave the fact out.")
    return Term(given["fact"].text(), times)


def _measure(at: Cursor, specs: list[FactSpec], terms: tuple[Term, ...]) -> Measure:
    """Days and yuan are never added; a year is not a point."""
    if len({term.fact for term in terms}) < len(terms):
        raise at.wrong("a fact stands twice", "Write it once, with `times`.")
    if len({(spec.type, spec.unit) for spec in specs}) > 1:
        raise at.wrong("these facts have different units", "Add up facts of one unit.")
    measure = _MEASURES[specs[0].type]
    if measure is Measure.DAYS and sum(term.times for term in terms) != 0:
        raise at.wrong(
            "dates cannot be added", "Take one from another: the `times` must come to 0."
        )
    return measure


def _value(at: Cursor, measure: Measure) -> int:
    match measure:
        case Measure.MONEY:
            return at.fen()
        case Measure.NUMBER:
            return at.whole(least=LEAST)
        case Measure.DAYS:
            found = _DAYS.fullmatch(at.value) if isinstance(at.value, str) else None
            if found is None:
                raise at.wrong("a number of days with its unit is needed", "Write `30 days`.")
            return int(found[1])
