"""What was said that changes how long a policy stands, by whom, and whether they have a say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from services.policy.rules.changes import Amends, ChangeKind
from services.policy.rules.days import WrittenDay, legal_day, written_day
from services.policy.rules.outcome import Reason
from services.policy.rules.periods import End, Period
from services.policy.rules.policy import Policy
from services.policy.rules.rows import Amended, Published, Repealed, SourceRow, Superseded
from services.policy.rules.standing import Ended, starts
from services.policy.rules.tree import Cite

Superiors: TypeAlias = Mapping[str, frozenset[str]]
"""For each body all those above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a policy with where it comes from.

    `issuer` is the body of the text that says so, `by` that text; a body's own word about its own
    policy has neither. `first` and `last` are as in `Amends`.
    """

    kind: ChangeKind
    policy_id: str
    first: date | None
    last: End | None
    version: int | None
    by: str | None
    issuer: str | None
    row: str
    cite: Cite | None
    said_on: date
    recorded_at: datetime


def changes_in(texts: Iterable[Published], rows: Iterable[SourceRow]) -> Iterator[Change]:
    """Every change that is stated, in no order."""
    for text in texts:
        yield from _of_text(text)
    for row in rows:
        match row:
            case Superseded():
                kind, first, by = ChangeKind.SUPERSEDE, row.from_day, row.by_policy_id
                yield _own(row, row.policy_id, kind, first, by)
            case Repealed():
                yield _own(row, row.policy_id, ChangeKind.REPEAL, row.from_day, None)
            case Amended(change=change):
                plain = _own(row, change.policy_id, change.kind, change.first, None)
                yield replace(plain, last=change.last, version=change.version, cite=change.cite)
            case _:
                pass


def _of_text(text: Published) -> Iterator[Change]:
    for replaced in text.policy.supersedes:
        first = starts(text.policy)
        if first is not None:
            kind = ChangeKind.SUPERSEDE
            yield _stated(text, replaced.policy_id, kind, first=first, cite=replaced.cite)
    for amends in text.policy.amends:
        if amends.policy_id != text.policy.policy_id:
            yield _amending(text, amends)


def _amending(text: Published, amends: Amends) -> Change:
    stated = _stated(text, amends.policy_id, amends.kind, first=amends.first, cite=amends.cite)
    return replace(stated, last=amends.last, version=amends.version)


def _stated(
    text: Published, policy_id: str, kind: ChangeKind, *, first: date | None, cite: Cite
) -> Change:
    published = text.policy.published
    return Change(
        kind=kind,
        policy_id=policy_id,
        first=first,
        last=None,
        version=None,
        by=text.policy.policy_id,
        issuer=text.policy.issuer,
        row=text.row_id,
        cite=cite,
        said_on=published.first
        if isinstance(published, WrittenDay)
        else legal_day(text.recorded_at),
        recorded_at=text.recorded_at,
    )


def _own(
    row: Superseded | Repealed | Amended,
    policy_id: str,
    kind: ChangeKind,
    first: date | None,
    by: str | None,
) -> Change:
    return Change(
        kind=kind,
        policy_id=policy_id,
        first=first,
        last=None,
        version=None,
        by=by,
        issuer=None,
        row=row.row_id,
        cite=None,
        said_on=legal_day(row.recorded_at),
        recorded_at=row.recorded_at,
    )


def has_a_say(change: Change, policy: Policy, superiors: Superiors) -> bool:
    """Only who issued the policy, alone or with others, or stands above its issuer.

    Whom the changing text names beside its issuer counts for nothing: nobody asked them.
    """
    if change.issuer is None or change.issuer in (policy.issuer, *policy.joint_issuers):
        return True
    return change.issuer in superiors.get(policy.issuer, ())


def in_turn(changes: Iterable[Change]) -> list[Change]:
    """As they were said, so that the last word on a day counts; ties are told by their rows."""
    return sorted(changes, key=lambda each: (each.said_on, each.recorded_at, each.row, each.kind))


def moved(period: Period, changes: Iterable[Change]) -> Period:
    """The period after everything that was said about its first and last day."""
    for change in in_turn(changes):
        match change.kind:
            case ChangeKind.PROLONG if change.last is not None:
                period = replace(period, last=change.last)
            case ChangeKind.POSTPONE | ChangeKind.RETROACTIVE if change.first is not None:
                period = replace(period, first=written_day(change.first.isoformat()))
            case _:
                pass
    return period


def ended_by(changes: Iterable[Change], day: date, newest: int) -> Ended | None:
    """What ends, or on the day interrupts, a policy whose newest known edition is given.

    What has ended for good is not interrupted; of several ends the first counts.
    """
    listed = list(changes)
    ends = [each for each in map(_end, listed) if each is not None]
    begun = [each for each in ends if each.day <= day]
    pauses = [] if begun else [p for p in (_pause(c, day, newest) for c in listed) if p is not None]
    return min(begun or pauses or ends, key=_first, default=None)


def _end(change: Change) -> Ended | None:
    if change.first is None:
        return None
    match change.kind:
        case ChangeKind.SUPERSEDE:
            return Ended(day=change.first, reason=Reason.REPLACED, by=change.by)
        case ChangeKind.REPEAL:
            return Ended(day=change.first, reason=Reason.REPEALED, by=change.by)
        case _:
            return None


def _pause(change: Change, day: date, newest: int) -> Ended | None:
    if change.first is None or day < change.first:
        return None
    match change.kind:
        case ChangeKind.SUSPEND if not _over(change.last, day):
            return Ended(day=change.first, reason=Reason.SUSPENDED, by=change.by)
        case ChangeKind.AMEND if newest < (change.version or 0):
            return Ended(day=change.first, reason=Reason.TEXT_NOT_SEEN, by=change.by)
        case _:
            return None


def _over(last: End | None, day: date) -> bool:
    return isinstance(last, WrittenDay) and last.last < day


def _first(ended: Ended) -> tuple[date, str, str]:
    return ended.day, ended.reason, ended.by or ""
