"""Editions of one policy: two texts are never in force on the same day without saying so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.policy.rules.changes import ChangeKind
from services.policy.rules.days import WrittenDay
from services.policy.rules.parse_periods import read_period
from services.policy.rules.periods import Period
from services.policy.rules.reader import Cursor, Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """`changes_itself` says that the text states from which day it changes its own wording."""

    version: int
    starts: date | None
    in_force: Period
    changes_itself: bool


def edition_of(document: Document) -> Edition | None:
    """What tells the editions of a policy apart; nothing where the file is not one of these."""
    parts = _parts(Cursor(document, (), document.root))
    if not parts.keys() >= {"id", "version", "published", "in_force"}:
        return None
    in_force = read_period(parts["in_force"])
    return Edition(
        version=parts["version"].whole(),
        starts=_starts(in_force, parts["published"]),
        in_force=in_force,
        changes_itself=_changes_itself(parts),
    )


def refuse_overlaps(document: Document, others: Iterable[Edition]) -> None:
    """Raise FormatError, at the day the period begins, for a text that meets another edition."""
    own = edition_of(document)
    if own is None:
        return
    for other in sorted(others, key=lambda each: each.version):
        older, newer = sorted((own, other), key=lambda each: each.version)
        problem = _overlap(older, newer)
        if problem is not None:
            parts = _parts(Cursor(document, (), document.root))
            raise _parts(parts["in_force"])["from"].wrong(problem, _REMEDY)


_REMEDY = (
    "Let the newer edition start after the older one's last day, or say from which day it changes "
    "the wording: `amends: [{policy: its own id, kind: amend, ...}]`."
)


def _overlap(older: Edition, newer: Edition) -> str | None:
    """Editions that start on the same day are corrections of one text."""
    if older.starts is None or newer.starts is None or older.starts == newer.starts:
        return None
    if newer.starts < older.starts:
        if _last(newer.in_force) < older.starts:
            return None
        return f"edition {newer.version} is in force while edition {older.version} begins"
    if newer.starts <= _written_last(older.in_force) and not newer.changes_itself:
        last = _written_last(older.in_force).isoformat()
        return f"edition {older.version} is in force until {last}"
    return None


def _last(period: Period) -> date:
    return period.last.last if isinstance(period.last, WrittenDay) else date.max


def _written_last(period: Period) -> date:
    """An end that is open or was not seen lasts until the next edition."""
    return period.last.last if isinstance(period.last, WrittenDay) else date.min


def _starts(in_force: Period, published: Cursor) -> date | None:
    if isinstance(in_force.first, WrittenDay):
        return in_force.first.first
    return None if published.is_not_seen() else published.day().first


def _changes_itself(parts: Mapping[str, Cursor]) -> bool:
    listed = parts["amends"].items() if "amends" in parts else []
    changes = [_parts(each) for each in listed]
    return any(
        change["policy"].value == parts["id"].value and change["kind"].value == ChangeKind.AMEND
        for change in changes
    )


def _parts(at: Cursor) -> dict[str, Cursor]:
    given = at.value if isinstance(at.value, dict) else {}
    return {key: at.at(key, value) for key, value in given.items()}
