"""One condition against the facts: true, false or unknown, with what was read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TypeAlias, assert_never

from services.policy.rules.comparing import OPERATIONS, absent, unfit, without
from services.policy.rules.days import (
    Unit,
    begun_units,
    calendar_units,
    complete_units,
    later,
    month_number,
)
from services.policy.rules.facts import (
    NOT_APPLICABLE,
    UNKNOWN,
    Absent,
    Fact,
    FactView,
    InsuredMonth,
    Reading,
    as_reading,
)
from services.policy.rules.kleene import FALSE, TRUE, Truth, truth_of
from services.policy.rules.lists import Truths, prove_count
from services.policy.rules.proof import LeafProof, check_fact
from services.policy.rules.sums import prove_sum
from services.policy.rules.tree import (
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
    Member,
    NotSeen,
    Reference,
    Tenure,
    Within,
)

# Asked by the dozen for every answer: to look a member up takes longer than to compare it.
_IN_TERM = Tenure.IN_TERM

Units: TypeAlias = Callable[[date, date, Unit], int]
COUNTED: Mapping[Convention, Units] = {
    Convention.COMPLETE: complete_units,
    Convention.STARTED: begun_units,
    Convention.CALENDAR: calendar_units,
}


def prove_leaf(leaf: Leaf, view: FactView, truth: Truths) -> LeafProof:
    """`truth` judges the conditions that a leaf has within it."""
    match leaf:
        case Compare():
            return _compare(leaf, view)
        case Linear():
            return prove_sum(leaf, view)
        case Count():
            return prove_count(leaf, view, truth)
        case Member():
            return _member(leaf, view)
        case Elapsed():
            return _elapsed(leaf, view)
        case Within():
            return _within(leaf, view)
        case Insured():
            return _insured(leaf, view)
        case Holds():
            return _holds(leaf, view)
        case ManualCheck():
            return _manual_check(leaf, view)
        case NotSeen():
            return LeafProof(leaf=leaf, truth=Truth.UNKNOWN)
        case _:
            assert_never(leaf)


def held(fact: Fact, covers: frozenset[str]) -> bool:
    """Whether a statement names one of the codes."""
    return not covers.isdisjoint(as_codes(fact.value))


def as_codes(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, tuple):
        return tuple([code for code in value if isinstance(code, str)])
    return ()


def covers(leaf: Member, code: str) -> bool:
    """Whether a code is one of those written, or a part of one."""
    if not leaf.levels:
        return code in leaf.covers
    return any(code[:length] in leaf.covers for length in leaf.levels if length <= len(code))


def membership(leaf: Member, codes: Sequence[str]) -> Truth:
    """Open for whoever names only the whole that a wanted code is a part of."""
    if _covers_any(leaf, codes):
        return TRUE
    return FALSE if leaf.wholes.isdisjoint(codes) else Truth.UNKNOWN


def _covers_any(leaf: Member, codes: Sequence[str]) -> bool:
    if not leaf.levels:
        return not leaf.covers.isdisjoint(codes)
    return any(covers(leaf, code) for code in codes)


def _compare(leaf: Compare, view: FactView) -> LeafProof:
    reading = view.read(leaf.fact, on=leaf.as_of)
    if type(reading.value) is Absent:
        return without(leaf, (reading,))
    truth = TRUE if OPERATIONS[leaf.op](reading.value, leaf.value) else FALSE
    return LeafProof(leaf=leaf, truth=truth, readings=(reading,))


def _member(leaf: Member, view: FactView) -> LeafProof:
    reading = view.read(leaf.fact, on=leaf.as_of)
    if type(reading.value) is Absent:
        return without(leaf, (reading,))
    truth = membership(leaf, as_codes(reading.value))
    return LeafProof(leaf=leaf, truth=truth, readings=(reading,))


def _elapsed(leaf: Elapsed, view: FactView) -> LeafProof:
    found = _two_days(leaf, view)
    if isinstance(found, LeafProof):
        return found
    since, until, readings = found
    count = COUNTED[leaf.convention](since, until, leaf.unit)
    truth = truth_of(OPERATIONS[leaf.op](count, leaf.value))
    return LeafProof(leaf=leaf, truth=truth, readings=readings, counted=count)


def _within(leaf: Within, view: FactView) -> LeafProof:
    found = _two_days(leaf, view)
    if isinstance(found, LeafProof):
        return found
    since, until, readings = found
    truth = truth_of(since <= until <= later(since, leaf.value, leaf.unit))
    count = complete_units(since, until, leaf.unit)
    return LeafProof(leaf=leaf, truth=truth, readings=readings, counted=count)


def _two_days(
    leaf: Elapsed | Within, view: FactView
) -> tuple[date, date, tuple[Reading, ...]] | LeafProof:
    """Both ends of the length of time, or the open leaf where one is not known."""
    since = view.read(leaf.since)
    if not isinstance(since.value, date):
        return absent(leaf, since) or unfit(leaf, since)
    if not isinstance(leaf.at, AtFact):
        return since.value, measured_to(leaf.at, view.valid_at), (since,)
    until = view.read(leaf.at.fact)
    if not isinstance(until.value, date):
        return absent(leaf, until) or unfit(leaf, until)
    return since.value, until.value, (since, until)


def measured_to(at: Reference | date, valid_at: date) -> date:
    match at:
        case Reference.VALID_AT:
            return valid_at
        case Reference.YEAR_START:
            return date(valid_at.year, 1, 1)
        case Reference.YEAR_END:
            return date(valid_at.year, 12, 31)
        case date():
            return at


def _insured(leaf: Insured, view: FactView) -> LeafProof:
    reading = view.read(leaf.fact)
    if not isinstance(reading.value, tuple):
        return absent(leaf, reading) or unfit(leaf, reading)
    now = month_number(view.valid_at)
    window = range(0 if leaf.window_months is None else now - leaf.window_months, now)
    months = [m for m in reading.value if isinstance(m, InsuredMonth) and m.month in window]
    surely = _count(leaf, (m.month for m in months if _reaches(leaf, m) is Truth.TRUE))
    perhaps = _count(leaf, (m.month for m in months if _reaches(leaf, m) is not Truth.FALSE))
    if surely < leaf.months <= perhaps:
        missing = Reading(fact=leaf.fact, value=UNKNOWN, source=reading.source)
        return LeafProof(leaf=leaf, truth=Truth.UNKNOWN, readings=(missing,), counted=surely)
    truth = truth_of(surely >= leaf.months)
    return LeafProof(leaf=leaf, truth=truth, readings=(reading,), counted=surely)


def _reaches(leaf: Insured, month: InsuredMonth) -> Truth:
    if leaf.base_percent is None:
        return Truth.TRUE
    if month.base_percent is None:
        return Truth.UNKNOWN
    return truth_of(month.base_percent >= leaf.base_percent)


def _count(leaf: Insured, months: Iterable[int]) -> int:
    found = sorted(set(months))
    if not leaf.in_a_row:
        return len(found)
    # Neighbouring months keep the same distance to their place in the sorted list.
    runs = groupby(enumerate(found), key=lambda pair: pair[1] - pair[0])
    return max((len(list(run)) for _, run in runs), default=0)


def _holds(leaf: Holds, view: FactView) -> LeafProof:
    said = view.stated(leaf.fact)
    asked = said.current if leaf.tenure is _IN_TERM else said.begun
    matching = [fact for fact in asked if held(fact, leaf.covers)]
    if matching:
        readings = tuple([as_reading(fact) for fact in matching])
        return LeafProof(leaf=leaf, truth=TRUE, readings=readings)
    begun = said.begun
    if leaf.closed or _ran_out(leaf, begun) or says_all(begun, view.valid_at, leaf.tenure):
        nothing = (Reading(fact=leaf.fact, value=NOT_APPLICABLE),)
        return LeafProof(leaf=leaf, truth=FALSE, readings=said.readings or nothing)
    missing = Reading(fact=leaf.fact, value=UNKNOWN)
    return LeafProof(leaf=leaf, truth=Truth.UNKNOWN, readings=(missing,))


def says_all(begun: Sequence[Fact], day: date, tenure: Tenure) -> bool:
    """Whether the statements about titles leave none unsaid.

    Each title is a statement of its own and says nothing of the others. That none is held is said
    of all of them, and goes on where a title began the day it ended, as the registry writes it.
    What is asked for ever must be said from the beginning.
    """
    if not any(fact.value is NOT_APPLICABLE for fact in begun):
        return False
    until: date | None = None
    for first, titled, end in sorted(_said(fact) for fact in begun if fact.value is not UNKNOWN):
        opens = not titled and (tenure is Tenure.IN_TERM or first == date.min)
        if opens or (until is not None and first <= until):
            until = max(until or end, end)
    return until is not None and (day < until or until == date.max)


def _said(fact: Fact) -> tuple[date, bool, date]:
    """The first day, whether it names titles, and the day it ends on."""
    titled = fact.value is not NOT_APPLICABLE
    return fact.valid_from or date.min, titled, fact.valid_to or date.max


def _ran_out(leaf: Holds, begun: Iterable[Fact]) -> bool:
    """Every title asked for was held, and is not any more."""
    if leaf.tenure is Tenure.EVER:
        return False
    past = {code for fact in begun for code in as_codes(fact.value)}
    return leaf.covers <= past


def _manual_check(leaf: ManualCheck, view: FactView) -> LeafProof:
    ruling = view.read(check_fact(leaf.check_id))
    if not isinstance(ruling.value, bool):
        return LeafProof(leaf=leaf, truth=Truth.UNKNOWN)
    return LeafProof(leaf=leaf, truth=truth_of(ruling.value), readings=(ruling,))
