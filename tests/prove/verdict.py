"""Compares three sets: what was acknowledged, what is stored, and what was projected."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple
from uuid import UUID

from tests.prove.oracle import Account


class Stored(NamedTuple):
    """A row of the journal."""

    position: int
    stream: str
    version: int
    event_id: UUID


class Seen(NamedTuple):
    """An arrival in a read model."""

    stream: str
    version: int
    event_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Events by what became of them; all but the first four must be nothing.

    `unstored` were acknowledged, or follow from what is stored, and are not there; `torn` are of
    commands of which only a part is there; `moved` stand elsewhere than their receipt says; `lost`
    are stored and missed in a read model; `doubled` came to one again; `invented` are stored though
    nobody asked for them, or seen though they are not stored; `reordered` came to a read model
    before one of their stream that they follow; `stuck` says that somebody did not come to the end.
    """

    acknowledged: int = 0
    stored: int = 0
    projected: int = 0
    elsewhere: int = 0
    unstored: int = 0
    torn: int = 0
    moved: int = 0
    lost: int = 0
    doubled: int = 0
    invented: int = 0
    reordered: int = 0
    stuck: int = 0

    @property
    def holds(self) -> bool:
        return not any(getattr(self, name) for name in FAULTS)

    def __str__(self) -> str:
        return " ".join(f"{field.name}={getattr(self, field.name)}" for field in fields(self))


FAULTS = ("unstored", "torn", "moved", "lost", "doubled", "invented", "reordered", "stuck")


def compare(
    account: Account, *, stored: Sequence[Stored], seen: Mapping[str, Sequence[Seen]]
) -> Verdict:
    """Acknowledged ⊆ stored = projected, once each, in every read model."""
    ids = {row.event_id for row in stored}
    wanted = _wanted(account, ids)
    projected = [{one.event_id for one in arrivals} for arrivals in seen.values()]
    counts = dict(zip(("projected", "elsewhere"), map(len, projected), strict=True))
    return Verdict(
        **counts,
        acknowledged=len(account.acknowledged),
        stored=len(ids),
        unstored=len((account.acknowledged | _consequences(account, ids)) - ids),
        torn=_torn(account, ids),
        moved=_moved(account, stored),
        lost=sum(len(ids - those) for those in projected),
        doubled=sum(doubled(arrivals) for arrivals in seen.values()),
        invented=len(ids - wanted) + sum(len(those - ids) for those in projected),
        reordered=reordered(stored) + sum(reordered(arrivals) for arrivals in seen.values()),
    )


def doubled(arrivals: Sequence[Seen]) -> int:
    """How often an event came again."""
    return sum(times - 1 for times in Counter(one.event_id for one in arrivals).values())


def reordered(rows: Sequence[Seen] | Sequence[Stored]) -> int:
    """How often an event came that does not follow on the last one of its stream."""
    reached: dict[str, int] = {}
    out_of_turn = 0
    for row in rows:
        out_of_turn += row.version > reached.get(row.stream, 0) + 1
        reached[row.stream] = max(row.version, reached.get(row.stream, 0))
    return out_of_turn


def _consequences(account: Account, ids: set[UUID]) -> set[UUID]:
    """What the process and the timers must have made of what is stored."""
    return {
        event_id
        for command in account.intents.values()
        if ids.issuperset(command.event_ids)
        for _, event_id in command.consequences()
    }


def _wanted(account: Account, ids: set[UUID]) -> set[UUID]:
    """All that anybody asked for, and what follows from it."""
    asked = {one for command in account.intents.values() for one in command.event_ids}
    return asked | _consequences(account, ids)


def _torn(account: Account, ids: set[UUID]) -> int:
    parts = [ids.intersection(command.event_ids) for command in account.intents.values()]
    wholes = [len(command.event_ids) for command in account.intents.values()]
    return sum(
        len(part) for part, whole in zip(parts, wholes, strict=True) if 0 < len(part) < whole
    )


def _moved(account: Account, stored: Sequence[Stored]) -> int:
    """A receipt names the position of its last event; given twice, it says the same."""
    standing = {row.event_id: row.position for row in stored}
    return sum(
        standing.get(answer.event_ids[-1], answer.position) != answer.position
        for answer in account.answers
        if answer.position
    )
