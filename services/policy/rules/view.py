"""The one coherent view: of all that bodies published, what stands on a day, as known then."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias, assert_never

from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import ENGINE, Reason
from services.policy.rules.policy import Policy
from services.policy.rules.standing import Ended, out_of_force, starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    row_id: str
    policy: Policy
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """A body said that another policy replaces this one from a day on."""

    row_id: str
    policy_id: str
    by_policy_id: str
    from_day: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Repealed:
    row_id: str
    policy_id: str
    from_day: date
    recorded_at: datetime


SourceRow: TypeAlias = Published | Superseded | Repealed
Superiors: TypeAlias = Mapping[str, frozenset[str]]
"""For each body all those above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEntry:
    """A policy version with what ends it and the rows this rests on.

    `contested_by` are policies that say they replace this one, of bodies that have no say in it.
    """

    policy: Policy
    ended: Ended | None
    rows: tuple[str, ...]
    contested_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`version` names the source rows: the same rows in any order give the same view."""

    valid_at: date
    known_at: datetime
    version: str
    entries: tuple[ViewEntry, ...]


def build_view(
    rows: Iterable[SourceRow],
    valid_at: date,
    known_at: datetime,
    *,
    superiors: Superiors | None = None,
) -> View:
    """What stands on the day; a body replaces its own policies and those of bodies below it."""
    known = {row.row_id: row for row in rows if row.recorded_at <= known_at}
    ordered = [known[row_id] for row_id in sorted(known)]
    versions = _versions([row for row in ordered if isinstance(row, Published)])
    chosen = {policy_id: _applicable(group, valid_at) for policy_id, group in versions.items()}
    return View(
        valid_at=valid_at,
        known_at=known_at,
        version=_version(ordered),
        entries=tuple(
            _entry(chosen[each], chosen, ordered, superiors or {}) for each in sorted(chosen)
        ),
    )


def interactions_of(view: View) -> tuple[Interaction, ...]:
    """What the policies in force on the day say of each other."""
    return tuple(
        interaction
        for entry in view.entries
        if out_of_force(entry.policy, view.valid_at, entry.ended) is None
        for interaction in entry.policy.interactions
    )


def _versions(rows: list[Published]) -> dict[str, list[Published]]:
    groups: dict[str, list[Published]] = {}
    for row in sorted(rows, key=lambda each: (each.policy.version, each.recorded_at, each.row_id)):
        groups.setdefault(row.policy.policy_id, []).append(row)
    return groups


def _applicable(group: list[Published], valid_at: date) -> Published:
    """The latest version that has begun; before the first has begun, that one."""
    begun = [row for row in group if (starts(row.policy) or date.min) <= valid_at]
    return begun[-1] if begun else group[0]


def _entry(
    row: Published, chosen: dict[str, Published], rows: list[SourceRow], superiors: Superiors
) -> ViewEntry:
    policy = row.policy
    claims = [each for each in chosen.values() if _claims(each.policy, policy)]
    lawful = [each for each in claims if _has_a_say(each.policy, policy, superiors)]
    ends = [*_replaced_by(lawful), *_ended_by_rows(policy.policy_id, rows)]
    return ViewEntry(
        policy=policy,
        ended=min((ended for ended, _ in ends), key=_first, default=None),
        rows=tuple(sorted({row.row_id, *(row_id for _, row_id in ends)})),
        contested_by=tuple(sorted(c.policy.policy_id for c in claims if c not in lawful)),
    )


def _claims(newer: Policy, older: Policy) -> bool:
    return any(each.policy_id == older.policy_id for each in newer.supersedes)


def _has_a_say(newer: Policy, older: Policy, superiors: Superiors) -> bool:
    """Only who issued the older one, alone or with others, or stands above its issuer.

    Whom the newer file names beside its issuer counts for nothing: nobody asked them.
    """
    own = {older.issuer, *older.joint_issuers}
    return newer.issuer in own or newer.issuer in superiors.get(older.issuer, ())


def _replaced_by(claims: list[Published]) -> list[tuple[Ended, str]]:
    """A policy that says it replaces another ends it on its own first day."""
    found: list[tuple[Ended, str]] = []
    for row in claims:
        start = starts(row.policy)
        if start:
            by = row.policy.policy_id
            found.append((Ended(day=start, reason=Reason.REPLACED, by=by), row.row_id))
    return found


def _ended_by_rows(policy_id: str, rows: list[SourceRow]) -> list[tuple[Ended, str]]:
    found: list[tuple[Ended, str]] = []
    for row in rows:
        match row:
            case Superseded() if row.policy_id == policy_id:
                ended = Ended(day=row.from_day, reason=Reason.REPLACED, by=row.by_policy_id)
                found.append((ended, row.row_id))
            case Repealed() if row.policy_id == policy_id:
                found.append((Ended(day=row.from_day, reason=Reason.REPEALED), row.row_id))
            case _:
                pass
    return found


def _first(ended: Ended) -> tuple[date, str, str]:
    return ended.day, ended.reason, ended.by or ""


def _version(rows: list[SourceRow]) -> str:
    canonical = json.dumps([ENGINE, *map(_canonical, rows)], separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(row: SourceRow) -> list[str]:
    return [row.row_id, row.recorded_at.astimezone(UTC).isoformat(), *_said(row)]


def _said(row: SourceRow) -> list[str]:
    match row:
        case Published(policy=policy):
            return ["published", policy.policy_id, str(policy.version), policy.digest]
        case Superseded():
            return ["superseded", row.policy_id, row.by_policy_id, row.from_day.isoformat()]
        case Repealed():
            return ["repealed", row.policy_id, row.from_day.isoformat()]
        case _:
            assert_never(row)
