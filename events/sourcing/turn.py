"""A turn of appends: how it is put to the database's one function, and what that answers."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from events.sourcing.appender import Outcome
from events.sourcing.journal import Append, Appended
from events.sourcing.types import Conflict, KeyReused, Relieved

APPEND = (
    "SELECT outcome, first_position, last_position, stream, expected, actual FROM append_turn("
    "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
)


def columns_of(batch: Sequence[Append]) -> list[list[Any]]:
    """What `APPEND` takes behind the moment, in as few values as can be: each one costs time."""
    places = _places(batch, 1)
    duties = [append.on_duty for append in batch] if any(a.on_duty for a in batch) else []
    asked = [(n, s, v) for n, append in enumerate(batch, start=1) for s, v in _not_begun(append)]
    events = [event for append in batch for event in append.events]
    return [
        [append.actor for append in batch],
        [append.key for append in batch],
        [append.target for append in batch],
        [append.body for append in batch],
        [first for first, _ in places],
        [last for _, last in places],
        [on_duty and on_duty.duty for on_duty in duties],
        [on_duty and on_duty.token for on_duty in duties],
        [n for n, _, _ in asked],
        [stream for _, stream, _ in asked],
        [version for _, _, version in asked],
        [event.stream for event in events],
        [event.version for event in events],
        [event.event_id for event in events],
        [event.name for event in events],
        [event.payload for event in events],
        [event.metadata for event in events],
    ]


def _places(batch: Sequence[Append], first: int) -> list[tuple[int | None, int | None]]:
    """Where each append's events begin and end, the first one's at `first`, one behind another."""
    ends = accumulate((len(append.events) for append in batch), initial=first)
    return [(here, end - 1) if here < end else (None, None) for here, end in pairwise(ends)]


def _not_begun(append: Append) -> list[tuple[str, int]]:
    """The streams whose version must be looked up: of one begun here, its first event tells."""
    begun = {event.stream for event in append.events if event.version == 1}
    return [expected for expected in append.expected.items() if expected[0] not in begun]


def outcomes_of(batch: Sequence[Append], rows: Sequence[Any]) -> list[Outcome]:
    """What became of each append: one row tells where all of them went, or each has its own."""
    if rows[0]["outcome"] == "all-appended":
        return [
            Appended(first_position=first, last_position=last, repeated=False)
            for first, last in _places(batch, rows[0]["first_position"])
        ]
    return [_outcome(append, row) for append, row in zip(batch, rows, strict=True)]


def _outcome(append: Append, row: Any) -> Outcome:
    match row["outcome"]:
        case "conflict":
            return Conflict(row["stream"], expected=row["expected"], actual=row["actual"])
        case "key-reused":
            return KeyReused(append.key)
        case "relieved":
            return Relieved(row["stream"])
        case outcome:
            return Appended(
                first_position=row["first_position"],
                last_position=row["last_position"],
                repeated=outcome == "repeated",
            )
