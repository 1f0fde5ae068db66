"""The one coherent view: of all that bodies published, what stands on a day, as known then."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.policy.rules.allowed import set_aside
from services.policy.rules.amendments import (
    Change,
    Superiors,
    changes_in,
    ended_by,
    has_a_say,
    in_turn,
    moved,
)
from services.policy.rules.amount import Per
from services.policy.rules.changes import ChangeKind
from services.policy.rules.circles import named_in
from services.policy.rules.interactions import Interaction
from services.policy.rules.near.aims import Aims
from services.policy.rules.periods import Quota
from services.policy.rules.policy import Policy
from services.policy.rules.ready import Ready, Shelved, ready
from services.policy.rules.rows import Published, QuotaFilled, SourceRow, canonical
from services.policy.rules.rulings import Ruling, Rulings, policy_of, rulings_on
from services.policy.rules.standing import Ended, out_of_force, starts
from services.policy.rules.transitions import barred, kept_under, standing
from services.policy.rules.tree import NOT_SEEN, Cite, Clause, Tree
from services.policy.rules.unpublished import left_open, opened_in, unpublished_in
from services.policy.rules.vocabulary import Vocabulary

_UNSEEN = Cite("quota", None, Clause.NOT_SEEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEntry:
    """A policy version with what ends it and the rows this rests on.

    Its period is as it was changed since; `changes` say by what. `contested_by` are policies that
    say they change this one, of bodies that have no say in it; `also` is what transitions add to
    its conditions. From the day `followed` on a later edition counts. `unpublished` are policies
    that it names and that nobody published: who holds them is not known of anybody.
    """

    policy: Policy
    ended: Ended | None
    rows: tuple[str, ...]
    contested_by: tuple[str, ...] = ()
    also: tuple[Tree, ...] = ()
    changes: tuple[Change, ...] = ()
    followed: date | None = None
    unpublished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`version` names the source rows: the same rows in any order give the same view.

    `rulings` are those that bear on the texts of the day.
    """

    valid_at: date
    known_at: datetime
    version: str
    entries: tuple[ViewEntry, ...]
    rulings: tuple[Ruling, ...] = ()
    # Kept through `replace`: another moment of knowing leaves the policies as they are.
    _ready: dict[date, tuple[Ready, ...]] = field(default_factory=dict, compare=False, repr=False)
    _aims: dict[tuple[date, str], Aims] = field(default_factory=dict, compare=False, repr=False)

    def bare(self) -> "View":
        """The same with nothing made ready, to be told to another process."""
        return replace(self, _ready={}, _aims={})

    def ready(self) -> tuple[Ready, ...]:
        """Its policies made ready for judging anybody, in their order."""
        found = self._ready.get(self.valid_at)
        if found is None:
            found = self._ready[self.valid_at] = ready_on(self, self.valid_at)
        return found

    def aims(self, words: Vocabulary) -> Aims:
        """The same made ready for telling anybody what they miss them by."""
        asked = (self.valid_at, words.digest)
        found = self._aims.get(asked)
        if found is None:
            found = self._aims[asked] = Aims(self.ready(), self.valid_at, words)
        return found


def ready_on(view: View, day: date) -> tuple[Ready, ...]:
    """The policies of a view as they stand on another day."""
    shelved = Shelved()
    return tuple(
        ready(
            each.policy,
            day,
            ended=each.ended,
            also=each.also,
            shelved=shelved,
            followed=each.followed,
        )
        for each in view.entries
    )


def build_view(
    rows: Iterable[SourceRow],
    valid_at: date,
    known_at: datetime,
    *,
    superiors: Superiors | None = None,
    unreadable: Iterable[str] = (),
) -> View:
    """What stands on the day; a body changes its own policies and those of bodies below it.

    `unreadable` are policies that were published in words that this release does not know.
    """
    above = superiors or {}
    ordered = _known(rows, known_at)
    groups = _versions([row for row in ordered if isinstance(row, Published)])
    texts = [_applicable(group, valid_at) for group in groups.values()]
    first = _by_policy(changes_in(texts, ordered))
    groups = {each: _moved(group, first.get(each, []), above) for each, group in groups.items()}
    chosen = {each: _applicable(group, valid_at) for each, group in groups.items()}
    policies = {each: row.policy for each, row in chosen.items()}
    rulings = rulings_on(ordered, policies, valid_at, above)
    world = _World(
        valid_at=valid_at,
        texts=chosen,
        newest={each: group[-1].policy.version for each, group in groups.items()},
        followed={each: _followed(groups[each], row, valid_at) for each, row in chosen.items()},
        changes=_by_policy(changes_in(chosen.values(), ordered)),
        full=_quotas(ordered),
        published=frozenset([*groups, *unreadable]),
        rulings=rulings,
        superiors=above,
    )
    entries = [_entry(chosen[each], world) for each in sorted(chosen)]
    return View(
        valid_at=valid_at,
        known_at=known_at,
        version=_version(ordered),
        entries=tuple(beside_each_other(entries, valid_at)),
        rulings=rulings,
    )


def beside_each_other(entries: Sequence[ViewEntry], day: date) -> Iterator[ViewEntry]:
    """The entries as those of them that are in force on the day allow them."""
    said = [each for each in _said(_in_force(entries, day)) if each.stated.binds_on(day)]
    for entry in entries:
        policy = entry.policy
        benefits = named_in(policy.policy_id, policy.issuer, policy.benefits)
        yield replace(entry, policy=set_aside(policy, said, benefits))


def _known(rows: Iterable[SourceRow], known_at: datetime) -> list[SourceRow]:
    """Each row once, by its id; of two that claim one id the same one counts always."""
    known: dict[str, SourceRow] = {}
    for row in sorted(rows, key=canonical):
        if row.recorded_at <= known_at:
            known.setdefault(row.row_id, row)
    return list(known.values())


def _by_policy(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.policy_id, []).append(change)
    return found


def _quotas(rows: Iterable[SourceRow]) -> dict[str, list[QuotaFilled]]:
    found: dict[str, list[QuotaFilled]] = {}
    for row in rows:
        if isinstance(row, QuotaFilled):
            found.setdefault(row.policy_id, []).append(row)
    return found


def interactions_of(view: View) -> tuple[Interaction, ...]:
    """What the policies in force on the day say of each other."""
    return tuple(_said(in_force(view)))


def in_force(view: View) -> Iterator[ViewEntry]:
    """The policies that are in force on the day."""
    return _in_force(view.entries, view.valid_at)


def _in_force(entries: Iterable[ViewEntry], day: date) -> Iterator[ViewEntry]:
    return (each for each in entries if out_of_force(each.policy, day, each.ended) is None)


def _said(entries: Iterable[ViewEntry]) -> Iterator[Interaction]:
    for entry in entries:
        yield from entry.policy.interactions


def rulings_of(view: View) -> Rulings:
    """By the statements in dispute what was ruled of them."""
    return {(each.forbids, each.allows): each for each in view.rulings}


def _versions(rows: list[Published]) -> dict[str, list[Published]]:
    groups: dict[str, list[Published]] = {}
    for row in sorted(rows, key=lambda each: (each.policy.version, each.recorded_at, each.row_id)):
        groups.setdefault(row.policy.policy_id, []).append(row)
    return groups


def _applicable(group: list[Published], valid_at: date) -> Published:
    """The latest version that has begun; before the first has begun, that one."""
    begun = [row for row in group if (starts(row.policy) or date.min) <= valid_at]
    return begun[-1] if begun else group[0]


def _followed(group: list[Published], now: Published, valid_at: date) -> date | None:
    """The first day of the next edition that is known."""
    later = [starts(row.policy) for row in group if row.policy.version > now.policy.version]
    return min((day for day in later if day is not None and day > valid_at), default=None)


def _moved(
    group: list[Published], changes: Iterable[Change], superiors: Superiors
) -> list[Published]:
    """Whoever moves a policy's first or last day means its newest text."""
    newest = group[-1]
    lawful = [each for each in changes if has_a_say(each, newest.policy, superiors)]
    period = moved(newest.policy.in_force, lawful)
    return [*group[:-1], replace(newest, policy=replace(newest.policy, in_force=period))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What an entry is made from: the texts that count on the day, and all that was said."""

    valid_at: date
    texts: Mapping[str, Published]
    newest: Mapping[str, int]
    followed: Mapping[str, date | None]
    changes: Mapping[str, list[Change]]
    full: Mapping[str, list[QuotaFilled]]
    published: frozenset[str]
    rulings: tuple[Ruling, ...]
    superiors: Superiors


def _entry(row: Published, world: _World) -> ViewEntry:
    stated = world.changes.get(row.policy.policy_id, [])
    lawful = [each for each in stated if has_a_say(each, row.policy, world.superiors)]
    policy, kept, by = _kept(row.policy, lawful, world)
    filled = world.full.get(policy.policy_id, [])
    lasting = [each for each in lawful if each.by is None or each.by not in by]
    published = world.published
    also = (*kept, *_barred(policy, world))
    return ViewEntry(
        policy=left_open(_with_quota(policy, filled), published),
        ended=ended_by(lasting, world.valid_at, world.newest[policy.policy_id]),
        rows=tuple(
            sorted(
                {
                    row.row_id,
                    *(each.row for each in lawful),
                    *(each.row_id for each in filled),
                    *_ruled(policy.policy_id, world.rulings),
                }
            )
        ),
        contested_by=tuple(sorted({c.by for c in stated if c not in lawful and c.by})),
        also=tuple(opened_in(each, published) for each in also),
        changes=tuple(in_turn(lawful)),
        followed=world.followed[policy.policy_id],
        unpublished=unpublished_in(policy, published),
    )


def _ruled(policy_id: str, rulings: Iterable[Ruling]) -> Iterator[str]:
    """The rows of what was ruled of its statements."""
    for ruling in rulings:
        if policy_id in (policy_of(ruling.forbids), policy_of(ruling.allows)):
            yield ruling.row


def _kept(
    policy: Policy, lawful: list[Change], world: _World
) -> tuple[Policy, tuple[Tree, ...], frozenset[str]]:
    """The policy for those who stay under it, what they must meet, and who leaves them with it."""
    also: list[Tree] = []
    by: set[str] = set()
    for change in lawful:
        text = world.texts.get(change.by or "")
        if text is None or change.by in by or not _has_begun(change, world.valid_at):
            continue
        mine = [
            each
            for each in standing(text.policy, world.valid_at)
            if each.policy_id == policy.policy_id
        ]
        if mine:
            by.add(text.policy.policy_id)
            also.append(kept_under(text.policy.policy_id, mine))
            policy = replace(policy, in_force=replace(policy.in_force, last=mine[0].until))
    return policy, tuple(also), frozenset(by)


def _has_begun(change: Change, day: date) -> bool:
    ends = change.kind in (ChangeKind.SUPERSEDE, ChangeKind.REPEAL)
    return ends and change.first is not None and change.first <= day


def _barred(policy: Policy, world: _World) -> tuple[Tree, ...]:
    return barred(standing(policy, world.valid_at))


def _with_quota(policy: Policy, filled: list[QuotaFilled]) -> Policy:
    if not filled:
        return policy
    unseen = Quota(count=NOT_SEEN, per=Per.NOT_SEEN, full=(), cite=_UNSEEN)
    quota = policy.quota or unseen
    return replace(policy, quota=replace(quota, full=(*quota.full, *(f.period for f in filled))))


def _version(rows: list[SourceRow]) -> str:
    texts = json.dumps([*map(canonical, rows)], separators=(",", ":"))
    return hashlib.sha256(texts.encode()).hexdigest()
