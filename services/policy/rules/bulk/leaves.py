"""One condition over all people: worked out once for each distinct entry, then looked up."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import assert_never

from services.policy.rules.bulk.bits import Bits, Split, nobody, of_part, packed
from services.policy.rules.bulk.columns import (
    Coded,
    Column,
    Entry,
    Held,
    Measured,
    Numbers,
    Part,
    People,
)
from services.policy.rules.bulk.comparing import COMPARE
from services.policy.rules.bulk.counting import (
    Days,
    Length,
    counted,
    ended_on,
    since_days,
    within_days,
)
from services.policy.rules.bulk.entries import Judged, counted_entries
from services.policy.rules.bulk.lookup import Question, by_entry
from services.policy.rules.bulk.needs import needs_of
from services.policy.rules.bulk.sums import added_up
from services.policy.rules.days import month_number
from services.policy.rules.facts import NOT_APPLICABLE, UNKNOWN, InsuredMonth
from services.policy.rules.kleene import Truth
from services.policy.rules.leaves import as_codes, measured_to, membership
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
    Member,
    NotSeen,
    Op,
    Tenure,
    Within,
)


def question(leaf: Leaf, people: People, valid_at: date, judged: Judged) -> Question:
    """`judged` splits others, such as the entries of lists, by the tree of a condition."""
    columns = [people.columns[need] for need in needs_of(leaf, valid_at)]
    match leaf:
        case Compare():
            return _against(_measured(columns[0]), leaf.op, _constant(leaf.value))
        case Elapsed() | Within():
            return _over_time(leaf, [_measured(column) for column in columns], valid_at)
        case Linear():
            return added_up(leaf, [_measured(column) for column in columns])
        case Count():
            return counted_entries(leaf, _coded(columns[0]), valid_at, judged)
        case Member():
            return _looked_up(_coded(columns[0]), lambda entry: _is_member(leaf, entry))
        case Insured():
            now = month_number(valid_at)
            return _looked_up(_coded(columns[0]), lambda entry: _is_insured(leaf, entry, now))
        case Holds():
            return _looked_up(_coded(columns[0]), lambda entry: _is_held(leaf, entry))
        case ManualCheck():
            return _ruled(_measured(columns[0]))
        case NotSeen():
            return _open
        case _:
            assert_never(leaf)


def _against(column: Measured, op: Op, value: int) -> Question:
    compare = COMPARE[op]
    return lambda part: _settled(column, part, packed(compare(column.values[part], value)))


def _ruled(column: Measured) -> Question:
    """Only a ruling settles a check: that none applies says nothing either way."""

    def ask(part: Part) -> Split:
        known, for_it = of_part(column.known, part), packed(column.values[part] == 1)
        return Split(known & for_it, known & ~for_it)

    return ask


def _over_time(leaf: Elapsed | Within, columns: Sequence[Measured], valid_at: date) -> Question:
    if isinstance(leaf.at, AtFact):
        return _between(leaf, *columns)
    until = measured_to(leaf.at, valid_at)
    if isinstance(leaf, Within):
        return _among(columns[0], within_days(leaf.value, leaf.unit, until))
    return _among(columns[0], since_days(leaf.op, leaf.value, _length_of(leaf), until))


def _among(column: Measured, days: Days) -> Question:
    def ask(part: Part) -> Split:
        values = column.values[part]
        found = packed((values >= days.first) & (values <= days.last))
        return _settled(column, part, ~found if days.others else found)

    return ask


def _between(leaf: Elapsed | Within, since: Measured, until: Measured) -> Question:
    """A start that does not apply fails the condition, whatever is known of the end."""

    def ask(part: Part) -> Split:
        met = packed(_compared(leaf, since.values[part], until.values[part]))
        found = _settled(until, part, met)
        known, said = of_part(since.known, part), of_part(since.said, part)
        return Split(found.true & known, (found.false & known) | (said & ~known))

    return ask


def _compared(leaf: Elapsed | Within, begun: Numbers, ended: Numbers) -> Numbers:
    if isinstance(leaf, Within):
        over: Numbers = ended_on(begun, leaf.value, leaf.unit)
        return (begun <= ended) & (ended <= over)
    count: Numbers = COMPARE[leaf.op](counted(begun, ended, _length_of(leaf)), leaf.value)
    return count


def _length_of(leaf: Elapsed) -> Length:
    return Length(leaf.unit, leaf.convention)


def _settled(column: Measured, part: Part, found: Bits) -> Split:
    """What does not apply cannot meet a condition; what is unknown leaves it open."""
    true = found & of_part(column.known, part)
    return Split(true, of_part(column.said, part) & ~true)


def _looked_up(column: Coded, truth: Callable[[Entry], Truth]) -> Question:
    return by_entry(column, [truth(entry) for entry in column.entries])


def _open(part: Part) -> Split:
    count = part.stop - part.start
    return Split(nobody(count), nobody(count))


def _is_member(leaf: Member, entry: Entry) -> Truth:
    if entry is UNKNOWN:
        return Truth.UNKNOWN
    return membership(leaf, as_codes(entry))


def _is_held(leaf: Holds, entry: Entry) -> Truth:
    """Open unless a title asked for is held, or nothing asked for is left unsaid."""
    if not isinstance(entry, Held):
        return Truth.UNKNOWN
    in_term = leaf.tenure is Tenure.IN_TERM
    if not leaf.covers.isdisjoint(entry.now if in_term else entry.ever):
        return Truth.TRUE
    ran_out = in_term and leaf.covers <= entry.ever
    said = leaf.closed or ran_out or leaf.tenure in entry.says_all
    return Truth.FALSE if said else Truth.UNKNOWN


def _is_insured(leaf: Insured, entry: Entry, now: int) -> Truth:
    if not isinstance(entry, tuple):
        return Truth.FALSE if entry is NOT_APPLICABLE else Truth.UNKNOWN
    first = 0 if leaf.window_months is None else now - leaf.window_months
    months = [m for m in entry if isinstance(m, InsuredMonth) and first <= m.month < now]
    least = leaf.base_percent or 0
    surely = {m.month for m in months if not least or (m.base_percent or 0) >= least}
    perhaps = surely | {m.month for m in months if m.base_percent is None}
    if _length(leaf, surely) >= leaf.months:
        return Truth.TRUE
    return Truth.UNKNOWN if _length(leaf, perhaps) >= leaf.months else Truth.FALSE


def _length(leaf: Insured, months: set[int]) -> int:
    """The months together, or the longest run of them."""
    if not leaf.in_a_row:
        return len(months)
    longest = run = 0
    for month in sorted(months):
        run = run + 1 if month - 1 in months else 1
        longest = max(longest, run)
    return longest


def _constant(value: int | date) -> int:
    return value.toordinal() if isinstance(value, date) else int(value)


def _measured(column: Column) -> Measured:
    if not isinstance(column, Measured):
        raise TypeError(type(column).__name__)
    return column


def _coded(column: Column) -> Coded:
    if not isinstance(column, Coded):
        raise TypeError(type(column).__name__)
    return column
