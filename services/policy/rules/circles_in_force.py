"""Sums that rest on each other in a circle on some day, by the texts in force on it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from services.policy.rules.amendments import Superiors, changes_in
from services.policy.rules.circles import Ring, circles_between, in_a_circle
from services.policy.rules.days import WrittenDay
from services.policy.rules.reader import Cursor
from services.policy.rules.rows import Published, SourceRow
from services.policy.rules.standing import out_of_force, starts
from services.policy.rules.view import View, build_view

AFTER_ALL = datetime.max.replace(tzinfo=UTC)


def circles_in_force(rows: Iterable[SourceRow], superiors: Superiors) -> frozenset[Ring]:
    """Each group of benefits that on one day at least are each net of the other."""
    said = list(rows)
    texts = [row for row in said if isinstance(row, Published)]
    if not circles_between(text.policy for text in texts):
        return frozenset()
    views = (build_view(said, day, AFTER_ALL, superiors=superiors) for day in _turning(said, texts))
    return frozenset(ring for view in views for ring in _within(view))


def refuse_new_circles(
    at: Cursor, rows: Sequence[SourceRow], new: Published, superiors: Superiors
) -> None:
    """Raise FormatError at the interactions of a text by which a circle comes about or grows."""
    before = circles_in_force(rows, superiors)
    for ring in sorted(circles_in_force([*rows, new], superiors)):
        if not any(set(ring) <= set(other) for other in before):
            raise in_a_circle(at, ring)


def _within(view: View) -> list[Ring]:
    day = view.valid_at
    standing = (e.policy for e in view.entries if out_of_force(e.policy, day, e.ended) is None)
    return circles_between(standing)


def _turning(rows: Sequence[SourceRow], texts: Sequence[Published]) -> list[date]:
    """The days on which a text comes into force; on any other there is no circle but theirs."""
    days = {starts(text.policy) or date.min for text in texts}
    for change in changes_in(texts, rows):
        if change.first is not None:
            days.add(change.first)
        if isinstance(change.last, WrittenDay):
            days.add(change.last.last + timedelta(days=1))
    return sorted(days)
